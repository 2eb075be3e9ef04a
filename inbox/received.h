#pragma once

#include "actors/signer.h"
#include "base/id.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "federation/activity.h"
#include "federation/note.h"
#include "moderation/filters.h"
#include "moderation/peers.h"

#include <optional>
#include <string>
#include <vector>

namespace inbox {

/// The house in which a handler works.
struct House {
    const Instance& instance;
    moderation::Peers& peers;
    actors::Signers& signers;
    AccountId server_actor{};
};

/// A post that an activity brings: embedded, or fetched from its origin because only its id was
/// given.
struct Post {
    federation::Note note{};
    db::Account author{};
    bool has_leave = false; ///< A stamp of its parent's author was read.
};

/// An activity after signature, origin and filters; only the worker makes one. What a handler
/// needs from the network was fetched before, so that it only reads and writes rows.
struct Received {
    federation::Activity activity{};
    db::Account sender{}; ///< The actor.
    moderation::Effects effects{};
    std::string inbox_name{}; ///< User name of the inbox's owner; "" for the shared one.
    Time at{};
    bool sender_is_followed = false; ///< By a member of ours.
    std::vector<Post> posts{};       ///< Of Create, Update, QuoteRequest.
    /// Of Announce: a stamp of the boosted author was read.
    bool has_leave = false;
    /// The bytes as received, where a valid object proof lets them be passed on; else empty.
    std::string proven_body{};
    std::optional<db::Account> target{}; ///< Of Move: fetched fresh.
};

/// What a handler did; "not for us" is no error.
enum class Outcome { Applied, Ignored };

/// Errors: Forbidden (the sender may not: forged, or somebody else's), Invalid. Once a handler has
/// written, it returns Applied or throws.
using Handler = Result<Outcome> (*)(db::Tx&, const House&, const Received&);

} // namespace inbox
