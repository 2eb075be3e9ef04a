#include "db/advisories.h"
#include "moderation/advisory_lists.h"
#include "moderation/list_differences.h"
#include "tests/support/database.h"

using namespace moderation;
using namespace std::chrono_literals;

namespace {

class ListDifferencesTest : public DatabaseTest {
  protected:
    db::AdvisoryListId new_list(const std::string& name) {
        return *db::advisories::insert_list(
            tx, {.name = name, .origin = "test", .created_by = "test", .created_at = now});
    }
    static db::Advisory entry(const std::string& subject, bool in_force = true) {
        return {.kind = "host", .subject = subject, .severity = "limit", .in_force = in_force};
    }
    ListReport report(const std::string& name) {
        for (const auto& one : report_differences(tx, now - 24h * 31))
            if (one.difference.list == name) return one;
        return {};
    }

    const Time now = system_now();
};

TEST_F(ListDifferencesTest, CountWhatCameIntoForceAndWhatWentWhicheverWay) {
    const auto id = new_list("one");
    db::advisories::put(
        tx, id, {entry("a.example"), entry("b.example"), entry("c.example", false)});
    EXPECT_EQ(report("one").difference.added, 2) << "a draft is nothing yet";
    db::advisories::approve(tx, id, {"c.example"});
    EXPECT_EQ(report("one").difference.added, 3);
    db::advisories::remove(tx, id, {entry("a.example")});
    const auto after = report("one");
    EXPECT_EQ(after.difference.removed, 1);
    EXPECT_EQ(after.difference.in_force, 2);
    ASSERT_EQ(after.changes.size(), 4u);
    EXPECT_EQ(after.changes[0].subject, "a.example");
    EXPECT_FALSE(after.changes[0].added);
    db::advisories::remove_list(tx, id);
    EXPECT_EQ(report("one").difference.removed, 3) << "also with the whole list";
    EXPECT_EQ(report("one").difference.in_force, 0);
}

TEST_F(ListDifferencesTest, SayingTheSameAgainIsNoChangeAndAnotherSeverityIs) {
    const auto id = new_list("one");
    db::advisories::put(tx, id, {entry("a.example")});
    db::advisories::put(tx, id, {entry("a.example")});
    EXPECT_EQ(report("one").changes.size(), 1u);
    auto harder = entry("a.example");
    harder.severity = "hold";
    db::advisories::put(tx, id, {harder});
    EXPECT_EQ(report("one").difference.added, 2);
    EXPECT_EQ(report("one").difference.removed, 1);
}

// POLICY section 5, list curator gone wrong: slow poisoning.
TEST_F(ListDifferencesTest, AMonthOfOneADayShows) {
    const auto id = new_list("slow");
    for (int day = 0; day < 30; ++day)
        db::advisories::put(tx, id, {entry("h" + std::to_string(day) + ".example")});
    const auto quiet = new_list("quiet");
    db::advisories::put(tx, quiet, {entry("spam.example", false)});
    EXPECT_EQ(report("slow").difference.added, 30);
    EXPECT_EQ(report("slow").new_percent, 100);
    EXPECT_EQ(report("quiet").difference.added, 0);
    db::advisory_changes::forget(tx, system_now() + 1h);
    EXPECT_EQ(report("slow").difference.added, 0);
    EXPECT_EQ(report("slow").difference.in_force, 30);
}

} // namespace
