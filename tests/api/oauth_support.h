#pragma once

#include "api/oauth.h"
#include "base/crypto.h"
#include "base/uri.h"
#include "db/users.h"
#include "members/authorization.h"
#include "members/tokens.h"
#include "tests/support/database.h"

#include <utility>

/// The OAuth routes over the real database. Handlers commit, so each test has names of its own.
class OAuthTest : public testing::Test {
  protected:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    OAuthTest() {
        api::add_oauth_routes(router,
                              {.pool = pool, .instance = instance, .now = [this] { return now; }});
        http::Recognise recognise;
        recognise.token = [this](std::string_view bearer) {
            return members::recognise_token(pool, bearer, now);
        };
        router.recognise_with(std::move(recognise));
    }

    static std::string encode(const Fields& fields) {
        std::string body;
        for (const auto& [name, value] : fields) {
            if (!body.empty()) body += '&';
            body += percent_encode(name) + "=" + percent_encode(value);
        }
        return body;
    }
    http::Response post(const std::string& path, const Fields& fields, http::Headers headers = {}) {
        headers.add("Content-Type", "application/x-www-form-urlencoded");
        return send("POST", path, encode(fields), std::move(headers));
    }
    http::Response post_json(const std::string& path, const Json& body) {
        return send("POST", path, body.dump(), {{"Content-Type", "application/json"}});
    }
    http::Response get(const std::string& path, const std::string& bearer = "") {
        http::Headers headers;
        if (!bearer.empty()) headers.add("Authorization", "Bearer " + bearer);
        return send("GET", path, "", std::move(headers));
    }
    static Json json(const http::Response& response) {
        return Json::parse(response.body, nullptr, false);
    }

    struct Client {
        std::string id;
        std::string secret;
    };
    Client client(const Fields& more = {}) {
        Fields fields{{"client_name", "Tide"},
                      {"redirect_uris", "https://app.example/callback"},
                      {"scopes", "read write"}};
        fields.insert(fields.end(), more.begin(), more.end());
        const auto app = json(post("/api/v1/apps", fields));
        return {app.value("client_id", ""), app.value("client_secret", "")};
    }

    /// A member who is there for good, since handlers do not see this test's transaction.
    AccountId member(db::Role role = db::Role::Member) {
        const auto name = "t" + crypto::hex(crypto::random_bytes(8));
        db::Tx tx(pool);
        const auto id = db::accounts::insert(tx,
                                             {.uri = "https://maple.test/users/" + name,
                                              .username = name,
                                              .url = "https://maple.test/@" + name});
        db::users::insert(tx, {.account = id, .role = role});
        tx.commit();
        return id;
    }

    /// What the consent page does when the member agrees.
    std::string code_for(const Client& app,
                         AccountId account,
                         const std::string& scope = "read write",
                         const std::string& challenge = "",
                         const std::string& redirect_uri = "https://app.example/callback") {
        const members::AuthorizationRequest request{
            .client_id = app.id,
            .redirect_uri = redirect_uri,
            .response_type = "code",
            .scope = scope,
            .code_challenge = challenge,
            .code_challenge_method = challenge.empty() ? "" : "S256",
        };
        db::Tx tx(pool);
        const auto found = members::find_client(tx, request);
        if (!found) return "";
        const auto role = db::users::find(tx, account)->role;
        const auto authorization = members::check_authorization(*found, request, role);
        if (!authorization) return "";
        auto code = members::grant_code(tx, *authorization, account, now);
        tx.commit();
        return code;
    }
    http::Response exchange(const Client& app, const std::string& code, const Fields& more = {}) {
        Fields fields{{"grant_type", "authorization_code"},
                      {"client_id", app.id},
                      {"code", code},
                      {"redirect_uri", "https://app.example/callback"}};
        if (!app.secret.empty()) fields.emplace_back("client_secret", app.secret);
        for (const auto& field : more) {
            std::erase_if(fields, [&](const auto& other) { return other.first == field.first; });
            fields.push_back(field);
        }
        return post("/oauth/token", fields);
    }
    bool holds(const std::string& token) {
        return get("/api/v1/apps/verify_credentials", token).status == 200;
    }

    db::Pool& pool = test_pool();
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    http::Router router;
    Time now = system_now();

  private:
    http::Response send(const std::string& method,
                        const std::string& path,
                        std::string body,
                        http::Headers headers) {
        http::Request request{.method = method,
                              .headers = std::move(headers),
                              .body = std::move(body),
                              .address = "192.0.2.1"};
        EXPECT_TRUE(http::set_target(request, path));
        return router.answer(request);
    }
};
