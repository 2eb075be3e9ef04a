#include "educators/leavers.h"

#include "base/text.h"
#include "db/audit_log.h"
#include "db/leaver_keys.h"
#include "db/roster_people.h"
#include "educators/attestation.h"
#include "mail/letters.h"
#include "members/accounts.h"

#include <fmt/format.h>

namespace educators {
namespace {

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "stay request: " + shown, shown};
}

const Error not_found{Error::Kind::NotFound,
                      "no open stay request",
                      "This request is answered, or the person is back on the roster."};

void note(db::Tx& tx,
          const char* act,
          const db::StayRequest& request,
          const StayDecision& decision,
          Time now) {
    db::audit_log::insert(tx,
                          {.at = now,
                           .actor = decision.by,
                           .act = act,
                           .subject = to_string(request.account),
                           .reason = decision.reason,
                           .details = {{"kind", request.kind}, {"text", request.text}}});
}

/// What the roster closed is open by an officer's word now: a later run must not take a moderator's
/// suspension for its own.
void free_from_roster(db::Tx& tx, db::RosterPerson person, Time now) {
    person.closed_account = false;
    db::roster_people::store(tx, {&person, 1}, now);
}

} // namespace

Result<Done> ask_to_stay(db::Tx& tx, db::StayRequest request, Time now) {
    if (request.kind != to_string(Kind::Retired) && request.kind != to_string(Kind::Substitute))
        return refused("Please say whether you want to stay as retired or as a substitute.");
    request.text = clean_text(request.text, max_stay_text, Lines::Keep);
    request.asked_at = now;
    if (!db::stay_requests::insert(tx, request)) return refused("Your request is waiting already.");
    return Done{};
}

Result<Done> approve_stay(db::Tx& tx,
                          const Instance& instance,
                          const AttestationTerms& terms,
                          const StayDecision& decision,
                          Time now) {
    // An import that lists the person again, and this, one after the other.
    db::roster_people::lock(tx);
    const auto request = db::stay_requests::find_open(tx, decision.request);
    if (!request) return not_found;
    const auto kind = parse_kind(request->kind);
    if (!kind) return not_found;
    const auto person = db::roster_people::find_by_account(tx, request->account);
    if (person && person->state == "removed" && !person->closed_account)
        return refused("A moderator had closed this account before they left; ask there first.");
    if (auto open = members::set_state(tx, request->account, db::MemberState::Active, now); !open)
        return open;
    if (person) free_from_roster(tx, *person, now);
    db::leaver_keys::adopt_email(tx, request->account);
    const auto granted = attest(tx,
                                load_issuer(tx, instance, terms, now),
                                {.account = request->account,
                                 .kind = *kind,
                                 .assurance = Assurance::StaffCheck,
                                 .by = decision.by},
                                now);
    if (!granted) return granted.error();
    note(tx, "leaver.approve", *request, decision, now);
    mail::post(
        tx,
        mail::Letter::StayAnswer,
        request->account,
        {{"answer",
          fmt::format("You stay, as {}. Sign in as before, with your password:\n\n{}/sign-in",
                      request->kind == "retired" ? "a retired educator" : "a substitute",
                      instance.origin)}});
    return Done{};
}

Result<Done> refuse_stay(db::Tx& tx, const StayDecision& decision, Time now) {
    const auto request = db::stay_requests::find_open(tx, decision.request);
    if (!request) return not_found;
    StayDecision clean = decision;
    clean.reason = clean_text(decision.reason, max_stay_text);
    if (clean.reason.empty()) return refused("Please give a reason; they read it.");
    db::stay_requests::refuse(tx, request->id, clean.reason, now);
    note(tx, "leaver.refuse", *request, clean, now);
    mail::post(tx,
               mail::Letter::StayAnswer,
               request->account,
               {{"answer", "It was refused: " + clean.reason}});
    return Done{};
}

} // namespace educators
