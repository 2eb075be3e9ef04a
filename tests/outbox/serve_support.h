#pragma once

#include "actors/local.h"
#include "base/crypto.h"
#include "db/peers.h"
#include "federation/uris.h"
#include "outbox/serve.h"
#include "tests/support/database.h"

#include <optional>
#include <string>

/// Real routes over committed rows; only who signed is told by the test. Names are new each time.
class ServeTest : public testing::Test {
  protected:
    const std::string mark = crypto::hex(crypto::random_bytes(4));
    const std::string host = "cedar-" + mark + ".example";
    const Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    outbox::ServeDeps deps{.pool = test_pool(), .instance = instance};
    http::Router router;
    db::Account bob;
    db::Account alice;
    std::optional<http::Signer> signer;

    ServeTest() {
        outbox::add_routes(router, deps);
        http::Recognise recognise;
        recognise.peer = [this](const http::Request&) -> Result<http::Signer> {
            if (!signer) return Error{Error::Kind::Unauthorized, "no signature"};
            return *signer;
        };
        router.recognise_with(recognise);
        db::Tx tx(test_pool());
        bob = *actors::create_local_account(tx, instance, {.name = "bob" + mark}, system_now());
        const std::string uri = "https://" + host + "/users/alice";
        alice = {.uri = uri,
                 .username = "alice",
                 .domain = host,
                 .host = host,
                 .inbox = uri + "/inbox",
                 .shared_inbox = "https://" + host + "/inbox"};
        alice.id = db::accounts::insert(tx, alice);
        db::peers::set_level(tx, host, db::PeerLevel::Member, "");
        actors::ensure_server_actor(tx, instance, system_now());
        tx.commit();
        signer = http::Signer{.account = alice.id, .uri = alice.uri, .host = host};
    }

    db::Status post(db::Visibility visibility, bool local_only = false) {
        db::Tx tx(test_pool());
        const Time now = system_now();
        const auto id = db::statuses::new_id(tx, now);
        db::Status status{.id = id,
                          .uri = federation::status_uri(instance, bob.username, id),
                          .author = bob.id,
                          .local = true,
                          .content = "<p>Hello</p>",
                          .visibility = visibility,
                          .local_only = local_only,
                          .created_at = now};
        status.thread = id.value;
        db::statuses::insert(tx, status);
        tx.commit();
        return status;
    }

    http::Response get(std::string target) {
        if (target.starts_with(instance.origin)) target = target.substr(instance.origin.size());
        http::Request request{
            .headers = {{"Accept", "application/activity+json"}, {"Host", instance.host}}};
        EXPECT_TRUE(http::set_target(request, target));
        return router.answer(request);
    }
    Json read(const std::string& target) {
        const auto response = get(target);
        EXPECT_EQ(response.status, 200) << target;
        return response.status == 200 ? Json::parse(response.body) : Json();
    }
};
