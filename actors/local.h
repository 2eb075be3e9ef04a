#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/tx.h"

#include <chrono>
#include <string>
#include <string_view>

namespace actors {

struct NewAccount {
    std::string name{}; ///< [A-Za-z0-9_]+, at most 30; compared without case.
    std::string display_name{};
    std::string actor_type = "Person"; ///< Person, Service or Group.
    bool locked = false;
};

/// An account of ours with an RSA and an Ed25519 key. Names are never used twice, not even after a
/// deletion, and names that mean something here (admin, actor, inbox, ...) are reserved.
///
/// Errors: Unprocessable (the name), with a text to show.
Result<db::Account> create_local_account(db::Tx& tx,
                                         const Instance& instance,
                                         const NewAccount& wanted,
                                         Time now);

/// The server actor, origin/actor (PROTOCOL 3.1); made at the first start.
db::Account ensure_server_actor(db::Tx& tx, const Instance& instance, Time now);

/// How long a new key is published before it signs: until then the Update that announces it, and
/// what is queued, are signed with the old one (PROTOCOL section 6).
constexpr std::chrono::minutes key_overlap{60};

/// Makes new keys for one of ours. The caller sends the Update (outbox::update_profile's delivery).
void rotate_keys(db::Tx& tx, const db::Account& account, Time now);

/// The document of one of our actors, the server actor too: what a signed GET answers and an Update
/// carries. Shows the newest key.
Json render_local_actor(db::Tx& tx, const Instance& instance, const db::Account& account);
/// What an unsigned fetch of a key may see.
Json render_local_actor_stub(db::Tx& tx, const Instance& instance, const db::Account& account);

} // namespace actors
