#pragma once

#include "base/crypto.h"
#include "db/account_keys.h"
#include "db/deliveries.h"
#include "db/follows.h"
#include "db/notifications.h"
#include "db/peers.h"
#include "db/users.h"
#include "moderation/peers.h"
#include "outbox/acting.h"
#include "outbox/publish.h"
#include "tests/support/database.h"

#include <string>
#include <vector>

/// What went into the queue for one inbox.
struct Queued {
    std::string inbox;
    Json activity;
    bool sync_followers = false;
};

class VerbsTest : public DatabaseTest {
  protected:
    const Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    const Time now = system_now();
    db::Account bob = member("bob");
    db::Account eve = member("eve");
    // Each on a host of their own, both at an allowed level; outside of the test's transaction,
    // since the snapshot of peers is read on another connection.
    db::Account alice = remote_account("alice", "cedar.example");
    db::Account carol = remote_account("carol", "birch.example");
    moderation::Peers peers{test_pool(), instance};

    VerbsTest() {
        db::Tx other(test_pool());
        db::peers::set_level(other, "cedar.example", db::PeerLevel::Member, "");
        db::peers::set_level(other, "birch.example", db::PeerLevel::Member, "");
        db::peers::set_level(other, "blocked.example", db::PeerLevel::Blocked, "");
        other.commit();
        peers.reload();
    }

    db::Account member(const std::string& name) {
        auto account = local_account(name);
        db::users::insert(tx, {.account = account.id, .password_hash = "x", .last_active_at = now});
        const auto key = crypto::PrivateKey::generate_ed25519();
        db::account_keys::insert(tx,
                                 {.key_uri = account.uri + "#main-key",
                                  .account = account.id,
                                  .public_pem = key.public_key().pem(),
                                  .private_pem = key.pem()});
        return account;
    }
    outbox::Acting by(const db::Account& account) {
        return {.instance = instance, .peers = peers, .account = account.id, .now = now};
    }
    void follows(const db::Account& follower, const db::Account& followed) {
        db::follows::insert(tx,
                            {.follower = follower.id,
                             .followed = followed.id,
                             .accepted = true,
                             .uri = follower.uri + "#follow",
                             .created_at = now});
    }
    db::Status publish(const db::Account& author, const outbox::Draft& draft) {
        const auto status = outbox::publish(tx, by(author), draft);
        EXPECT_TRUE(status) << status.error().detail;
        return status ? *status : db::Status{};
    }
    /// Empties the queue of these senders.
    std::vector<Queued> queued() {
        std::vector<Queued> result;
        for (;;) {
            db::deliveries::lock_claims(tx);
            const auto claimed = db::deliveries::claim(tx, {.most = 100, .per_host = 100});
            if (claimed.empty()) return result;
            for (const auto& delivery : claimed) {
                result.push_back({delivery.inbox.uri,
                                  Json::parse(db::deliveries::find_body(tx, delivery.body)),
                                  delivery.sync_followers});
            }
            db::deliveries::finish(tx, claimed);
        }
    }
    int notifications_of(const db::Account& account) {
        return db::notifications::count_above(tx, account.id, {}, {}, 100);
    }
};
