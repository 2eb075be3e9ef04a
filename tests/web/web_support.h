#pragma once

#include "actors/fetcher.h"
#include "actors/resolve.h"
#include "base/crypto.h"
#include "base/html.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/account_keys.h"
#include "db/users.h"
#include "members/accounts.h"
#include "members/sessions.h"
#include "moderation/peers.h"
#include "tests/support/database.h"
#include "web/routes.h"

#include <map>
#include <memory>
#include <utility>

/// What a machine without a network has.
struct NoNetwork : http::Client {
    Result<http::Response> send(const http::Outgoing&, const http::Limits&) override {
        return Error{Error::Kind::Unavailable, "no network"};
    }
};

/// The pages over the real database. Handlers commit, so every member has a name of their own.
class WebTest : public testing::Test {
  protected:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    WebTest() {
        web::add_routes(router, deps);
        http::Recognise recognise;
        recognise.session = [this](const http::Request& request) {
            return members::recognise_session(pool, instance, request, now);
        };
        router.recognise_with(std::move(recognise));
    }

    /// A browser: keeps cookies and says where its forms come from.
    struct Browser {
        WebTest& test;
        std::map<std::string, std::string> cookies{};
        http::Headers headers{}; ///< Sent with every request.
        std::string content_type = "application/x-www-form-urlencoded"; ///< Of what is posted.

        http::Response get(const std::string& target) { return send("GET", target, ""); }
        http::Response post(const std::string& target, const Fields& fields) {
            return send("POST", target, encode(fields));
        }
        http::Response send(const std::string& method,
                            const std::string& target,
                            std::string body) {
            http::Request request{.method = method,
                                  .headers = headers,
                                  .body = std::move(body),
                                  .address = "192.0.2.1"};
            EXPECT_TRUE(http::set_target(request, target)) << target;
            request.headers.add("Host", "maple.test");
            request.headers.add("Accept", "text/html");
            request.headers.add("User-Agent", "Firefox");
            if (method == "POST") {
                request.headers.add("Content-Type", content_type);
            }
            std::string line;
            for (const auto& [name, value] : cookies)
                line += (line.empty() ? "" : "; ") + name + "=" + value;
            if (!line.empty()) request.headers.add("Cookie", line);
            auto response = test.router.answer(request);
            for (const auto set : response.headers.all("Set-Cookie")) {
                const auto pair = std::string(set.substr(0, set.find(';')));
                const auto equals = pair.find('=');
                const auto name = pair.substr(0, equals);
                cookies.erase(name);
                if (equals + 1 < pair.size()) cookies[name] = pair.substr(equals + 1);
            }
            return response;
        }
        /// Opens the sign-in page and sends its form.
        http::Response sign_in(const std::string& name,
                               const std::string& typed,
                               const std::string& return_to = "") {
            const auto page = get("/sign-in?return_to=" + percent_encode(return_to));
            return post("/sign-in",
                        {{"form_token", field(page, "form_token")},
                         {"return_to", field(page, "return_to")},
                         {"name", name},
                         {"password", typed}});
        }
    };

    static std::string encode(const Fields& fields) {
        std::string body;
        for (const auto& [name, value] : fields) {
            if (!body.empty()) body += '&';
            body += percent_encode(name) + "=" + percent_encode(value);
        }
        return body;
    }
    /// The value of a hidden field, as the browser would send it.
    static std::string field(const http::Response& page, const std::string& name) {
        const auto start = "name=\"" + name + "\" value=\"";
        // The page's own form stands after the one of the frame.
        const auto at = page.body.rfind(start);
        if (at == std::string::npos) return "";
        const auto from = at + start.size();
        return html_to_text(page.body.substr(from, page.body.find('"', from) - from));
    }
    /// All hidden fields of the consent page.
    static Fields consent(const http::Response& page, const std::string& decision = "allow") {
        Fields fields{{"decision", decision}};
        for (const auto* name : {"form_token",
                                 "client_id",
                                 "redirect_uri",
                                 "response_type",
                                 "scope",
                                 "state",
                                 "code_challenge",
                                 "code_challenge_method"})
            fields.emplace_back(name, field(page, name));
        return fields;
    }
    static std::string location(const http::Response& response) {
        return std::string(response.headers.get("Location"));
    }
    static bool has(const http::Response& page, std::string_view text) {
        return page.body.find(text) != std::string::npos;
    }

    struct Member {
        AccountId id;
        std::string name;
    };
    Member member(db::Role role = db::Role::Member) {
        const auto name = "t" + crypto::hex(crypto::random_bytes(8));
        const auto uri = "https://maple.test/users/" + name;
        db::Tx tx(pool);
        const auto id = db::accounts::insert(
            tx,
            {.uri = uri,
             .username = name,
             .display_name = "Ada <b>",
             .note = "<p>I teach <em>reading</em>.</p>",
             .fields = Json::parse(R"([{"name": "Subject", "value": "English"}])"),
             .url = "https://maple.test/@" + name,
             .inbox = uri + "/inbox"});
        db::users::insert(
            tx, {.account = id, .password_hash = *passwords.hash(password), .role = role});
        const auto key = crypto::PrivateKey::generate_ed25519();
        db::account_keys::insert(tx,
                                 {.key_uri = uri + "#main-key",
                                  .account = id,
                                  .public_pem = key.public_key().pem(),
                                  .private_pem = key.pem()});
        tx.commit();
        return {id, name};
    }
    Browser signed_in(const Member& who) {
        Browser browser{*this};
        EXPECT_EQ(browser.sign_in(who.name, password).status, 303);
        return browser;
    }

    static constexpr auto password = "green ladders sing";
    db::Pool& pool = test_pool();
    Instance instance{.origin = "https://maple.test",
                      .host = "maple.test",
                      .handle_host = "maple.test",
                      .title = "Maple <District>"};
    Time now = system_now();
    Clock clock = [this] { return now; };
    members::Passwords passwords;
    members::SignIn sign_in{.pool = pool,
                            .instance = instance,
                            .passwords = passwords,
                            .throttle_key = crypto::random_bytes(32),
                            .limits = {.per_name = 4, .per_address = 20}};
    NoNetwork network;
    actors::KeyRing keys;
    actors::Fetcher fetcher{
        {.pool = pool, .client = network, .instance = instance, .keys = keys, .clock = clock}};
    actors::Resolver resolver{fetcher};
    moderation::Peers peers{pool, instance, clock};
    members::Throttle throttle{.pool = pool, .key = sign_in.throttle_key};
    web::WebDeps deps{
        pool, instance, passwords, sign_in, resolver, peers, throttle, "link key", clock};
    http::Router router;
};
