#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"
#include "db/waiting.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using ApprovalId = Id<struct ApprovalTag>;

/// A row of `approvals`: a hard act that one person asked for.
struct Approval {
    ApprovalId id{};
    std::string kind{};
    std::string subject{};
    Json details = Json::object();
    std::string reason{};
    AccountId asked_by{};
    Time asked_at{};
    std::optional<Time> alone_at{}; ///< From then on who asked may go on without a second person.
    AccountId decided_by{};         ///< 0: nobody yet.
    std::optional<Time> decided_at{};
    std::string decision{}; ///< "", "approved", "refused", "alone".
    std::string refusal{};
};

} // namespace db

namespace db::approvals {

ApprovalId insert(Tx& tx, const Approval& approval);
std::optional<Approval> find(Tx& tx, ApprovalId id);
/// The same, and nobody else changes it before this transaction is over.
std::optional<Approval> lock(Tx& tx, ApprovalId id);
/// An undecided one about the same, asked for after `since`.
std::optional<Approval> find_open(Tx& tx,
                                  std::string_view kind,
                                  std::string_view subject,
                                  Time since);
/// The newest one that somebody asked for about the same, however it stands.
std::optional<Approval> find_newest(Tx& tx,
                                    std::string_view kind,
                                    std::string_view subject,
                                    AccountId asked_by);
/// Newest first, below `below` (0: from the newest).
std::vector<Approval> list(Tx& tx, ApprovalId below, int most);

/// Those that somebody else asked for, and that `me` may decide about.
Waiting waiting(Tx& tx, AccountId me, Time now);

/// False when it was decided before.
struct ApprovalDecision {
    ApprovalId id{};
    AccountId by{};
    std::string_view decision{};
    std::string_view refusal{};
};
bool decide(Tx& tx, const ApprovalDecision& decision, Time at);

} // namespace db::approvals
