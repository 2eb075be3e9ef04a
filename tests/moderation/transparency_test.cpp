#include "db/audit_log.h"
#include "db/reports.h"
#include "db/transparency.h"
#include "moderation/transparency.h"
#include "tests/support/database.h"

namespace {

TEST(Transparency, HidesSmallNumbers) {
    EXPECT_EQ(moderation::shown_count(0), "0");
    EXPECT_EQ(moderation::shown_count(1), "fewer than 10");
    EXPECT_EQ(moderation::shown_count(9), "fewer than 10");
    EXPECT_EQ(moderation::shown_count(10), "10");
}

class TransparencyTest : public DatabaseTest {
  protected:
    void write(int count, const std::string& act, const std::string& reason, std::string_view at) {
        for (int i = 0; i < count; ++i)
            db::audit_log::insert(tx,
                                  {.at = *parse_iso8601(at),
                                   .actor = "filter",
                                   .act = act,
                                   .subject = "https://evil.test/users/mallory",
                                   .verdict = act == "verdict" ? "hold" : "",
                                   .filter = act == "verdict" ? "content" : "",
                                   .reason = reason});
    }
    Json figures(std::string_view month) {
        for (const auto& one : db::transparency::list(tx, 100))
            if (one.month == month) return one.figures;
        return nullptr;
    }
};

TEST_F(TransparencyTest, CountsTheLastWholeMonthOnce) {
    write(12, "verdict", "word", "2031-03-01T00:00:00Z");
    write(3, "verdict", "link", "2031-03-31T23:59:59Z");
    write(40, "verdict", "word", "2031-04-01T00:00:00Z");
    write(40, "verdict", "word", "2031-02-28T23:59:59Z");
    write(11, "peer.block", "", "2031-03-15T12:00:00Z");
    write(50, "observed", "word", "2031-03-15T12:00:00Z");
    write(50, "account.rotate-key", "", "2031-03-15T12:00:00Z");

    moderation::publish_month(tx, *parse_iso8601("2031-04-02T08:00:00Z"));
    const auto march = figures("2031-03-01");
    ASSERT_TRUE(march.is_object());
    ASSERT_EQ(march["verdicts"].size(), 2U) << march.dump();
    EXPECT_EQ(march["verdicts"][0]["count"], "12");
    EXPECT_EQ(march["verdicts"][1]["count"], "fewer than 10");
    ASSERT_EQ(march["acts"].size(), 1U) << march.dump();
    EXPECT_EQ(march["acts"][0]["what"], "servers blocked");
    EXPECT_EQ(march["acts"][0]["count"], "11");
    EXPECT_EQ(march.dump().find("mallory"), std::string::npos);
    EXPECT_EQ(march["median"], "") << "of fewer than ten reports";

    // What comes late to a month that was told changes nothing.
    write(100, "verdict", "word", "2031-03-05T00:00:00Z");
    moderation::publish_month(tx, *parse_iso8601("2031-04-03T08:00:00Z"));
    EXPECT_EQ(figures("2031-03-01"), march);
    moderation::publish_month(tx, *parse_iso8601("2032-01-01T00:00:01Z"));
    EXPECT_TRUE(figures("2031-12-01").is_object());
}

} // namespace
