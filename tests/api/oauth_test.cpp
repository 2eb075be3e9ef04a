#include "tests/api/oauth_support.h"

namespace {

constexpr auto verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr auto challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

class OAuthTokenTest : public OAuthTest {
  protected:
    void expect_refused(const http::Response& response,
                        const std::string& error,
                        int status = 400) {
        EXPECT_EQ(response.status, status);
        EXPECT_EQ(json(response)["error"], error);
        EXPECT_TRUE(json(response)["error_description"].is_string());
        EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    }
};

TEST_F(OAuthTokenTest, ACodeBecomesATokenOfTheMember) {
    const auto app = client();
    const auto account = member();
    const auto response = exchange(app, code_for(app, account));
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    const auto token = json(response);
    EXPECT_EQ(token["token_type"], "Bearer");
    EXPECT_EQ(token["scope"], "read write");
    EXPECT_TRUE(token["created_at"].is_number_integer());
    const auto caller =
        members::recognise_token(pool, token["access_token"].get<std::string>(), now);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->account, account);
}

TEST_F(OAuthTokenTest, ClientsAuthenticateInTheHeaderOrInAnyKindOfBody) {
    const auto app = client();
    const auto account = member();
    const auto basic = "Basic " + crypto::base64(app.id + ":" + app.secret);
    const Fields fields{{"grant_type", "authorization_code"},
                        {"code", code_for(app, account)},
                        {"redirect_uri", "https://app.example/callback"}};
    EXPECT_EQ(post("/oauth/token", fields, {{"Authorization", basic}}).status, 200);
    EXPECT_EQ(post_json("/oauth/token",
                        {{"grant_type", "authorization_code"},
                         {"client_id", app.id},
                         {"client_secret", app.secret},
                         {"code", code_for(app, account)},
                         {"redirect_uri", "https://app.example/callback"}})
                  .status,
              200);

    const Fields credentials{{"grant_type", "client_credentials"}};
    const auto wrong = "Basic " + crypto::base64(app.id + ":wrong");
    expect_refused(
        post("/oauth/token", credentials, {{"Authorization", wrong}}), "invalid_client", 401);
    expect_refused(post("/oauth/token", credentials, {{"Authorization", "Basic %%%"}}),
                   "invalid_request");
    expect_refused(post("/oauth/token",
                        credentials,
                        {{"Authorization", "Basic " + crypto::base64("%ff%00:x")}}),
                   "invalid_request");
    expect_refused(post("/oauth/token", credentials), "invalid_client", 401);
}

TEST_F(OAuthTokenTest, O01TheRedirectUriMustBeTheRegisteredOneByteForByte) {
    const auto app = client();
    const auto account = member();
    ASSERT_NE(code_for(app, account), "");
    for (const auto* uri : {"https://app.example/callback/",
                            "https://app.example/callback/more",
                            "https://app.example/",
                            "https://app.example/callback?x=1",
                            "https://app.example/callback#f",
                            "https://user@app.example/callback",
                            "https://app.example:8443/callback",
                            "https://app.example:443/callback",
                            "https://APP.example/callback",
                            "http://app.example/callback",
                            "https://app.example.evil.example/callback",
                            "javascript:alert(1)",
                            "urn:ietf:wg:oauth:2.0:oob",
                            ""}) {
        SCOPED_TRACE(uri);
        EXPECT_EQ(code_for(app, account, "read", "", uri), "");
        expect_refused(exchange(app, code_for(app, account), {{"redirect_uri", uri}}),
                       "invalid_grant");
    }
}

TEST_F(OAuthTokenTest, O02PkceCannotBeLeftOutOrWeakened) {
    const auto app = client();
    const auto account = member();
    EXPECT_EQ(
        exchange(app, code_for(app, account, "read", challenge), {{"code_verifier", verifier}})
            .status,
        200);

    expect_refused(exchange(app, code_for(app, account, "read", challenge)), "invalid_grant");
    for (const auto* wrong :
         {"", challenge, "short", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"}) {
        SCOPED_TRACE(wrong);
        expect_refused(
            exchange(app, code_for(app, account, "read", challenge), {{"code_verifier", wrong}}),
            "invalid_grant");
    }
    // A verifier without a challenge: somebody took the challenge out on the way.
    expect_refused(exchange(app, code_for(app, account), {{"code_verifier", verifier}}),
                   "invalid_grant");
}

TEST_F(OAuthTokenTest, O02AppsWithoutASecretNeedPkce) {
    const auto app = client({{"token_endpoint_auth_method", "none"}});
    ASSERT_EQ(app.secret, "");
    const auto account = member();
    EXPECT_EQ(
        exchange(app, code_for(app, account, "read", challenge), {{"code_verifier", verifier}})
            .status,
        200);
    EXPECT_EQ(code_for(app, account), "");
    expect_refused(exchange(app, code_for(app, account, "read", challenge)), "invalid_grant");
    expect_refused(
        post("/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", app.id}}),
        "unauthorized_client");
}

TEST_F(OAuthTokenTest, O03ACodeWorksOnceAndItsSecondUseRevokesTheFirst) {
    const auto app = client();
    const auto code = code_for(app, member());
    const auto token = json(exchange(app, code))["access_token"].get<std::string>();
    ASSERT_TRUE(holds(token));
    expect_refused(exchange(app, code), "invalid_grant");
    EXPECT_FALSE(holds(token));
}

TEST_F(OAuthTokenTest, O03AnotherAppCannotUseTheCode) {
    const auto app = client();
    const auto other = client();
    const auto account = member();
    ASSERT_EQ(exchange(app, code_for(app, account)).status, 200);
    const auto code = code_for(app, account);
    expect_refused(exchange(other, code), "invalid_grant");
    // Whoever showed it there has it: it is spent.
    expect_refused(exchange(app, code), "invalid_grant");
}

TEST_F(OAuthTokenTest, O03ACodeEndsAfterTenMinutes) {
    const auto app = client();
    const auto account = member();
    const auto good = code_for(app, account);
    const auto late = code_for(app, account);
    now += members::code_lifetime - std::chrono::seconds(1);
    EXPECT_EQ(exchange(app, good).status, 200);
    now += std::chrono::seconds(1);
    expect_refused(exchange(app, late), "invalid_grant");
}

TEST_F(OAuthTokenTest, O04ATokenHoldsOnlyWhatWasRegisteredAskedForAndAllowed) {
    const auto app = client({{"scopes", "read admin:read"}});
    const auto scope_of = [&](AccountId account, const std::string& wanted) {
        // The token endpoint's own scope parameter has no effect.
        return json(exchange(app, code_for(app, account, wanted), {{"scope", "read write"}}))
            .value("scope", "none");
    };
    const auto teacher = member();
    const auto moderator = member(db::Role::Moderator);
    EXPECT_EQ(scope_of(moderator, "read admin:read"), "read admin:read");
    EXPECT_EQ(scope_of(teacher, "read:statuses"), "read:statuses");
    EXPECT_EQ(scope_of(teacher, "read write"), "read");
    EXPECT_EQ(scope_of(teacher, "read admin:read"), "read");
    EXPECT_EQ(scope_of(teacher, "write"), "none");
    EXPECT_EQ(scope_of(teacher, "admin:read"), "none");
    EXPECT_EQ(scope_of(moderator, "admin:write"), "none");
}

TEST_F(OAuthTokenTest, O05AnAppsOwnTokenIsNoMembers) {
    const auto app = client({{"scopes", "read profile"}});
    const auto mine = json(exchange(app, code_for(app, member(), "profile")))["access_token"];
    EXPECT_EQ(get("/oauth/userinfo", mine).status, 200);

    const auto grant = json(post("/oauth/token",
                                 {{"grant_type", "client_credentials"},
                                  {"client_id", app.id},
                                  {"client_secret", app.secret},
                                  {"scope", "read profile admin:read"}}));
    EXPECT_EQ(grant["scope"], "read profile");
    const auto own = grant["access_token"].get<std::string>();
    EXPECT_TRUE(holds(own));
    EXPECT_EQ(members::recognise_token(pool, own, now)->account, AccountId{});
    EXPECT_EQ(get("/oauth/userinfo", own).status, 422);
    expect_refused(post("/oauth/token",
                        {{"grant_type", "client_credentials"},
                         {"client_id", app.id},
                         {"client_secret", app.secret},
                         {"scope", "write"}}),
                   "invalid_scope");
}

TEST_F(OAuthTokenTest, O19ThereIsNoPasswordGrant) {
    const auto app = client();
    const Fields credentials{{"client_id", app.id}, {"client_secret", app.secret}};
    const auto with = [&](const char* type) {
        auto fields = credentials;
        fields.insert(fields.end(), {{"grant_type", type}, {"username", "ada"}, {"password", "x"}});
        return post("/oauth/token", fields);
    };
    EXPECT_EQ(with("client_credentials").status, 200);
    expect_refused(with("password"), "unsupported_grant_type");
    expect_refused(with("refresh_token"), "unsupported_grant_type");
    expect_refused(post("/oauth/token", credentials), "invalid_request");
}

TEST_F(OAuthTokenTest, AMemberWhoLeftGetsNoTokenForAnOldCode) {
    const auto app = client();
    const auto account = member();
    ASSERT_EQ(exchange(app, code_for(app, account)).status, 200);
    const auto code = code_for(app, account);
    {
        db::Tx tx(pool);
        db::users::set_state(tx, account, db::MemberState::Left);
        tx.commit();
    }
    expect_refused(exchange(app, code), "invalid_grant");
}

TEST_F(OAuthTokenTest, TokensAreRevokedByTheirAppOnly) {
    const auto app = client();
    const auto other = client();
    const auto token =
        json(exchange(app, code_for(app, member())))["access_token"].get<std::string>();
    const auto revoke = [&](const Client& by, const std::string& what) {
        return post("/oauth/revoke",
                    {{"client_id", by.id}, {"client_secret", by.secret}, {"token", what}});
    };
    expect_refused(revoke(other, token), "unauthorized_client", 403);
    expect_refused(revoke({app.id, "wrong"}, token), "invalid_client", 401);
    EXPECT_TRUE(holds(token));
    EXPECT_EQ(revoke(app, "unknown").status, 200);
    const auto revoked = revoke(app, token);
    EXPECT_EQ(revoked.status, 200);
    EXPECT_EQ(revoked.body, "{}");
    EXPECT_FALSE(holds(token));
}

TEST_F(OAuthTokenTest, TheServerDescribesItself) {
    const auto response = get("/.well-known/oauth-authorization-server");
    ASSERT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "*");
    const auto metadata = json(response);
    EXPECT_EQ(metadata["issuer"], "https://maple.test/");
    EXPECT_EQ(metadata["token_endpoint"], "https://maple.test/oauth/token");
    EXPECT_EQ(metadata["code_challenge_methods_supported"], Json::array({"S256"}));
    EXPECT_EQ(metadata["response_types_supported"], Json::array({"code"}));
    EXPECT_EQ(metadata["grant_types_supported"],
              Json::array({"authorization_code", "client_credentials"}));
}

} // namespace
