#include "tests/api/oauth_support.h"

namespace {

class AppsTest : public OAuthTest {};

TEST_F(AppsTest, AnAppRegistersWithAFormOrWithJson) {
    const auto by_form =
        post("/api/v1/apps",
             {{"client_name", "Tide"},
              {"redirect_uris", "https://app.example/cb\nurn:ietf:wg:oauth:2.0:oob"},
              {"scopes", "read write follow push"},
              {"website", "https://app.example"}});
    ASSERT_EQ(by_form.status, 200) << by_form.body;
    const auto app = json(by_form);
    EXPECT_EQ(app["name"], "Tide");
    EXPECT_EQ(app["website"], "https://app.example");
    EXPECT_EQ(app["redirect_uris"], Json({"https://app.example/cb", "urn:ietf:wg:oauth:2.0:oob"}));
    EXPECT_EQ(app["redirect_uri"], "https://app.example/cb\nurn:ietf:wg:oauth:2.0:oob");
    EXPECT_EQ(app["scopes"], Json({"read", "write", "follow", "push"}));
    EXPECT_EQ(app["client_secret_expires_at"], 0);
    EXPECT_TRUE(app["id"].is_string());
    EXPECT_GE(app["client_id"].get<std::string>().size(), 32U);
    EXPECT_GE(app["client_secret"].get<std::string>().size(), 32U);

    const auto by_json = json(post_json("/api/v1/apps",
                                        {{"client_name", "Tide"},
                                         {"redirect_uris", Json({"https://app.example/cb"})},
                                         {"website", nullptr}}));
    EXPECT_EQ(by_json["scopes"], Json::array({"read"}));
    EXPECT_TRUE(by_json["website"].is_null());
}

TEST_F(AppsTest, APublicAppGetsNoSecret) {
    const auto app = json(post("/api/v1/apps",
                               {{"client_name", "Browser"},
                                {"redirect_uris", "https://app.example/"},
                                {"token_endpoint_auth_method", "none"}}));
    EXPECT_FALSE(app.contains("client_secret"));
    EXPECT_EQ(app["token_endpoint_auth_method"], "none");
}

TEST_F(AppsTest, BadRegistrationsAreUnprocessable) {
    const Fields cases[] = {
        {{"redirect_uris", "https://app.example/"}},
        {{"client_name", "  "}, {"redirect_uris", "https://app.example/"}},
        {{"client_name", "Tide"}},
        {{"client_name", "Tide"}, {"redirect_uris", "javascript:alert(1)"}},
        {{"client_name", "Tide"}, {"redirect_uris", "https://app.example/ http://evil.example/"}},
        {{"client_name", "Tide"}, {"redirect_uris", "https://app.example/"}, {"scopes", "all"}},
        {{"client_name", "Tide"},
         {"redirect_uris", "https://app.example/"},
         {"website", "javascript:alert(1)"}},
    };
    for (const auto& fields : cases) {
        SCOPED_TRACE(encode(fields));
        const auto refused = post("/api/v1/apps", fields);
        EXPECT_EQ(refused.status, 422);
        EXPECT_TRUE(json(refused)["error"].is_string());
    }
}

TEST_F(AppsTest, TheAppIsToldWhatItRegistered) {
    const auto app = client();
    const auto granted = json(post("/oauth/token",
                                   {{"grant_type", "client_credentials"},
                                    {"client_id", app.id},
                                    {"client_secret", app.secret}}));
    const auto told = get("/api/v1/apps/verify_credentials", granted["access_token"]);
    EXPECT_EQ(told.status, 200);
    EXPECT_EQ(json(told)["name"], "Tide");
    EXPECT_FALSE(json(told).contains("client_secret"));
    EXPECT_EQ(get("/api/v1/apps/verify_credentials").status, 401);
    EXPECT_EQ(get("/api/v1/apps/verify_credentials", "wrong").status, 401);
}

} // namespace
