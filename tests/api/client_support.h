#pragma once

#include "actors/fetcher.h"
#include "actors/local.h"
#include "actors/resolve.h"
#include "api/api.h"
#include "api/stream_hub.h"
#include "base/crypto.h"
#include "db/account_keys.h"
#include "db/follows.h"
#include "db/peers.h"
#include "db/users.h"
#include "http/client.h"
#include "moderation/peers.h"
#include "tests/api/schema.h"
#include "tests/support/database.h"
#include "tests/support/media.h"

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>

/// Answers every request with what was put under its URL; else the host is down.
class CannedClient : public http::Client {
  public:
    Result<http::Response> send(const http::Outgoing& request, const http::Limits&) override {
        ++requests;
        const auto found = answers.find(request.url);
        if (found == answers.end()) return Error{Error::Kind::Unavailable, "nobody there"};
        return found->second;
    }
    std::map<std::string, http::Response> answers;
    std::atomic<int> requests = 0;
};

/// The client API over the real database, through the router, without sockets. Handlers commit, so
/// each test has names of its own.
class ClientTest : public testing::Test {
  protected:
    ClientTest() {
        api = api::add_routes(router,
                        {.pool = pool,
                         .instance = instance,
                         .resolver = resolver,
                         .peers = peers,
                         .posts = posts,
                         .links = media.links,
                         .workshop = media.workshop,
                         .streams = streams,
                         .vapid_key = "BAdapted",
                         .clock = [this] { return now; }});
        http::Recognise recognise;
        recognise.token = [this](std::string_view bearer) -> Result<http::Caller> {
            const auto id = parse_id(bearer);
            if (!id) return Error{Error::Kind::Unauthorized, "no such token"};
            return http::Caller{.account = {*id}, .token = {*id}, .scopes = scopes};
        };
        router.recognise_with(std::move(recognise));
        db::Tx tx(pool);
        db::peers::set_level(tx, "cedar.test", db::PeerLevel::Member, "");
        tx.commit();
        peers.reload();
    }

    static std::string unique(const std::string& prefix) {
        return prefix + crypto::hex(crypto::random_bytes(6));
    }

    db::Account insert(db::Account account) {
        db::Tx tx(pool);
        account.id = db::accounts::insert(tx, account);
        tx.commit();
        return account;
    }

    db::Account member(const std::string& prefix = "ada", bool locked = false) {
        const auto name = unique(prefix);
        const auto uri = instance.origin + "/users/" + name;
        const auto account = insert({.uri = uri,
                                     .username = name,
                                     .url = instance.origin + "/@" + name,
                                     .inbox = uri + "/inbox",
                                     .shared_inbox = instance.origin + "/inbox",
                                     .outbox = uri + "/outbox",
                                     .followers_uri = uri + "/followers",
                                     .following_uri = uri + "/following",
                                     .featured_uri = uri + "/featured",
                                     .locked = locked,
                                     .created_at = now});
        db::Tx tx(pool);
        db::users::insert(tx, {.account = account.id, .created_at = now, .last_active_at = now});
        db::account_keys::insert(tx,
                                 {.key_uri = uri + "#main-key",
                                  .account = account.id,
                                  .public_pem = rsa().public_key().pem(),
                                  .private_pem = rsa().pem(),
                                  .created_at = now});
        db::account_keys::insert(tx,
                                 {.key_uri = uri + "#ed25519-key",
                                  .account = account.id,
                                  .algorithm = "ed25519",
                                  .public_pem = ed25519().public_key().pem(),
                                  .private_pem = ed25519().pem(),
                                  .created_at = now});
        tx.commit();
        return account;
    }

    AccountId server_actor() {
        db::Tx tx(pool);
        const auto id = actors::ensure_server_actor(tx, instance, now).id;
        tx.commit();
        return id;
    }

    // Making an RSA key takes longer than a test: all members share one.
    static const crypto::PrivateKey& rsa() {
        static const auto key = crypto::PrivateKey::generate_rsa();
        return key;
    }
    static const crypto::PrivateKey& ed25519() {
        static const auto key = crypto::PrivateKey::generate_ed25519();
        return key;
    }

    db::Account stranger(const std::string& prefix = "rex",
                         const std::string& host = "cedar.test") {
        const auto name = unique(prefix);
        const auto uri = "https://" + host + "/users/" + name;
        return insert({.uri = uri,
                       .username = name,
                       .domain = host,
                       .host = host,
                       .url = "https://" + host + "/@" + name,
                       .inbox = uri + "/inbox",
                       .followers_uri = uri + "/followers",
                       .discoverable = true,
                       .created_at = now,
                       .fetched_at = now});
    }

    void follow(const db::Account& follower, const db::Account& followed) {
        db::Tx tx(pool);
        db::follows::insert(tx,
                            {.follower = follower.id, .followed = followed.id, .accepted = true});
        tx.commit();
    }

    /// A post as it would have come in, without anything that follows from it.
    db::Status post_by(const db::Account& author,
                       db::Visibility visibility = db::Visibility::Public,
                       db::Status status = {}) {
        db::Tx tx(pool);
        status.created_at = now;
        status.id = db::statuses::new_id(tx, now);
        status.author = author.id;
        status.local = author.is_local();
        status.visibility = visibility;
        status.uri = author.uri + "/statuses/" + to_string(status.id);
        status.url = author.url + "/" + to_string(status.id);
        if (status.content.empty()) status.content = "<p>Hello</p>";
        EXPECT_TRUE(db::statuses::insert(tx, status));
        tx.commit();
        return status;
    }

    http::Response send(const std::string& method,
                        const std::string& target,
                        const db::Account* caller,
                        std::string body = {},
                        http::Headers headers = {}) {
        http::Request request{.method = method,
                              .headers = std::move(headers),
                              .body = std::move(body),
                              .address = "192.0.2.1"};
        EXPECT_TRUE(http::set_target(request, target)) << target;
        if (caller != nullptr)
            request.headers.add("Authorization", "Bearer " + to_string(caller->id));
        return router.answer(request);
    }
    http::Response get(const std::string& target, const db::Account& caller) {
        return send("GET", target, &caller);
    }
    http::Response post(const std::string& target,
                        const db::Account& caller,
                        const Json& body = Json::object(),
                        http::Headers headers = {}) {
        headers.add("Content-Type", "application/json");
        return send("POST", target, &caller, body.dump(), std::move(headers));
    }
    static Json json(const http::Response& response) {
        auto parsed = Json::parse(response.body, nullptr, false);
        EXPECT_FALSE(parsed.is_discarded()) << response.body;
        return parsed;
    }
    Json get_json(const std::string& target, const db::Account& caller) {
        const auto response = get(target, caller);
        EXPECT_EQ(response.status, 200) << target << " " << response.body;
        return json(response);
    }
    Json post_json(const std::string& target,
                   const db::Account& caller,
                   const Json& body = Json::object()) {
        const auto response = post(target, caller, body);
        EXPECT_EQ(response.status, 200) << target << " " << response.body;
        return json(response);
    }

    static std::vector<std::string> ids(const Json& entities) {
        std::vector<std::string> found;
        for (const auto& entity : entities)
            found.push_back(entity.at("id").get<std::string>());
        return found;
    }
    static bool contains(const Json& entities, const std::string& id) {
        const auto all = ids(entities);
        return std::find(all.begin(), all.end(), id) != all.end();
    }
    static std::string path(const char* before,
                            const db::Account& account,
                            const char* after = "") {
        return std::string(before) + to_string(account.id) + after;
    }
    static std::string status_path(const std::string& id, const char* after = "") {
        return "/api/v1/statuses/" + id + after;
    }

    std::vector<std::string> scopes{"read", "write", "follow", "profile"}; ///< Of every token.
    db::Pool& pool = test_pool();
    Time now = system_now();
    Instance instance{.origin = "https://maple.test",
                      .host = "maple.test",
                      .handle_host = "maple.test",
                      .description = "A district & its schools",
                      .contact_email = "office@maple.test"};
    CannedClient network;
    actors::KeyRing keys;
    actors::Fetcher fetcher{{.pool = pool,
                             .client = network,
                             .instance = instance,
                             .keys = keys,
                             .server_actor = server_actor()}};
    actors::Resolver resolver{fetcher};
    moderation::Peers peers{pool, instance};
    api::StreamHub streams;
    statuses::Fetcher posts{
        {.pool = pool, .instance = instance, .resolver = resolver, .peers = peers}};
    TestMedia media{instance, [this] { return now; }};
    http::Router router;
    std::shared_ptr<const api::Api> api;
};

#define EXPECT_SCHEMA(name, value) EXPECT_EQ(schema_problem(name, value), "")
