#include "outbox/approvals.h"

#include "db/audit_log.h"
#include "db/member_duties.h"
#include "db/users.h"
#include "mail/letters.h"
#include "members/duties.h"
#include "members/permissions.h"
#include "moderation/own_register.h"
#include "outbox/hard_acts.h"
#include "outbox/moderate.h"
#include "outbox/two_people.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace outbox {
namespace {

const Error no_approval{Error::Kind::NotFound, "approval: no such request"};

Error unprocessable(std::string shown) {
    return {Error::Kind::Unprocessable, "approval: " + shown, shown};
}

Result<Done> delete_account(db::Tx& tx, const Acting& asker, const db::Approval& approval) {
    const auto account = parse_id(approval.details.value("account", ""));
    return remove_account(tx, asker, AccountId{account.value_or(0)});
}

Result<Done> change_register_key(db::Tx& tx, const Acting& asker, const db::Approval& approval) {
    const auto me = db::accounts::find(tx, asker.account);
    const auto key = moderation::rotate_own_register_key(
        tx, {.by = me ? me->uri : "", .reason = approval.reason, .now = asker.now});
    if (!key) return key.error();
    return Done{};
}

constexpr std::array kinds{
    ApprovalKind{"account.delete", "Delete an account", Approvers::Owners, delete_account},
    ApprovalKind{
        "register.key", "Change the key of our register", Approvers::Owners, change_register_key},
    ApprovalKind{covenant_kind, "Promise less", Approvers::Owners, publish_weaker},
    ApprovalKind{unblock_kind, "Take a block back", Approvers::Owners, end_block_asked},
    ApprovalKind{roster_kind, "Apply a large roster import", Approvers::RosterOfficers, nullptr},
    ApprovalKind{"records.export", "Export records", Approvers::RecordsOfficers, nullptr},
};

/// Everybody who may approve that kind.
std::vector<AccountId> list_approvers(db::Tx& tx, Approvers approvers) {
    const auto owner = db::to_string(db::Role::Owner);
    std::string_view duty;
    if (approvers == Approvers::RecordsOfficers)
        duty = members::to_string(members::Duty::RecordsOfficer);
    if (approvers == Approvers::RosterOfficers)
        duty = members::to_string(members::Duty::RosterOfficer);
    return db::member_duties::list_holders(tx, duty, owner);
}

/// Those of them who are independent of who asks.
std::vector<AccountId> list_seconds(db::Tx& tx, Approvers approvers, AccountId asker, Time now) {
    std::vector<AccountId> seconds;
    for (const auto id : list_approvers(tx, approvers)) {
        const auto account = db::accounts::find(tx, id);
        if (account && check_second(tx, *account, asker, now)) seconds.push_back(id);
    }
    return seconds;
}

std::vector<AccountId> list_moderators(db::Tx& tx) {
    auto everybody = db::member_duties::list_holders(tx, "", db::to_string(db::Role::Moderator));
    const auto owners = list_approvers(tx, Approvers::Owners);
    everybody.insert(everybody.end(), owners.begin(), owners.end());
    return everybody;
}

void tell(db::Tx& tx, const db::Approval& approval, const ApprovalKind& kind, bool is_alone) {
    const auto asker = db::accounts::find(tx, approval.asked_by);
    const auto readers =
        is_alone ? list_moderators(tx)
                 : list_seconds(tx, kind.approvers, approval.asked_by, approval.asked_at);
    const auto* const next =
        is_alone
            ? "Nobody else here may approve it: it can be done in 24 hours. Object before then."
            : "A second person decides about it within seven days; you may.";
    for (const auto reader : readers) {
        mail::post(tx,
                   mail::Letter::ApprovalAsked,
                   reader,
                   {{"what", std::string(kind.title)},
                    {"subject", approval.subject},
                    {"requester", asker ? "@" + asker->username : "?"},
                    {"reason", approval.reason},
                    {"next", next}});
    }
}

void note(db::Tx& tx,
          const Acting& acting,
          const char* act,
          const db::Approval& approval,
          std::string_view reason = {}) {
    audit(tx,
          acting,
          act,
          approval.subject,
          reason,
          {{"request", to_string(approval.id)}, {"kind", approval.kind}});
}

/// A request, locked, and who decides.
struct Case {
    db::Account me{};
    db::Approval approval{};
    const ApprovalKind* kind = nullptr;
};
Result<Case> find_waiting(db::Tx& tx, const Acting& acting, db::ApprovalId id) {
    auto approval = db::approvals::lock(tx, id);
    const auto* const kind = approval ? find_approval_kind(approval->kind) : nullptr;
    auto me = db::accounts::find(tx, acting.account);
    if (kind == nullptr || !me || !may_approve(tx, acting.account, *kind)) return no_approval;
    switch (state_of(*approval, acting.now)) {
    case ApprovalState::Waits:
        return Case{std::move(*me), std::move(*approval), kind};
    case ApprovalState::Expired:
        return unprocessable("The request is older than seven days; it must be made again.");
    default:
        return unprocessable("Somebody decided about it before you.");
    }
}

/// In the name of who asked: what they may not do themselves, nobody does for them.
Result<Done> carry_out(db::Tx& tx, const Acting& acting, const Case& found) {
    if (!may_approve(tx, found.approval.asked_by, *found.kind))
        return unprocessable("Who asked may not do this any more.");
    if (found.kind->carry_out == nullptr) return Done{};
    const Acting asker{.instance = acting.instance,
                       .peers = acting.peers,
                       .account = found.approval.asked_by,
                       .now = acting.now};
    return found.kind->carry_out(tx, asker, found.approval);
}

} // namespace

const ApprovalKind* find_approval_kind(std::string_view name) {
    const auto* const found = std::ranges::find(kinds, name, &ApprovalKind::name);
    return found == kinds.end() ? nullptr : found;
}

bool may_approve(db::Tx& tx, AccountId member, const ApprovalKind& kind) {
    const auto approvers = list_approvers(tx, kind.approvers);
    return std::ranges::find(approvers, member) != approvers.end();
}

Result<db::ApprovalId> ask_approval(db::Tx& tx, const Acting& acting, const ApprovalDraft& draft) {
    const auto* const kind = find_approval_kind(draft.kind);
    if (kind == nullptr || !may_approve(tx, acting.account, *kind)) return no_approval;
    auto reason = checked_reason(draft.reason);
    if (!reason) return reason.error();
    if (db::approvals::find_open(tx, draft.kind, draft.subject, acting.now - approval_waits))
        return unprocessable("It was asked for already, and waits for a second person.");
    const bool is_alone = list_seconds(tx, kind->approvers, acting.account, acting.now).empty();
    db::Approval approval{.kind = std::string(draft.kind),
                          .subject = draft.subject,
                          .details = draft.details,
                          .reason = std::move(*reason),
                          .asked_by = acting.account,
                          .asked_at = acting.now};
    if (is_alone) approval.alone_at = acting.now + alone_waits;
    approval.id = db::approvals::insert(tx, approval);
    note(tx, acting, "approval.ask", approval, approval.reason);
    tell(tx, approval, *kind, is_alone);
    return approval.id;
}

Result<db::ApprovalId> ask_to_remove(db::Tx& tx,
                                     const Acting& acting,
                                     AccountId target,
                                     std::string_view reason) {
    if (const auto allowed = check_removal(tx, acting, target); !allowed) return allowed.error();
    const auto account = db::accounts::find(tx, target);
    if (!account) return no_approval;
    return ask_approval(tx,
                        acting,
                        {.kind = "account.delete",
                         .subject = account->uri,
                         .details = {{"account", to_string(target)}},
                         .reason = reason});
}

Result<Done> approve_act(db::Tx& tx, const Acting& acting, db::ApprovalId id) {
    const auto found = find_waiting(tx, acting, id);
    if (!found) return found.error();
    const auto second = check_second(tx, found->me, found->approval.asked_by, acting.now);
    if (!second) return second.error();
    db::approvals::decide(tx, {.id = id, .by = acting.account, .decision = "approved"}, acting.now);
    note(tx, acting, "approval.approve", found->approval);
    return carry_out(tx, acting, *found);
}

Result<Done> refuse_act(db::Tx& tx,
                        const Acting& acting,
                        db::ApprovalId id,
                        std::string_view reason) {
    const auto found = find_waiting(tx, acting, id);
    if (!found) return found.error();
    const auto checked = checked_reason(reason);
    if (!checked) return checked.error();
    db::approvals::decide(
        tx,
        {.id = id, .by = acting.account, .decision = "refused", .refusal = *checked},
        acting.now);
    note(tx, acting, "approval.refuse", found->approval, *checked);
    return Done{};
}

Result<Done> go_on_alone(db::Tx& tx, const Acting& acting, db::ApprovalId id) {
    const auto found = find_waiting(tx, acting, id);
    if (!found) return found.error();
    const auto& approval = found->approval;
    if (approval.asked_by != acting.account) return no_approval;
    if (!approval.alone_at || acting.now < *approval.alone_at ||
        !list_seconds(tx, found->kind->approvers, acting.account, acting.now).empty()) {
        return Error{Error::Kind::Forbidden,
                     "approval: not alone",
                     "A second person decides about it; only where there is none, who asked may go "
                     "on after 24 hours."};
    }
    db::approvals::decide(tx, {.id = id, .by = acting.account, .decision = "alone"}, acting.now);
    note(tx, acting, "approval.alone", approval);
    return carry_out(tx, acting, *found);
}

ApprovalState state_of(const db::Approval& approval, Time now) {
    if (approval.decision == "refused") return ApprovalState::Refused;
    if (approval.decided_at)
        return now < *approval.decided_at + approval_opens ? ApprovalState::Open
                                                           : ApprovalState::Over;
    return now < approval.asked_at + approval_waits ? ApprovalState::Waits : ApprovalState::Expired;
}

Result<db::Approval> find_grant(db::Tx& tx,
                                const Acting& acting,
                                std::string_view kind,
                                db::ApprovalId id) {
    auto approval = db::approvals::find(tx, id);
    const auto* const row = find_approval_kind(kind);
    const bool is_theirs = approval && row != nullptr && approval->kind == kind &&
                           approval->asked_by == acting.account &&
                           may_approve(tx, acting.account, *row);
    if (!is_theirs || state_of(*approval, acting.now) != ApprovalState::Open) return no_approval;
    return std::move(*approval);
}

Result<db::Approval> find_grant_about(db::Tx& tx,
                                      const Acting& acting,
                                      std::string_view kind,
                                      std::string_view subject) {
    const auto newest = db::approvals::find_newest(tx, kind, subject, acting.account);
    if (!newest) return no_approval;
    return find_grant(tx, acting, kind, newest->id);
}

} // namespace outbox
