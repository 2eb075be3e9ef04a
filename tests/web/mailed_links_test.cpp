#include "db/jobs.h"
#include "members/links.h"
#include "tests/web/web_support.h"

namespace {

using members::LinkPurpose;

class MailedLinksTest : public WebTest {
  protected:
    Member with_email(bool confirmed = true) {
        const auto name = "t" + crypto::hex(crypto::random_bytes(8));
        db::Tx tx(pool);
        const auto id =
            db::accounts::insert(tx, {.uri = "https://maple.test/users/" + name, .username = name});
        db::users::insert(tx,
                          {.account = id,
                           .email = name + "@mail.test",
                           .password_hash = *passwords.hash(password),
                           .is_confirmed = confirmed});
        if (!confirmed) db::accounts::set_suspended(tx, id, now);
        tx.commit();
        return {id, name};
    }
    std::string token(const Member& who, LinkPurpose purpose) {
        db::Tx tx(pool);
        return members::make_link_token(deps.link_key, purpose, *db::users::find(tx, who.id), now);
    }
    std::int64_t letters() {
        db::Tx tx(pool);
        return db::jobs::size(tx).waiting;
    }
    http::Response ask_for_reset(const std::string& email) {
        Browser browser{*this};
        const auto page = browser.get("/forgotten-password");
        return browser.post("/forgotten-password",
                            {{"form_token", field(page, "form_token")}, {"email", email}});
    }
};

TEST_F(MailedLinksTest, O12ForgottenPasswordTellsNobodyWhoIsAMember) {
    const auto ada = with_email();
    const auto before = letters();
    const auto known = ask_for_reset(ada.name + "@mail.test");
    EXPECT_EQ(letters(), before + 1);
    const auto unknown = ask_for_reset("nobody-" + ada.name + "@mail.test");
    EXPECT_EQ(letters(), before + 1);
    EXPECT_EQ(known.status, 200);
    EXPECT_EQ(unknown.status, 200);
    EXPECT_EQ(known.body, unknown.body);

    // A flood reaches the mailbox three times an hour, and looks the same from outside.
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(ask_for_reset(" " + ada.name + "@MAIL.test ").body, known.body);
    EXPECT_EQ(letters(), before + 3);
}

TEST_F(MailedLinksTest, O12AskingForManyMailboxesStops) {
    int refused = 0;
    for (int i = 0; i < 22; ++i)
        refused += ask_for_reset(std::to_string(i) + "@mail.test").status == 429 ? 1 : 0;
    EXPECT_GE(refused, 2);
}

TEST_F(MailedLinksTest, O10AResetLinkWorksOnceAndSignsEverybodyOut) {
    const auto ada = with_email();
    auto old_browser = signed_in(ada);
    const auto link = token(ada, LinkPurpose::ResetPassword);
    Browser browser{*this};
    const auto page = browser.get("/reset-password?token=" + link);
    ASSERT_EQ(page.status, 200);
    EXPECT_EQ(page.headers.get("Referrer-Policy"), "same-origin") << "O09";
    const auto form_token = field(page, "form_token");
    const auto send = [&](const std::string& wanted, const std::string& repeated) {
        return browser.post("/reset-password",
                            {{"form_token", form_token},
                             {"token", link},
                             {"wanted", wanted},
                             {"repeated", repeated}});
    };
    EXPECT_EQ(send("short", "short").status, 422);
    EXPECT_EQ(send("blue ladders sing", "blue ladders hum").status, 422);
    EXPECT_EQ(Browser{*this}
                  .post("/reset-password",
                        {{"token", link},
                         {"wanted", "blue ladders sing"},
                         {"repeated", "blue ladders sing"}})
                  .status,
              403)
        << "O06";
    EXPECT_EQ(send("blue ladders sing", "blue ladders sing").status, 200);
    EXPECT_EQ(send("red ladders sing", "red ladders sing").status, 410);
    EXPECT_EQ(old_browser.get("/settings").status, 303);
    Browser again{*this};
    EXPECT_EQ(again.sign_in(ada.name, password).status, 401);
    EXPECT_EQ(again.sign_in(ada.name, "blue ladders sing").status, 303);
}

TEST_F(MailedLinksTest, OpeningAConfirmationChangesNothingItsButtonDoes) {
    const auto ada = with_email(false);
    const auto link = token(ada, LinkPurpose::Confirm);
    const auto is_confirmed = [&] {
        db::Tx tx(pool);
        return db::users::find(tx, ada.id)->is_confirmed;
    };
    Browser browser{*this};
    const auto page = browser.get("/confirm-email?token=" + link);
    ASSERT_EQ(page.status, 200);
    EXPECT_FALSE(is_confirmed()) << "mail scanners open links";
    EXPECT_EQ(Browser{*this}.sign_in(ada.name, password).status, 401) << "not a member yet";
    EXPECT_EQ(
        browser.post("/confirm-email", {{"form_token", field(page, "form_token")}, {"token", link}})
            .status,
        200);
    EXPECT_TRUE(is_confirmed());
    EXPECT_EQ(Browser{*this}.sign_in(ada.name, password).status, 303);
    EXPECT_EQ(browser.get("/confirm-email?token=" + link).status, 410);
    EXPECT_EQ(browser.get("/confirm-email?token=nonsense").status, 410);
}

TEST_F(MailedLinksTest, ASignInFromANewBrowserIsTold) {
    const auto ada = with_email();
    const auto before = letters();
    EXPECT_EQ(Browser{*this}.sign_in(ada.name, password).status, 303);
    EXPECT_EQ(letters(), before) << "the first one is no news";
    EXPECT_EQ(Browser{*this}.sign_in(ada.name, password).status, 303);
    EXPECT_EQ(letters(), before) << "the same kind of browser";
}

TEST_F(MailedLinksTest, TheDigestIsSwitchedOnAndOff) {
    const auto ada = with_email();
    auto browser = signed_in(ada);
    const auto wants = [&] {
        db::Tx tx(pool);
        return db::users::find(tx, ada.id)->settings.value("mail_digest", "") == "weekly";
    };
    const auto token_of_form = field(browser.get("/settings"), "form_token");
    EXPECT_FALSE(wants());
    EXPECT_EQ(browser.post("/settings/digest", {{"weekly", "true"}}).status, 403) << "O06";
    browser.post("/settings/digest", {{"form_token", token_of_form}, {"weekly", "true"}});
    EXPECT_TRUE(wants());
    browser.post("/settings/digest", {{"form_token", token_of_form}, {"weekly", "false"}});
    EXPECT_FALSE(wants());
}

} // namespace
