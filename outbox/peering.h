#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/peers.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// How two houses become peers, and how that ends (POLICY section 1, decision 300). Whoever calls
/// has checked that this person may. Every act is in the audit log.
namespace outbox {

/// Asks a house that is at an allowed level to let ours in, too: queues a Follow of its server
/// actor by ours, which waits for an answer in `peers`. Asked again, it is the same Follow; nothing
/// once they have accepted. Returns whether it asked.
bool ask_to_peer(db::Tx& tx,
                 const Instance& instance,
                 const db::Account& server_actor,
                 const db::Account& theirs,
                 Time now);

/// Who decides, and why.
struct PeerAct {
    const Instance& instance;
    std::string by{}; ///< As in the audit log.
    std::string reason{};
    Time now{};
    /// Of their policy, as the person saw it; empty where none was shown.
    std::optional<std::int64_t> seen_version{};
};

/// We want to be peers at `level` (Member or Partner) under the policy that was read last: our
/// Follow goes to their server actor; a request of theirs is accepted. Once both sides have
/// accepted, the level counts; until then the host is pending, or what it was.
///
/// Errors: Unprocessable, with a text to show: another level; its policy was not read, or has
/// changed since it was seen; blocked; a peer already.
Result<Done> agree_to_peer(db::Tx& tx,
                           const PeerAct& act,
                           const std::string& host,
                           db::PeerLevel level);
/// Says no to a request, or takes our own back. Errors: NotFound (neither is there).
Result<Done> decline_peer(db::Tx& tx, const PeerAct& act, const std::string& host);
/// Ends it and tells the house; every follow ends, and our members are told which.
/// Errors: NotFound (no peer).
Result<Done> leave_peer(db::Tx& tx, const PeerAct& act, const std::string& host);
/// The same, and the house is told nothing from then on. Also of strangers.
/// Errors: Unprocessable (our own host).
Result<Done> block_peer(db::Tx& tx, const PeerAct& act, const std::string& host);
/// From one allowed level to another. Errors: NotFound (not at an allowed level); Unprocessable.
Result<Done> change_peer_level(db::Tx& tx,
                               const PeerAct& act,
                               const std::string& host,
                               db::PeerLevel level);
/// One switch for a house gone bad: it speaks as a guest until it is restored.
/// Errors: NotFound (no member or partner).
Result<Done> lower_peer(db::Tx& tx, const PeerAct& act, const std::string& host);
/// Takes a hold back, also the one for a weaker policy: a person has looked at it.
/// Errors: NotFound (not on hold); Unprocessable (its policy has changed since it was seen).
Result<Done> restore_peer(db::Tx& tx, const PeerAct& act, const std::string& host);

/// Ends everything with a host at once: follows (our members are told which, and keep the list),
/// what was queued for it, requests, what the server actors had agreed.
void shut_out(db::Tx& tx, const std::string& host, db::PeerLevel level, Time now);

/// Tells every member and partner that our policy has a new version, by an Update of our actor.
void announce_policy(db::Tx& tx, const Instance& instance, Time now);

} // namespace outbox
