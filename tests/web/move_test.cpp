#include "outbox/move.h"
#include "tests/web/web_support.h"

namespace {

class MovePageTest : public WebTest {
  protected:
    db::Account stored(const Member& who) {
        db::Tx tx(pool);
        return *db::accounts::find(tx, who.id);
    }
    static std::string handle(const Member& who) { return "@" + who.name + "@maple.test"; }
    http::Response send(Browser& browser, const std::string& path, Fields fields) {
        fields.emplace_back("form_token", field(browser.get("/settings/move"), "form_token"));
        return browser.post(path, fields);
    }
};

TEST_F(MovePageTest, AnAliasIsAddedShownAndRemoved) {
    const auto ada = member();
    const auto old = member();
    auto browser = signed_in(ada);
    EXPECT_EQ(send(browser, "/settings/move/aliases", {{"alias", handle(old)}}).status, 303);
    EXPECT_TRUE(has(browser.get("/settings/move"), handle(old)));
    const auto unknown = send(browser, "/settings/move/aliases", {{"alias", "@nobody@maple.test"}});
    EXPECT_EQ(unknown.status, 422);
    EXPECT_TRUE(has(unknown, "No such account"));
    EXPECT_EQ(send(browser, "/settings/move/aliases", {{"alias", handle(ada)}}).status, 422);
    EXPECT_EQ(send(browser, "/settings/move/aliases/remove", {{"uri", stored(old).uri}}).status,
              303);
    EXPECT_TRUE(stored(ada).aliases.empty());
}

TEST_F(MovePageTest, AMoveAsksForThePasswordAndTheOtherSidesWord) {
    const auto ada = member();
    const auto next = member();
    auto browser = signed_in(ada);
    const auto move = [&](const std::string& typed) {
        return send(browser, "/settings/move", {{"target", handle(next)}, {"password", typed}});
    };
    const auto wrong = move("not the password");
    EXPECT_EQ(wrong.status, 403);
    EXPECT_TRUE(has(wrong, "The password is not right"));
    const auto unconfirmed = move(password);
    EXPECT_EQ(unconfirmed.status, 422);
    EXPECT_TRUE(has(unconfirmed, "does not name this one as an alias"));
    EXPECT_TRUE(stored(ada).moved_to_uri.empty());

    auto other = signed_in(next);
    ASSERT_EQ(send(other, "/settings/move/aliases", {{"alias", handle(ada)}}).status, 303);
    EXPECT_EQ(move(password).status, 303);
    EXPECT_EQ(stored(ada).moved_to_uri, stored(next).uri);
    EXPECT_TRUE(has(browser.get("/settings/move"), "You have moved"));
    EXPECT_TRUE(has(browser.get("/@" + ada.name), "This account has moved to"));
    EXPECT_EQ(send(browser, "/settings/move/cancel", {}).status, 303);
    EXPECT_TRUE(stored(ada).moved_to_uri.empty());
}

TEST_F(MovePageTest, O06_FormsOfOtherPagesAndStrangersChangeNothing) {
    const auto ada = member();
    const auto old = member();
    auto browser = signed_in(ada);
    for (const char* path : {"/settings/move",
                             "/settings/move/cancel",
                             "/settings/move/aliases",
                             "/settings/move/aliases/remove"}) {
        SCOPED_TRACE(path);
        const Fields fields{{"alias", handle(old)}, {"password", password}};
        EXPECT_EQ(browser.post(path, fields).status, 403);
        EXPECT_EQ(Browser{*this}.post(path, fields).status, 303) << "to the sign-in page";
    }
    EXPECT_TRUE(stored(ada).aliases.empty());
}

} // namespace
