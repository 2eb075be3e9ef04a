#pragma once

#include "base/result.h"
#include "db/approvals.h"
#include "outbox/acting.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// Hard acts take two people: one asks with a reason, another approves, and then it is done
/// (decision 370). Where nobody else could approve, who asked waits a day in which all moderators
/// know of it. Reading private posts has stricter terms of its own: outbox/break_glass.h.
namespace outbox {

constexpr std::chrono::hours approval_waits{24 * 7}; ///< For a second person.
constexpr std::chrono::hours alone_waits{24};        ///< Where there is none.
constexpr std::chrono::hours approval_opens{24}; ///< From the decision, where it opens something.

/// Who asks and who approves: owners, or owners and officers of that duty.
enum class Approvers { Owners, RecordsOfficers, RosterOfficers };

/// What two people decide about; a row of the table in approvals.cpp.
struct ApprovalKind {
    std::string_view name;  ///< Of the record: "account.delete".
    std::string_view title; ///< "Delete an account": begins a sentence.
    Approvers approvers;
    /// What follows a decision, in its transaction, in the name of who asked: a row's act reads
    /// what it needs from `details`. Null: something is open to who asked for a day
    /// (find_grant). Errors: shown to who decided; then nothing was decided.
    Result<Done> (*carry_out)(db::Tx& tx, const Acting& asker, const db::Approval& approval);
};
const ApprovalKind* find_approval_kind(std::string_view name);

/// Whether the member may ask for and decide about that kind, now.
bool may_approve(db::Tx& tx, AccountId member, const ApprovalKind& kind);

struct ApprovalDraft {
    std::string_view kind{};
    std::string subject{};
    Json details = Json::object();
    std::string_view reason{};
};
/// Asks, and writes to those who may approve; to all moderators where nobody may.
/// Errors: NotFound (no such kind, or not for them); Unprocessable (no reason, asked for already).
Result<db::ApprovalId> ask_approval(db::Tx& tx, const Acting& acting, const ApprovalDraft& draft);

/// Asks for the deletion of somebody suspended (outbox/moderate.h). Errors: also Forbidden, as
/// remove_account says.
Result<db::ApprovalId> ask_to_remove(db::Tx& tx,
                                     const Acting& acting,
                                     AccountId target,
                                     std::string_view reason);

/// The caller has asked for the password again. Does what was asked for.
/// Errors: NotFound; Forbidden (check_second); Unprocessable (decided, too late); carry_out's.
Result<Done> approve_act(db::Tx& tx, const Acting& acting, db::ApprovalId id);
/// Also by who asked: then it is taken back. Errors: NotFound; Unprocessable.
Result<Done> refuse_act(db::Tx& tx,
                        const Acting& acting,
                        db::ApprovalId id,
                        std::string_view reason);
/// By who asked, a day later, where nobody else could approve. The password, as above.
/// Errors: the same; Forbidden before the time, or when somebody else could approve meanwhile.
Result<Done> go_on_alone(db::Tx& tx, const Acting& acting, db::ApprovalId id);

enum class ApprovalState { Waits, Expired, Refused, Open, Over };
/// Open: decided for less than a day ago, which matters where there is no carry_out.
ApprovalState state_of(const db::Approval& approval, Time now);

/// What is open to who asked for it. Errors: NotFound.
Result<db::Approval> find_grant(db::Tx& tx,
                                const Acting& acting,
                                std::string_view kind,
                                db::ApprovalId id);

/// The same by what it is about, for pages that know no number. Errors: NotFound.
Result<db::Approval> find_grant_about(db::Tx& tx,
                                      const Acting& acting,
                                      std::string_view kind,
                                      std::string_view subject);

} // namespace outbox
