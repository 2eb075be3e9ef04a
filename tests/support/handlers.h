#pragma once

#include "actors/fetcher.h"
#include "actors/keys.h"
#include "actors/local.h"
#include "actors/resolve.h"
#include "actors/signer.h"
#include "db/account_keys.h"
#include "db/follows.h"
#include "db/notifications.h"
#include "db/peers.h"
#include "db/users.h"
#include "federation/activity.h"
#include "federation/uris.h"
#include "inbox/handlers.h"
#include "inbox/reading.h"
#include "inbox/worker.h"
#include "tests/support/peers.h"

/// A house with members, and peers whose activities reach its handlers as the worker hands them
/// over. Everything is rolled back.
class HandlerTest : public DatabaseTest {
  protected:
    HandlerTest() {
        allow("mastodon.example");
        server_actor = actors::ensure_server_actor(tx, instance, now);
        bob = member("bob");
        alice = peer("alice");
        mallory = peer("mallory", "evil.test");
        carl = peer("carl");
    }

    /// Committed, since the snapshot of peers reads it by itself.
    void allow(const std::string& host) {
        db::Tx committed(test_pool());
        db::peers::set_level(committed, host, db::PeerLevel::Member, "");
        committed.commit();
        peers.reload();
    }
    db::Account member(const std::string& name) {
        auto account = local_account(name);
        db::users::insert(tx, {.account = account.id, .password_hash = "-", .last_active_at = now});
        return account;
    }
    db::Account peer(const std::string& name, const std::string& host = "mastodon.example") {
        db::peers::set_level(tx, host, db::PeerLevel::Member, "");
        return remote_account(name, host);
    }

    /// As after signature and filters: embedded objects of Create and Update are read.
    inbox::Received received(const db::Account& sender, const Json& document) {
        auto activity = federation::parse_activity(document);
        EXPECT_TRUE(activity) << activity.error().detail;
        inbox::Item item;
        if (!activity) return item.received;
        item.received.activity = *activity;
        item.received.sender = sender;
        item.received.at = now;
        const auto& type = item.received.activity.type;
        const bool has_posts = type == "Create" || type == "Update";
        for (std::size_t i = 0; has_posts && i < item.received.activity.objects.size(); ++i) {
            const Json* object = federation::embedded_object(item.received.activity, i);
            if (object != nullptr && item.received.activity.object != sender.uri)
                inbox::add_post(item, work, *object);
        }
        if (const Json* instrument = federation::embedded_instrument(item.received.activity);
            instrument != nullptr && type == "QuoteRequest")
            inbox::add_post(item, work, *instrument);
        refused_early = item.refusal.has_value();
        return item.received;
    }

    static Json activity(const std::string& type, const db::Account& actor, const Json& object) {
        return {{"@context", "https://www.w3.org/ns/activitystreams"},
                {"id", actor.uri + "#" + type + "/" + crypto::hex(crypto::random_bytes(6))},
                {"type", type},
                {"actor", actor.uri},
                {"object", object}};
    }
    static Json note(const db::Account& author, const std::string& content = "<p>Hello</p>") {
        return {{"id", author.uri + "/statuses/" + crypto::hex(crypto::random_bytes(6))},
                {"type", "Note"},
                {"attributedTo", author.uri},
                {"content", content},
                {"to", {"https://www.w3.org/ns/activitystreams#Public"}},
                {"cc", {author.uri + "/followers"}},
                {"published", "2026-03-01T08:30:00Z"}};
    }

    std::size_t notifications_of(const db::Account& account) {
        return db::notifications::list(tx, account.id, {}, {}).size();
    }
    void follows(const db::Account& follower, const db::Account& followed, bool accepted = true) {
        db::follows::insert(tx,
                            {.follower = follower.id,
                             .followed = followed.id,
                             .accepted = accepted,
                             .created_at = now});
    }

    static constexpr auto applied = inbox::Outcome::Applied;
    static constexpr auto ignored = inbox::Outcome::Ignored;

    Time now = system_now();
    Clock clock = [this] { return now; };
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    PeerNetwork network;
    actors::KeyRing keys{clock};
    actors::Fetcher fetcher{{.pool = test_pool(),
                             .client = network,
                             .instance = instance,
                             .keys = keys,
                             .clock = clock}};
    actors::Resolver resolver{fetcher};
    actors::Signers signers{{.resolver = resolver,
                             .receiver = {.origin = instance.origin},
                             .may_contact = [](std::string_view) { return true; }}};
    moderation::Peers peers{test_pool(), instance, clock};
    db::Account server_actor;
    inbox::House house{
        .instance = instance, .peers = peers, .signers = signers, .server_actor = {}};
    statuses::Fetcher posts{{.pool = test_pool(),
                             .instance = instance,
                             .resolver = resolver,
                             .peers = peers,
                             .clock = clock}};
    inbox::Work work{.pool = test_pool(),
                     .house = house,
                     .resolver = resolver,
                     .posts = posts,
                     .clock = clock};
    db::Account bob, alice, mallory, carl;
    bool refused_early = false; ///< The object was no post of the sender's.
};
