#include "members/apps.h"
#include "members/authorization.h"
#include "tests/web/web_support.h"

namespace {

constexpr auto callback = "https://app.example/callback?from=staffroom";
constexpr auto challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

class AuthorizeTest : public WebTest {
  protected:
    db::OauthApp app(members::ClientKind kind = members::ClientKind::Confidential) {
        db::Tx tx(pool);
        auto made = members::register_app(
            tx,
            {.name = "Tide <i>",
             .website = "https://home.example/",
             .redirect_uris = {callback, "tide://done", std::string(members::out_of_band)},
             .scopes = {"read", "write:statuses"},
             .kind = kind});
        tx.commit();
        return made->app;
    }
    static std::string page_of(const db::OauthApp& app, const Fields& more = {}) {
        Fields fields{{"client_id", app.client_id},
                      {"redirect_uri", callback},
                      {"response_type", "code"},
                      {"scope", "read write:statuses"},
                      {"state", "a&b=c"}};
        for (const auto& field : more) {
            std::erase_if(fields, [&](const auto& other) { return other.first == field.first; });
            fields.push_back(field);
        }
        return "/oauth/authorize?" + encode(fields);
    }
};

TEST_F(AuthorizeTest, TheWholeWayFromTheAppThroughSignInToTheCode) {
    const auto ada = member();
    const auto tide = app();
    Browser browser{*this};
    const auto sent = browser.get(page_of(tide));
    ASSERT_EQ(sent.status, 303);
    ASSERT_TRUE(location(sent).starts_with("/sign-in?return_to=%2Foauth%2Fauthorize%3F"));
    const auto form = browser.get(location(sent));
    const auto back = browser.post("/sign-in",
                                   {{"form_token", field(form, "form_token")},
                                    {"return_to", field(form, "return_to")},
                                    {"name", ada.name},
                                    {"password", password}});
    ASSERT_EQ(location(back), page_of(tide));

    const auto page = browser.get(location(back));
    ASSERT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, "Tide &lt;i&gt;"));
    EXPECT_TRUE(has(page, "home.example"));
    EXPECT_TRUE(has(page, "app.example"));
    EXPECT_TRUE(has(page, "Post, edit and delete in your name"));
    EXPECT_TRUE(has(page, "@" + ada.name + "@maple.test"));

    const auto answer = browser.post("/oauth/authorize", consent(page));
    ASSERT_EQ(answer.status, 303);
    const auto target = location(answer);
    EXPECT_TRUE(target.starts_with(std::string(callback) + "&code="));
    EXPECT_TRUE(target.ends_with("&state=a%26b%3Dc"));
    EXPECT_EQ(answer.headers.get("Cache-Control"), "private, no-store");

    const auto from = target.find("code=") + 5;
    db::Tx tx(pool);
    const auto grant = members::exchange_code(
        tx,
        tide,
        {.code = target.substr(from, target.find('&', from) - from), .redirect_uri = callback},
        now);
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->scopes, (std::vector<std::string>{"read", "write:statuses"}));
}

TEST_F(AuthorizeTest, OutOfBandShowsTheCodeAsText) {
    auto browser = signed_in(member());
    const auto page =
        browser.get(page_of(app(), {{"redirect_uri", std::string(members::out_of_band)}}));
    ASSERT_EQ(page.status, 200);
    const auto shown = browser.post("/oauth/authorize", consent(page));
    EXPECT_EQ(shown.status, 200);
    EXPECT_TRUE(has(shown, "id=\"code\">"));
    EXPECT_FALSE(shown.headers.find("Location"));
    EXPECT_EQ(shown.headers.get("Cache-Control"), "private, no-store");
}

TEST_F(AuthorizeTest, NoMeansNo) {
    auto browser = signed_in(member());
    const auto page = browser.get(page_of(app(), {{"redirect_uri", "tide://done"}}));
    const auto answer = browser.post("/oauth/authorize", consent(page, "deny"));
    EXPECT_EQ(location(answer), "tide://done?error=access_denied&state=a%26b%3Dc");
    // Neither does a form without an answer mean yes.
    const auto none = browser.post("/oauth/authorize", consent(page, ""));
    EXPECT_EQ(location(none), "tide://done?error=access_denied&state=a%26b%3Dc");
}

TEST_F(AuthorizeTest, O01AnUnregisteredAddressIsNeverGoneTo) {
    auto browser = signed_in(member());
    const auto tide = app();
    const auto good = browser.get(page_of(tide));
    ASSERT_EQ(good.status, 200);
    for (const auto* uri : {"https://app.example/callback",
                            "https://app.example/callback?from=staffroom&x=1",
                            "https://app.example/callback/../evil?from=staffroom",
                            "https://evil@app.example/callback?from=staffroom",
                            "https://app.example:8443/callback?from=staffroom",
                            "https://app.example/callback?from=staffroom#x",
                            "javascript:alert(1)",
                            "https://evil.example/",
                            ""}) {
        SCOPED_TRACE(uri);
        const auto refused = browser.get(page_of(tide, {{"redirect_uri", uri}}));
        EXPECT_EQ(refused.status, 400);
        EXPECT_FALSE(refused.headers.find("Location"));
        auto fields = consent(good);
        for (auto& [name, value] : fields) {
            if (name == "redirect_uri") value = uri;
        }
        const auto forged = browser.post("/oauth/authorize", fields);
        EXPECT_EQ(forged.status, 400);
        EXPECT_FALSE(forged.headers.find("Location"));
    }
    EXPECT_EQ(browser.get(page_of(tide, {{"client_id", "unknown"}})).status, 400);
}

TEST_F(AuthorizeTest, O02WeakPkceGoesBackToTheAppAsAnError) {
    auto browser = signed_in(member());
    const auto tide = app();
    const auto open = app(members::ClientKind::Public);
    const Fields strong{{"code_challenge", challenge}, {"code_challenge_method", "S256"}};
    EXPECT_EQ(browser.get(page_of(tide, strong)).status, 200);
    EXPECT_EQ(browser.get(page_of(open, strong)).status, 200);
    const std::pair<db::OauthApp, Fields> cases[] = {
        {tide, {{"code_challenge", challenge}, {"code_challenge_method", "plain"}}},
        {tide, {{"code_challenge", challenge}}},
        {tide, {{"code_challenge_method", "S256"}}},
        {tide,
         {{"code_challenge", std::string(challenge) + "="}, {"code_challenge_method", "S256"}}},
        {open, {}},
    };
    for (const auto& [client, fields] : cases) {
        SCOPED_TRACE(encode(fields));
        const auto refused = browser.get(page_of(client, fields));
        EXPECT_EQ(refused.status, 303);
        EXPECT_TRUE(
            location(refused).starts_with(std::string(callback) + "&error=invalid_request"));
    }
    EXPECT_TRUE(location(browser.get(page_of(tide, {{"response_type", "token"}})))
                    .starts_with(std::string(callback) + "&error=unsupported_response_type"));
}

TEST_F(AuthorizeTest, O04TheFormCannotAskForMoreThanTheAppRegistered) {
    const auto ada = member();
    auto browser = signed_in(ada);
    const auto tide = app();
    const auto page = browser.get(page_of(tide));
    auto fields = consent(page);
    for (auto& [name, value] : fields) {
        if (name == "scope") value = "read write admin:write";
    }
    const auto target = location(browser.post("/oauth/authorize", fields));
    const auto from = target.find("code=") + 5;
    db::Tx tx(pool);
    const auto grant = members::exchange_code(
        tx,
        tide,
        {.code = target.substr(from, target.find('&', from) - from), .redirect_uri = callback},
        now);
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->scopes, (std::vector<std::string>{"read", "write:statuses"}));
    EXPECT_TRUE(location(browser.get(page_of(tide, {{"scope", "admin:read"}})))
                    .starts_with(std::string(callback) + "&error=invalid_scope"));
}

TEST_F(AuthorizeTest, O06NobodyAgreesForTheMember) {
    auto browser = signed_in(member());
    const auto page = browser.get(page_of(app()));
    ASSERT_EQ(page.status, 200);
    auto fields = consent(page);
    for (auto& [name, value] : fields) {
        if (name == "form_token") value = "forged";
    }
    EXPECT_EQ(browser.post("/oauth/authorize", fields).status, 403);
    browser.headers = {{"Origin", "https://evil.example"}};
    EXPECT_EQ(browser.post("/oauth/authorize", consent(page)).status, 403);
    browser.headers = {{"Origin", "https://maple.test"}, {"Sec-Fetch-Site", "same-origin"}};
    EXPECT_EQ(browser.post("/oauth/authorize", consent(page)).status, 303);
}

TEST_F(AuthorizeTest, O07TheConsentPageCannotBeFramedAndRunsNoScript) {
    auto browser = signed_in(member());
    const auto tide = app();
    const auto page = browser.get(page_of(tide));
    const auto policy = std::string(page.headers.get("Content-Security-Policy"));
    for (const auto* part : {"default-src 'none'",
                             "frame-ancestors 'none'",
                             "base-uri 'none'",
                             "form-action 'self' https://app.example;"})
        EXPECT_NE(policy.find(part), std::string::npos) << part;
    EXPECT_EQ(policy.find("script-src"), std::string::npos);
    EXPECT_EQ(page.headers.get("X-Frame-Options"), "DENY");
    // O09: the address with the state is told to nobody.
    EXPECT_EQ(page.headers.get("Referrer-Policy"), "same-origin");
    // Clients that sign in through a pop-up need their opener.
    EXPECT_FALSE(page.headers.find("Cross-Origin-Opener-Policy"));
    const auto native = browser.get(page_of(tide, {{"redirect_uri", "tide://done"}}));
    EXPECT_NE(native.headers.get("Content-Security-Policy").find("form-action 'self' tide:;"),
              std::string::npos);
}

TEST_F(AuthorizeTest, AConnectedAppIsListedAndCanBeDisconnected) {
    const auto ada = member();
    auto browser = signed_in(ada);
    const auto tide = app();
    std::string token;
    {
        db::Tx tx(pool);
        const auto code = members::grant_code(
            tx, {.app = tide, .redirect_uri = callback, .scopes = {"read"}}, ada.id, now);
        const auto grant =
            members::exchange_code(tx, tide, {.code = code, .redirect_uri = callback}, now);
        ASSERT_TRUE(grant);
        token = grant->access_token;
        tx.commit();
    }
    const auto page = browser.get("/settings");
    EXPECT_TRUE(has(page, "Tide &lt;i&gt;"));
    const auto path = "/settings/apps/" + to_string(tide.id) + "/disconnect";
    const Fields fields{{"form_token", field(page, "form_token")}};
    EXPECT_EQ(browser.post(path, fields).status, 303);
    EXPECT_FALSE(has(browser.get("/settings"), "Tide"));
    EXPECT_EQ(browser.post(path, fields).status, 404);
}

} // namespace
