#include "outbox/break_glass.h"

#include "db/audit_log.h"
#include "db/users.h"
#include "mail/letters.h"
#include "members/duties.h"
#include "members/permissions.h"
#include "outbox/two_people.h"

#include <algorithm>

namespace outbox {
namespace {

const Error no_request{Error::Kind::NotFound, "glass: no such request"};

Error unprocessable(std::string shown) {
    return {Error::Kind::Unprocessable, "glass: " + shown, shown};
}
Error forbidden(std::string shown) {
    return {Error::Kind::Forbidden, "glass: " + shown, shown};
}

struct Step {
    std::string act{};
    std::string reason{};
    Json details = Json::object();
};
void note(db::Tx& tx, const std::string& by, const db::GlassRequest& request, Step step, Time now) {
    const auto subject = db::accounts::find(tx, request.account);
    step.details["request"] = to_string(request.id);
    db::audit_log::insert(tx,
                          {.at = now,
                           .actor = by,
                           .act = std::move(step.act),
                           .subject = subject ? subject->uri : to_string(request.account),
                           .reason = std::move(step.reason),
                           .details = std::move(step.details)});
}

/// A request, locked, and who acts on it.
struct Case {
    db::Account officer{};
    db::GlassRequest request{};
};
Result<Case> find_case(db::Tx& tx, AccountId by, db::GlassId id) {
    auto officer = find_glass_officer(tx, by);
    auto request = officer ? db::glass_requests::lock(tx, id) : std::nullopt;
    if (!request || request->account == by) return no_request;
    return Case{std::move(*officer), std::move(*request)};
}

Result<Case> find_open_case(db::Tx& tx, AccountId by, db::GlassId id, Time now) {
    auto found = find_case(tx, by, id);
    if (!found) return found.error();
    if (const auto second = check_second(tx, found->officer, found->request.requester, now);
        !second)
        return second.error();
    switch (state_of(found->request, now)) {
    case GlassState::Waits:
        return found;
    case GlassState::Expired:
        return unprocessable("The request is older than 72 hours; it must be made again.");
    default:
        return unprocessable("Somebody decided about it before you.");
    }
}

Result<GlassHoldDraft> checked_hold(const GlassHoldDraft& draft, Time now) {
    auto reason = checked_reason(draft.reason);
    if (!reason) return reason.error();
    if (draft.end <= now || draft.end > now + longest_glass_hold)
        return unprocessable("A legal hold ends in the future, in 90 days at the latest.");
    return GlassHoldDraft{std::move(*reason), draft.end};
}

Result<Done> check_member(db::Tx& tx, AccountId by, AccountId account) {
    const auto member = db::accounts::find(tx, account);
    const auto user = db::users::find(tx, account);
    if (!member || !user || user->is_waiting())
        return unprocessable("There is no member of that name.");
    if (account == by) return unprocessable("You can read your own posts without this.");
    if (member->deleted_at || user->state == db::MemberState::Deleted)
        return unprocessable("The account was deleted, and nothing of it is kept.");
    return Done{};
}

void insert_hold(db::Tx& tx, const Case& found, const GlassHoldDraft& hold, Time now) {
    db::glass_requests::insert_hold(tx,
                                    {.request = found.request.id,
                                     .reason = hold.reason,
                                     .end = hold.end,
                                     .asked_by = found.officer.id,
                                     .asked_at = now});
    note(tx,
         found.officer.uri,
         found.request,
         {"glass.hold.ask", hold.reason, {{"until", format_iso8601(hold.end)}}},
         now);
}

void approve(db::Tx& tx, const Case& found, const db::GlassHold& hold, Time now) {
    db::glass_requests::approve_hold(tx, hold.id, found.officer.id, now);
    note(tx,
         found.officer.uri,
         found.request,
         {"glass.hold.approve", hold.reason, {{"until", format_iso8601(hold.end)}}},
         now);
}

std::string name_of(db::Tx& tx, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    return account ? "@" + account->username : "?";
}

/// Why the member hears of it so late, or "".
std::string hold_text(db::Tx& tx, db::GlassId id) {
    for (const auto& hold : db::glass_requests::list_holds(tx, id)) {
        if (hold.approved_at)
            return "You are told only now because of a legal hold: " + hold.reason + "\n";
    }
    return "";
}

void tell(db::Tx& tx, const db::GlassRequest& request, Time now) {
    mail::post(
        tx,
        mail::Letter::PostsRead,
        request.account,
        {{"first", format_date(request.first)},
         {"last", format_date(request.end - std::chrono::milliseconds{1})},
         {"requester", name_of(tx, request.requester)},
         {"approver", name_of(tx, request.decided_by)},
         {"approved", request.decided_at ? format_date(*request.decided_at) : ""},
         {"reason", request.reason},
         {"read",
          request.read_at ? "They were first looked at on " + format_date(*request.read_at) + "."
                          : "They were not looked at in the day that they were open."},
         {"hold", hold_text(tx, request.id)}});
    db::glass_requests::set_told(tx, request.id, now);
    note(tx, "house", request, {.act = "glass.tell"}, now);
}

} // namespace

std::optional<db::Account> find_glass_officer(db::Tx& tx, AccountId by) {
    const auto user = db::users::find(tx, by);
    if (!user || user->state != db::MemberState::Active || user->is_waiting()) return std::nullopt;
    if (!members::may(user->role, members::Permission::Own) &&
        !members::holds(tx, *user, members::Duty::RecordsOfficer))
        return std::nullopt;
    auto account = db::accounts::find(tx, by);
    if (!account || account->deleted_at || account->suspended_at) return std::nullopt;
    return account;
}

GlassState state_of(const db::GlassRequest& request, Time now) {
    if (request.decision == "refused") return GlassState::Refused;
    if (request.decision == "approved")
        return now < *request.decided_at + glass_opens ? GlassState::Open : GlassState::Over;
    return now < request.requested_at + glass_waits ? GlassState::Waits : GlassState::Expired;
}

Result<db::GlassId> request_glass(db::Tx& tx, AccountId by, const GlassDraft& draft, Time now) {
    auto officer = find_glass_officer(tx, by);
    if (!officer) return no_request;
    if (const auto member = check_member(tx, by, draft.account); !member) return member.error();
    auto reason = checked_reason(draft.reason);
    if (!reason) return reason.error();
    // Nobody is watched from now on: only what is there can be asked for.
    const Time end = std::min(draft.end, now);
    if (draft.first >= end || end - draft.first > longest_glass_period)
        return unprocessable("The period lies in the past and is at most a year long.");
    std::optional<GlassHoldDraft> hold;
    if (draft.hold) {
        auto checked = checked_hold(*draft.hold, now);
        if (!checked) return checked.error();
        hold = std::move(*checked);
    }
    db::GlassRequest request{.account = draft.account,
                             .requester = by,
                             .first = draft.first,
                             .end = end,
                             .reason = std::move(*reason),
                             .requested_at = now};
    request.id = db::glass_requests::insert(tx, request);
    note(tx,
         officer->uri,
         request,
         {"glass.request",
          request.reason,
          {{"first", format_iso8601(request.first)}, {"end", format_iso8601(request.end)}}},
         now);
    const auto id = request.id;
    if (hold) insert_hold(tx, {std::move(*officer), std::move(request)}, *hold, now);
    return id;
}

Result<Done> approve_glass(db::Tx& tx, AccountId by, db::GlassId id, Time now) {
    const auto found = find_open_case(tx, by, id, now);
    if (!found) return found.error();
    db::glass_requests::decide(tx, id, by, now, "approved", "");
    note(tx, found->officer.uri, found->request, {.act = "glass.approve"}, now);
    // Only the one that was asked for with it: whoever approves has seen that.
    for (const auto& hold : db::glass_requests::list_holds(tx, id))
        approve(tx, *found, hold, now);
    return Done{};
}

Result<Done> refuse_glass(
    db::Tx& tx, AccountId by, db::GlassId id, std::string_view reason, Time now) {
    const auto found = find_open_case(tx, by, id, now);
    if (!found) return found.error();
    auto checked = checked_reason(reason);
    if (!checked) return checked.error();
    db::glass_requests::decide(tx, id, by, now, "refused", *checked);
    note(tx, found->officer.uri, found->request, {"glass.refuse", std::move(*checked)}, now);
    return Done{};
}

Result<Done> ask_glass_hold(
    db::Tx& tx, AccountId by, db::GlassId id, const GlassHoldDraft& draft, Time now) {
    const auto found = find_case(tx, by, id);
    if (!found) return found.error();
    if (found->request.decision != "approved" || found->request.told_at)
        return unprocessable("A hold is for an approved request of which the member was not told.");
    const auto hold = checked_hold(draft, now);
    if (!hold) return hold.error();
    insert_hold(tx, *found, *hold, now);
    return Done{};
}

Result<Done> approve_glass_hold(
    db::Tx& tx, AccountId by, db::GlassId id, db::GlassHoldId hold_id, Time now) {
    const auto found = find_case(tx, by, id);
    if (!found) return found.error();
    const auto holds = db::glass_requests::list_holds(tx, id);
    const auto hold = std::ranges::find(holds, hold_id, &db::GlassHold::id);
    if (hold == holds.end()) return no_request;
    if (found->request.decision != "approved" || found->request.told_at || hold->approved_at ||
        hold->end <= now || hold->asked_at + glass_waits <= now)
        return unprocessable("This hold cannot be approved any more.");
    if (const auto second = check_second(tx, found->officer, hold->asked_by, now); !second)
        return second.error();
    approve(tx, *found, *hold, now);
    return Done{};
}

Result<GlassPosts> read_glass(
    db::Tx& tx, AccountId by, db::GlassId id, const GlassReading& reading, Time now) {
    const auto found = find_case(tx, by, id);
    if (!found) return found.error();
    const auto& request = found->request;
    if (request.requester != by) return forbidden("Only who asked may read.");
    if (state_of(request, now) != GlassState::Open) return forbidden("The request is not open.");
    auto author = db::accounts::find(tx, request.account);
    if (!author) return no_request;
    GlassPosts result{.request = request, .author = std::move(*author)};
    result.posts = db::private_posts::list(
        tx, {request.account, request.first, request.end}, reading.below, reading.most + 1);
    result.is_more = std::cmp_greater(result.posts.size(), reading.most);
    if (result.is_more) result.posts.pop_back();
    note(tx,
         found->officer.uri,
         request,
         {std::string(reading.act), request.reason, {{"posts", result.posts.size()}}},
         now);
    db::glass_requests::set_read(tx, id, now);
    tell_of_glass(tx, now);
    return result;
}

void tell_of_glass(db::Tx& tx, Time now) {
    for (const auto& request : db::glass_requests::claim_due(tx, now, now - glass_opens))
        tell(tx, request, now);
}

} // namespace outbox
