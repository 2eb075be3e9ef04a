#include "db/audit_log.h"
#include "db/peers.h"
#include "tests/web/web_support.h"

namespace {

class WhyPage : public WebTest {
  protected:
    const std::string post =
        "https://cedar.example/statuses/" + crypto::hex(crypto::random_bytes(6));

    void decided(const std::string& subject,
                 const std::string& reason,
                 const std::string& verdict = "hold",
                 const std::string& act = "verdict") {
        db::Tx tx(pool);
        db::peers::set_level(tx, "cedar.example", db::PeerLevel::Member, "");
        db::audit_log::insert(tx,
                              {.at = now,
                               .actor = "filter",
                               .act = act,
                               .subject = subject,
                               .verdict = verdict,
                               .filter = "a filter",
                               .reason = reason,
                               .details = {{"id", post + "/activity"}, {"post", post}}});
        tx.commit();
        peers.reload();
    }
    http::Response ask(Browser& browser, const std::string& what) {
        return browser.get("/settings/why?address=" + percent_encode(what));
    }
};

TEST_F(WhyPage, TellsWhatTheFiltersDidToAPost) {
    decided("https://cedar.example/users/alice", "student-name");
    auto browser = signed_in(member());
    EXPECT_EQ(Browser{*this}.get("/settings/why").status, 303);
    const auto page = ask(browser, post);
    ASSERT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, "It was held for a person to decide"));
    EXPECT_TRUE(has(page, "It may name a student"));
    EXPECT_TRUE(has(ask(browser, post + "/activity"), "It may name a student"));
    EXPECT_TRUE(has(ask(browser, post + "/other"), "No filter stopped it"));
    EXPECT_FALSE(has(browser.get("/settings/why"), "No filter stopped it"));
}

TEST_F(WhyPage, TellsNothingOfThirdPersonsAndOfWhatIsOnlyCounted) {
    decided("https://cedar.example/users/alice", "blocked", "drop");
    decided("https://cedar.example/users/alice", "shielded", "limit");
    decided("https://cedar.example/users/alice", "actor-limited", "limit");
    decided("https://cedar.example/users/alice", "content-words", "hold", "observed");
    auto browser = signed_in(member());
    EXPECT_TRUE(has(ask(browser, post), "No filter stopped it"));
    decided("https://cedar.example/users/alice", "very-old", "limit");
    EXPECT_TRUE(has(ask(browser, "https://cedar.example/users/alice"), "No filter stopped it"))
        << "the record of a person";
}

TEST_F(WhyPage, TellsMembersAllOfTheirOwnAndWhetherAServerIsOnTheList) {
    const auto sue = member();
    decided("https://maple.test/users/" + sue.name, "blocked", "strip");
    auto browser = signed_in(sue);
    EXPECT_TRUE(has(ask(browser, post), "A part of it was taken out"));
    auto other = signed_in(member());
    EXPECT_FALSE(has(ask(other, post), "A part of it was taken out"));
    EXPECT_TRUE(has(ask(browser, "nowhere.example"), "not on the list"));
    EXPECT_TRUE(has(ask(browser, "https://nowhere.example/users/x"), "not on the list"));
    EXPECT_FALSE(has(ask(browser, "cedar.example"), "not on the list"));
    EXPECT_TRUE(has(ask(browser, "<script>"), "&lt;script&gt;"));
}

} // namespace
