#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/peerings.h"
#include "db/peers.h"
#include "db/tx.h"
#include "federation/policy.h"

#include <string>
#include <string_view>

/// What follows from a peer's policy for its level (decision 300).
namespace moderation {

/// What was read of a host: its server actor, and the policy that this one names and signed.
struct ReadPolicy {
    std::string host{};
    std::string actor_uri{};
    std::string inbox_uri{};
    std::string policy_uri{};
    federation::Policy policy{};
    std::string document{}; ///< As it came.
};

enum class Taken {
    Known,  ///< The version that we had.
    Stored, ///< A new one, not weaker than the one looked at, or nobody has looked at any.
    Held,   ///< A weaker one: the host is on hold now, or still.
};

/// Stores it. The first one of a host that was let in by hand counts as looked at; a later one that
/// promises no less does, too; a weaker one puts the host on hold until a person looks.
///
/// Errors: Invalid, with a text to show (also kept as the peering's problem): an older version than
/// the last, or the same version with another content. Nothing else changes then.
Result<Taken> take_policy(db::Tx& tx, const ReadPolicy& read, Time now);
/// It could not be had or is not good: kept for the owner to see, with no other effect.
void note_problem(db::Tx& tx, std::string_view host, std::string_view problem, Time now);

enum class Hold { Weaker, Lowered };
/// The host speaks as a guest from the next moment on: what it attests does not count, it gets no
/// narrow audience; follows stay, new ones of its people are requests. Only of a member or partner;
/// false when it is none.
bool hold(db::Tx& tx, std::string_view host, Hold why, Time now);
/// Back to the level that it had; what its policy says now counts as looked at. False when it is
/// not on hold.
bool restore(db::Tx& tx, std::string_view host, Time now);
/// On hold: its people's follows wait for whom they want to follow.
bool is_on_hold(db::Tx& tx, std::string_view host);

/// Sets the level and everything that hangs on it: failed look-ups are forgotten, marks of attested
/// accounts follow, other processes hear of it. A hold ends.
void set_level(db::Tx& tx, std::string_view host, db::PeerLevel level, Time now);

/// Ours, or nothing: the version that a person has looked at.
std::optional<federation::Policy> reviewed_policy(db::Tx& tx, const db::Peering& peering);

} // namespace moderation
