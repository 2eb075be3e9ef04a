#include "db/content_rules.h"
#include "db/filter_modes.h"
#include "tests/web/web_support.h"

#include <algorithm>

namespace {

class FiltersPageTest : public WebTest {
  protected:
    std::string word = "w" + crypto::hex(crypto::random_bytes(6));

    Fields rule(Browser& browser, const char* what, const char* kind = "word") {
        return {{"form_token", field(browser.get("/settings"), "form_token")},
                {"kind", kind},
                {"value", word},
                {"verdict", "hold"},
                {"note", "flood"},
                {"what", what}};
    }
    std::optional<db::ContentRule> find_rule() {
        db::Tx tx(pool);
        for (auto& found : db::content_rules::list(tx))
            if (found.value == word) return std::move(found);
        return std::nullopt;
    }
    bool observes(const char* filter) {
        db::Tx tx(pool);
        const auto names = db::filter_modes::observed(tx);
        return std::ranges::find(names, filter) != names.end();
    }
};

TEST_F(FiltersPageTest, ShowsTwelveRowsAndLetsOnlyTheOwnerSwitchOne) {
    auto moderator = signed_in(member(db::Role::Moderator));
    const auto page = moderator.get("/admin/filters");
    EXPECT_TRUE(has(page, "1 transport"));
    EXPECT_TRUE(has(page, "12 ageing"));
    EXPECT_FALSE(has(page, "Only count"));
    const auto switched = [&](Browser& browser, const char* filter, const char* mode) {
        return browser
            .post("/admin/filters/mode",
                  {{"form_token", field(browser.get("/settings"), "form_token")},
                   {"filter", filter},
                   {"mode", mode}})
            .status;
    };
    EXPECT_EQ(switched(moderator, "ageing", "observe"), 403);
    auto owner = signed_in(member(db::Role::Owner));
    EXPECT_TRUE(has(owner.get("/admin/filters"), "Only count"));
    EXPECT_EQ(switched(owner, "ageing", "observe"), 303);
    EXPECT_TRUE(observes("ageing"));
    EXPECT_EQ(switched(owner, "ageing", "enforce"), 303);
    EXPECT_FALSE(observes("ageing"));
    EXPECT_EQ(switched(owner, "consent", "observe"), 422);
    EXPECT_EQ(switched(owner, "no such", "observe"), 404);
    EXPECT_EQ(switched(owner, "ageing", "sleep"), 422);
}

TEST_F(FiltersPageTest, TriesARuleBeforeItIsAddedAndWithdrawsIt) {
    auto moderator = signed_in(member(db::Role::Moderator));
    const auto tried = moderator.post("/admin/filters/rules", rule(moderator, "try"));
    EXPECT_EQ(tried.status, 200);
    EXPECT_TRUE(has(tried, "Nothing was changed."));
    EXPECT_TRUE(has(tried, "value=\"" + word + "\""));
    EXPECT_FALSE(find_rule());

    EXPECT_EQ(moderator.post("/admin/filters/rules", rule(moderator, "add")).status, 303);
    ASSERT_TRUE(find_rule());
    EXPECT_EQ(moderator.post("/admin/filters/rules", rule(moderator, "add")).status, 422);
    EXPECT_EQ(moderator.post("/admin/filters/rules", rule(moderator, "add", "smell")).status, 422);

    const auto path = "/admin/filters/rules/" + to_string(find_rule()->id) + "/withdraw";
    EXPECT_EQ(location(moderator.post(path, rule(moderator, ""))),
              "/admin/filters?released=0#rules");
    EXPECT_FALSE(find_rule());
    EXPECT_EQ(moderator.post(path, rule(moderator, "")).status, 404);
}

TEST_F(FiltersPageTest, ExplainsWhatIsKnownAndSaysWhenNothingIs) {
    auto moderator = signed_in(member(db::Role::Moderator));
    EXPECT_FALSE(has(moderator.get("/admin/explain"), "Nothing was refused"));
    const auto page = moderator.get("/admin/explain?what=%3Cscript%3E" + word);
    EXPECT_TRUE(has(page, "Nothing was refused"));
    EXPECT_FALSE(has(page, "<script>" + word));
}

TEST_F(FiltersPageTest, IsForModeratorsAndForTheirOwnForms) {
    auto teacher = signed_in(member());
    EXPECT_EQ(teacher.get("/admin/filters").status, 404);
    EXPECT_EQ(teacher.get("/admin/explain").status, 404);
    EXPECT_EQ(teacher.post("/admin/filters/rules", rule(teacher, "add")).status, 404);
    auto moderator = signed_in(member(db::Role::Moderator));
    EXPECT_EQ(moderator.post("/admin/filters/rules", rule(teacher, "add")).status, 403);
    EXPECT_FALSE(find_rule());
}

} // namespace
