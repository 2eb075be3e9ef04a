#include "db/audiences.h"
#include "db/lists.h"
#include "db/timelines.h"
#include "db/users.h"
#include "tests/support/educators.h"
#include "tests/web/web_support.h"

namespace {

class ComposePageTest : public WebTest {
  protected:
    db::Account account_of(const Member& one) {
        db::Tx tx(pool);
        return *db::accounts::find(tx, one.id);
    }
    void confirm(const Member& one, const std::string& region = "US-CA") {
        const auto account = account_of(one);
        db::Tx tx(pool);
        educators_of_tests::attest(tx, account, region);
        tx.commit();
    }
    std::optional<db::Status> newest(const Member& one) {
        db::Tx tx(pool);
        const auto ids = db::timelines::of_account(tx, one.id, one.id, {}, {.limit = 1});
        return ids.empty() ? std::nullopt : db::statuses::find(tx, ids.front());
    }
    std::optional<db::Audience> audience(StatusId id) {
        db::Tx tx(pool);
        return db::audiences::find(tx, id);
    }
};

TEST_F(ComposePageTest, WritesToTheChosenAudience) {
    const auto sue = member();
    confirm(sue);
    Browser browser{*this};
    EXPECT_EQ(browser.get("/compose").status, 303) << "without a session";
    browser.sign_in(sue.name, password);
    const auto page = browser.get("/compose");
    ASSERT_EQ(page.status, 200);
    const auto token = field(page, "form_token");
    const struct {
        const char* word;
        db::Visibility visibility;
        bool local_only;
        const char* kind;
    } cases[] = {
        {"educators", db::Visibility::Private, false, "educators"},
        {"outside-district", db::Visibility::Private, false, "outside-district"},
        {"outside-region", db::Visibility::Private, false, "outside-region"},
        {"followers", db::Visibility::Private, false, ""},
        {"local", db::Visibility::Public, true, ""},
        {"public", db::Visibility::Public, false, ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.word);
        now += std::chrono::minutes{1};
        const auto answer = browser.post(
            "/compose",
            {{"form_token", token}, {"audience", c.word}, {"text", std::string("To ") + c.word}});
        ASSERT_EQ(answer.status, 303) << answer.body;
        const auto status = newest(sue);
        ASSERT_TRUE(status);
        EXPECT_TRUE(location(answer).ends_with(to_string(status->id)));
        EXPECT_EQ(status->visibility, c.visibility);
        EXPECT_EQ(status->local_only, c.local_only);
        const auto narrow = audience(status->id);
        EXPECT_EQ(narrow ? db::to_string(narrow->kind) : "", c.kind);
    }
}

TEST_F(ComposePageTest, SaysWhatIsWrongAndKeepsTheText) {
    const auto sue = member(); // Of whom nothing is confirmed.
    Browser browser{*this};
    browser.sign_in(sue.name, password);
    const auto token = field(browser.get("/compose"), "form_token");
    const auto answer = browser.post("/compose",
                                     {{"form_token", token},
                                      {"audience", "outside-region"},
                                      {"text", "Has anybody been through this?"}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_TRUE(has(answer, "Your region is not part of what is confirmed of you"));
    EXPECT_TRUE(has(answer, "Has anybody been through this?"));
    EXPECT_FALSE(newest(sue));
    for (const auto* word : {"", "circle", "circle-x", "nobody"}) {
        EXPECT_EQ(
            browser.post("/compose", {{"form_token", token}, {"audience", word}, {"text", "x"}})
                .status,
            422)
            << word;
    }
    EXPECT_EQ(
        browser.post("/compose", {{"form_token", "another"}, {"audience", "public"}, {"text", "x"}})
            .status,
        403);
    EXPECT_FALSE(newest(sue));
}

TEST_F(ComposePageTest, OthersListsAreNoCircles) {
    const auto sue = member();
    const auto other = member();
    confirm(sue);
    db::ListId list;
    {
        db::Tx tx(pool);
        list = db::lists::insert(tx, {.owner = other.id, .title = "Their own"});
        tx.commit();
    }
    Browser browser{*this};
    browser.sign_in(sue.name, password);
    const auto page = browser.get("/compose");
    EXPECT_FALSE(has(page, "Their own"));
    EXPECT_EQ(browser
                  .post("/compose",
                        {{"form_token", field(page, "form_token")},
                         {"audience", "circle-" + to_string(list)},
                         {"text", "x"}})
                  .status,
              422);
}

TEST_F(ComposePageTest, KeepsWhomFollowersOnlyPostsAreFor) {
    const auto sue = member();
    Browser browser{*this};
    browser.sign_in(sue.name, password);
    const auto token = field(browser.get("/compose"), "form_token");
    const auto choose = [&](const char* word) {
        return browser
            .post("/settings/audience", {{"form_token", token}, {"default_audience", word}})
            .status;
    };
    const auto kept = [&] {
        db::Tx tx(pool);
        return db::users::find(tx, sue.id)->settings.value("audience", "");
    };
    EXPECT_EQ(choose("outside-district"), 303);
    EXPECT_EQ(kept(), "outside-district");
    EXPECT_TRUE(has(browser.get("/compose"), "value=\"outside-district\" selected"));
    EXPECT_EQ(choose("circle"), 422);
    EXPECT_EQ(kept(), "outside-district");
    EXPECT_EQ(choose(""), 303);
    EXPECT_EQ(kept(), "");
}

} // namespace
