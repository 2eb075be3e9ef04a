#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Requests to read a member's private posts (outbox/break_glass.h), and what delays that the
/// member is told.
namespace db {

using GlassId = Id<struct GlassTag>;
using GlassHoldId = Id<struct GlassHoldTag>;

/// A row of `glass_requests`.
struct GlassRequest {
    GlassId id{};
    AccountId account{}; ///< Whose posts.
    AccountId requester{};
    Time first{}; ///< Posts from then ...
    Time end{};   ///< ... and before then.
    std::string reason{};
    Time requested_at{};
    AccountId decided_by{}; ///< 0: nobody yet.
    std::optional<Time> decided_at{};
    std::string decision{}; ///< "", "approved", "refused".
    std::string refusal{};
    std::optional<Time> read_at{}; ///< First.
    std::optional<Time> told_at{}; ///< The member was told.
};

/// A row of `glass_holds`.
struct GlassHold {
    GlassHoldId id{};
    GlassId request{};
    std::string reason{};
    Time end{};
    AccountId asked_by{};
    Time asked_at{};
    AccountId approved_by{}; ///< 0: nobody yet.
    std::optional<Time> approved_at{};
};

} // namespace db

namespace db::glass_requests {

GlassId insert(Tx& tx, const GlassRequest& request);
std::optional<GlassRequest> find(Tx& tx, GlassId id);
/// The same, and nobody else changes it before this transaction is over.
std::optional<GlassRequest> lock(Tx& tx, GlassId id);
/// The newest 100 that do not concern `but`.
std::vector<GlassRequest> list_but(Tx& tx, AccountId but);
/// Those of which the member was told, newest first, at most 100.
std::vector<GlassRequest> list_told(Tx& tx, AccountId account);
/// Approved ones of which the member has not been told, and which no hold keeps: those that were
/// read, and those that were decided before `over`. At most 100; others leave them alone.
std::vector<GlassRequest> claim_due(Tx& tx, Time now, Time over);

/// False when it was decided before.
bool decide(
    Tx& tx, GlassId id, AccountId by, Time at, std::string_view decision, std::string_view refusal);
void set_read(Tx& tx, GlassId id, Time at); ///< Changes nothing when it was read before.
void set_told(Tx& tx, GlassId id, Time at);

void insert_hold(Tx& tx, const GlassHold& hold);
/// Oldest first.
std::vector<GlassHold> list_holds(Tx& tx, GlassId request);
/// False when it was approved before.
bool approve_hold(Tx& tx, GlassHoldId id, AccountId by, Time at);

} // namespace db::glass_requests
