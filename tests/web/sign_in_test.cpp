#include "tests/web/web_support.h"

namespace {

class SignInPageTest : public WebTest {};

TEST_F(SignInPageTest, AMemberSignsInAndOutAgain) {
    const auto ada = member();
    Browser browser{*this};
    const auto signed_in = browser.sign_in(ada.name, password);
    ASSERT_EQ(signed_in.status, 303);
    EXPECT_EQ(location(signed_in), "/");
    EXPECT_TRUE(browser.cookies.contains("__Host-session"));
    const auto settings = browser.get("/settings");
    EXPECT_EQ(settings.status, 200);
    EXPECT_TRUE(has(settings, "@" + ada.name + "@maple.test"));
    EXPECT_EQ(settings.headers.get("Cache-Control"), "private, no-store");

    const auto stolen = browser.cookies;
    const auto out = browser.post("/sign-out", {{"form_token", field(settings, "form_token")}});
    EXPECT_EQ(out.status, 303);
    EXPECT_FALSE(browser.cookies.contains("__Host-session"));
    EXPECT_EQ(browser.get("/settings").status, 303);
    // O10: what was copied before is worth nothing now.
    browser.cookies = stolen;
    EXPECT_EQ(browser.get("/settings").status, 303);
}

TEST_F(SignInPageTest, AWrongPasswordIsToldWithoutSayingWhatWasWrong) {
    const auto ada = member();
    Browser browser{*this};
    const auto wrong = browser.sign_in(ada.name, "wrong");
    const auto nobody = browser.sign_in("nobody" + ada.name, "wrong");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(nobody.status, 401);
    EXPECT_TRUE(has(wrong, "role=\"alert\""));
    EXPECT_TRUE(has(wrong, "That name and password do not fit together"));
    EXPECT_TRUE(has(nobody, "That name and password do not fit together"));
    EXPECT_FALSE(browser.cookies.contains("__Host-session"));
}

TEST_F(SignInPageTest, WhatWasTypedIsShownEscaped) {
    Browser browser{*this};
    const auto page = browser.sign_in("\"><script>alert(1)</script>", "x");
    EXPECT_EQ(page.status, 401);
    EXPECT_FALSE(has(page, "<script"));
    EXPECT_TRUE(has(page, "&quot;&gt;&lt;script&gt;"));
}

TEST_F(SignInPageTest, O06AFormOfAnotherSiteSignsNobodyIn) {
    const auto ada = member();
    ASSERT_EQ(Browser{*this}.sign_in(ada.name, password).status, 303);

    // Without the page's cookie and token.
    const Fields fields{{"name", ada.name}, {"password", password}};
    EXPECT_EQ(Browser{*this}.post("/sign-in", fields).status, 403);
    // With a token that the attacker got for himself.
    Browser attacker{*this};
    const auto page = attacker.get("/sign-in");
    auto with_token = fields;
    with_token.emplace_back("form_token", field(page, "form_token"));
    EXPECT_EQ(Browser{*this}.post("/sign-in", with_token).status, 403);
    // With everything right, but the browser says where it comes from.
    for (const auto& header : {http::Headers::Line{"Origin", "https://evil.example"},
                               http::Headers::Line{"Origin", "null"},
                               http::Headers::Line{"Sec-Fetch-Site", "cross-site"},
                               http::Headers::Line{"Sec-Fetch-Site", "same-site"}}) {
        SCOPED_TRACE(header.name + " " + header.value);
        Browser foreign{*this, attacker.cookies, {header}};
        const auto refused = foreign.post("/sign-in", with_token);
        EXPECT_EQ(refused.status, 403);
        EXPECT_FALSE(foreign.cookies.contains("__Host-session"));
    }
    Browser own{*this, attacker.cookies, {{"Origin", "https://maple.test"}}};
    EXPECT_EQ(own.post("/sign-in", with_token).status, 303);
}

TEST_F(SignInPageTest, O06FormsOfSettingsNeedTheTokenOfTheirSession) {
    const auto ada = member();
    auto browser = signed_in(ada);
    auto other = signed_in(member());
    const auto foreign = field(other.get("/settings"), "form_token");
    const auto own = field(browser.get("/settings"), "form_token");
    ASSERT_FALSE(own.empty());
    ASSERT_NE(own, foreign);
    for (const auto* path : {"/settings/sessions/end",
                             "/settings/apps/1/disconnect",
                             "/settings/password",
                             "/authorize_interaction",
                             "/sign-out"}) {
        for (const auto& token : {std::string(), std::string("x"), foreign}) {
            SCOPED_TRACE(std::string(path) + " " + token);
            const auto refused =
                browser.post(path, {{"form_token", token}, {"uri", "https://maple.test/@x"}});
            EXPECT_EQ(refused.status, 403);
        }
    }
    EXPECT_EQ(browser.get("/settings").status, 200);
    EXPECT_EQ(browser.post("/sign-out", {{"form_token", own}}).status, 303);
}

TEST_F(SignInPageTest, O08AfterSignInTheBrowserStaysHere) {
    const auto ada = member();
    const struct {
        const char* wanted;
        const char* reached;
    } cases[] = {
        {"/settings", "/settings"},
        {"/oauth/authorize?a=b&c=d", "/oauth/authorize?a=b&c=d"},
        {"", "/"},
        {"https://evil.example/", "/"},
        {"//evil.example/", "/"},
        {"/\\evil.example/", "/"},
        {"\\\\evil.example", "/"},
        {"/\t/evil.example", "/"},
        {"javascript:alert(1)", "/"},
        {"evil.example", "/"},
        {"/\r\nSet-Cookie: a=b", "/"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.wanted);
        Browser browser{*this};
        EXPECT_EQ(location(browser.sign_in(ada.name, password, c.wanted)), c.reached);
        // Signed in already: the page sends on at once, by the same rule.
        EXPECT_EQ(location(browser.get("/sign-in?return_to=" + percent_encode(c.wanted))),
                  c.reached);
    }
}

TEST_F(SignInPageTest, O12TooManyGuessesHaveToWait) {
    const auto ada = member();
    Browser browser{*this};
    ASSERT_EQ(browser.sign_in(ada.name, "wrong").status, 401);
    ASSERT_EQ(Browser{*this}.sign_in(ada.name, password).status, 303);
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(browser.sign_in(ada.name, "wrong").status, 401);
    const auto limited = browser.sign_in(" @" + ada.name, password);
    EXPECT_EQ(limited.status, 429);
    EXPECT_TRUE(limited.headers.find("Retry-After"));
    EXPECT_FALSE(browser.cookies.contains("__Host-session"));
}

TEST_F(SignInPageTest, AnotherBrowserCanBeSignedOutFromTheSettings) {
    const auto ada = member();
    auto home = signed_in(ada);
    auto school = signed_in(ada);
    const auto page = home.get("/settings");
    const Fields fields{{"form_token", field(page, "form_token")}, {"key", field(page, "key")}};
    // Somebody else's session is none of ours.
    auto stranger = signed_in(member());
    auto of_stranger = fields;
    of_stranger[0].second = field(stranger.get("/settings"), "form_token");
    EXPECT_EQ(stranger.post("/settings/sessions/end", of_stranger).status, 404);

    EXPECT_EQ(home.post("/settings/sessions/end", fields).status, 303);
    EXPECT_EQ(home.get("/settings").status, 200);
    EXPECT_EQ(school.get("/settings").status, 303);
}

class PasswordPageTest : public WebTest {
  protected:
    /// A member with a one-time password.
    std::pair<Member, std::string> newcomer() {
        const auto who = member();
        db::Tx tx(pool);
        auto once = *members::reset_password(tx, passwords, who.id, now);
        tx.commit();
        return {who, once};
    }
    static Fields change(const http::Response& page,
                         const std::string& current,
                         const std::string& wanted,
                         const std::string& repeated) {
        return {{"form_token", field(page, "form_token")},
                {"return_to", field(page, "return_to")},
                {"current", current},
                {"wanted", wanted},
                {"repeated", repeated}};
    }
};

TEST_F(PasswordPageTest, AOneTimePasswordOpensOnlyThePageThatReplacesIt) {
    const auto [who, once] = newcomer();
    Browser browser{*this};
    const auto signed_in = browser.sign_in(who.name, once, "/oauth/authorize?x=1");
    EXPECT_EQ(location(signed_in), "/settings/password?return_to=%2Foauth%2Fauthorize%3Fx%3D1");
    EXPECT_EQ(browser.get("/settings").status, 303);
    EXPECT_EQ(browser.get("/oauth/authorize").status, 303);
    // The way back to sign-in ends at the same page, not in a circle.
    EXPECT_TRUE(location(browser.get("/sign-in")).starts_with("/settings/password"));

    const auto page = browser.get(location(signed_in));
    ASSERT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, "one-time password"));
    const auto changed = browser.post("/settings/password",
                                      change(page, once, "blue ladders sing", "blue ladders sing"));
    EXPECT_EQ(changed.status, 303);
    EXPECT_EQ(location(changed), "/oauth/authorize?x=1");
    EXPECT_EQ(browser.get("/settings").status, 200);
    EXPECT_EQ(Browser{*this}.sign_in(who.name, once).status, 401);
    EXPECT_EQ(Browser{*this}.sign_in(who.name, "blue ladders sing").status, 303);
}

TEST_F(PasswordPageTest, SaysWhatIsWrongBesideItsField) {
    auto browser = signed_in(member());
    const auto page = browser.get("/settings/password");
    ASSERT_EQ(page.status, 200);
    const struct {
        const char *current, *wanted, *repeated, *field;
        int status;
    } cases[] = {
        {"wrong", "blue ladders sing", "blue ladders sing", "current", 403},
        {password, "short", "short", "wanted", 422},
        {password, "blue ladders sing", "blue ladders sink", "repeated", 422},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.field);
        const auto refused =
            browser.post("/settings/password", change(page, c.current, c.wanted, c.repeated));
        EXPECT_EQ(refused.status, c.status);
        EXPECT_TRUE(has(refused, std::string("href=\"#") + c.field + "\""));
        EXPECT_TRUE(has(refused, "<title>Error: "));
        EXPECT_FALSE(has(refused, c.wanted));
    }
}

TEST_F(PasswordPageTest, O10AChangeSignsEveryOtherBrowserOut) {
    const auto ada = member();
    auto home = signed_in(ada);
    auto school = signed_in(ada);
    const auto before = home.cookies;
    const auto page = home.get("/settings/password");
    ASSERT_EQ(home.post("/settings/password",
                        change(page, password, "blue ladders sing", "blue ladders sing"))
                  .status,
              303);
    EXPECT_EQ(home.get("/settings").status, 200);
    EXPECT_EQ(school.get("/settings").status, 303);
    EXPECT_EQ((Browser{*this, before}.get("/settings").status), 303);
}

TEST_F(PasswordPageTest, O12AStolenSessionCannotGuessThePassword) {
    const auto ada = member();
    auto browser = signed_in(ada);
    const auto page = browser.get("/settings/password");
    const auto guess = change(page, "guess", "blue ladders sing", "blue ladders sing");
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(browser.post("/settings/password", guess).status, 403);
    EXPECT_EQ(browser.post("/settings/password", guess).status, 429);
}

} // namespace
