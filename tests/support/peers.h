#pragma once

#include "actors/keys.h"
#include "actors/local.h"
#include "actors/resolve.h"
#include "actors/signer.h"
#include "base/crypto.h"
#include "base/guarded.h"
#include "base/instance.h"
#include "base/uri.h"
#include "db/peers.h"
#include "federation/signature.h"
#include "http/client.h"
#include "http/message.h"
#include "tests/support/database.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

/// The network of a test: answers by URL, in memory. The other implementation of http::Client.
class PeerNetwork : public http::Client {
  public:
    struct State {
        std::map<std::string, http::Response> answers;
        std::vector<http::Outgoing> requests;
    };

    Result<http::Response> send(const http::Outgoing& request, const http::Limits&) override {
        return state_.with([&](State& state) -> Result<http::Response> {
            state.requests.push_back(request);
            const auto answer = state.answers.find(request.url);
            if (answer == state.answers.end()) return http::Response{.status = 404};
            if (answer->second.status == 0)
                return Error{Error::Kind::Unavailable, "test: the host is away"};
            return answer->second;
        });
    }

    void answer(const std::string& url, http::Response response) {
        state_.with([&](State& state) { state.answers[url] = std::move(response); });
    }
    void answer_document(const std::string& url, const Json& document) {
        answer(url, http::activity_response(dump_json(document)));
    }
    std::size_t count(const std::string& url) {
        return state_.with([&](State& state) {
            return static_cast<std::size_t>(std::count_if(
                state.requests.begin(), state.requests.end(), [&](const auto& request) {
                    return request.url == url;
                }));
        });
    }
    std::size_t count_all() {
        return state_.with([](State& state) { return state.requests.size(); });
    }
    http::Outgoing last() {
        return state_.with([](State& state) { return state.requests.back(); });
    }

  private:
    Guarded<State> state_;
};

/// An actor of a peer, with its key.
struct PeerActor {
    std::string uri;
    std::string name;
    std::string host;
    crypto::PrivateKey key;

    std::string key_id() const { return uri + "#main-key"; }
    Json document() const {
        return {
            {"@context", {"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"}},
            {"id", uri},
            {"type", "Person"},
            {"preferredUsername", name},
            {"inbox", uri + "/inbox"},
            {"outbox", uri + "/outbox"},
            {"followers", uri + "/followers"},
            {"following", uri + "/following"},
            {"featured", uri + "/featured"},
            {"publicKey",
             {{"id", key_id()}, {"owner", uri}, {"publicKeyPem", key.public_key().pem()}}},
        };
    }
    Json webfinger() const {
        return {
            {"subject", "acct:" + name + "@" + host},
            {"links", {{{"rel", "self"}, {"type", "application/activity+json"}, {"href", uri}}}}};
    }
};

/// One house with its own rows, keys and network. Hosts are new for each test, since what goes
/// through the resolver is committed.
class PeersTest : public testing::Test {
  protected:
    PeersTest() {
        db::Tx tx(test_pool());
        server_actor = actors::ensure_server_actor(tx, instance, system_now());
        tx.commit();
        remake();
    }

    /// Anew over the same network, with empty memories.
    void remake() {
        keys = std::make_unique<actors::KeyRing>(clock);
        fetcher =
            std::make_unique<actors::Fetcher>(actors::Fetcher::Deps{.pool = test_pool(),
                                                                    .client = network,
                                                                    .instance = instance,
                                                                    .keys = *keys,
                                                                    .server_actor = server_actor.id,
                                                                    .clock = clock});
        resolver = std::make_unique<actors::Resolver>(*fetcher);
        signers = std::make_unique<actors::Signers>(
            actors::Signers::Deps{.resolver = *resolver,
                                  .receiver = {.origin = instance.origin},
                                  .may_contact = [](std::string_view) { return true; }});
    }

    static std::string new_host() {
        return "h" + crypto::hex(crypto::random_bytes(6)) + ".example";
    }

    /// Published on the network: document and WebFinger.
    PeerActor actor(const std::string& name, const std::string& host) {
        PeerActor made{"https://" + host + "/users/" + name, name, host, shared_key()};
        publish(made);
        return made;
    }
    void publish(const PeerActor& actor) {
        network.answer_document(actor.uri, actor.document());
        publish_webfinger(actor);
    }
    void publish_webfinger(const PeerActor& actor) {
        network.answer(webfinger_url(actor.name, actor.host),
                       http::json_response(actor.webfinger()));
    }
    static std::string webfinger_url(const std::string& name, const std::string& host) {
        return "https://" + host +
               "/.well-known/webfinger?resource=" + percent_encode("acct:" + name + "@" + host);
    }

    /// One RSA key for all: making one takes longer than a whole test.
    static const crypto::PrivateKey& shared_key() {
        static const auto key = crypto::PrivateKey::generate_rsa();
        return key;
    }

    void set_level(const std::string& host, db::PeerLevel level) {
        db::Tx tx(test_pool());
        db::peers::set_level(tx, host, level, "");
        tx.commit();
    }

    /// A POST as it arrives, signed by the actor.
    http::Request post(const PeerActor& actor, const std::string& path, const std::string& body) {
        http::Outgoing out{.method = "POST",
                           .url = instance.origin + path,
                           .headers = {{"Content-Type", "application/activity+json"}},
                           .body = body};
        const auto is_signed = federation::sign_cavage(out, {actor.key, actor.key_id()}, clock());
        EXPECT_TRUE(is_signed);
        http::Request request{.method = "POST", .headers = out.headers, .body = body};
        EXPECT_TRUE(http::set_target(request, path));
        request.headers.set("Host", instance.host);
        return request;
    }

    Time now = system_now();
    Clock clock = [this] { return now; };
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    PeerNetwork network;
    db::Account server_actor;
    std::unique_ptr<actors::KeyRing> keys;
    std::unique_ptr<actors::Fetcher> fetcher;
    std::unique_ptr<actors::Resolver> resolver;
    std::unique_ptr<actors::Signers> signers;
};
