#include "educators/reviews.h"

#include "db/audit_log.h"

#include <algorithm>
#include <array>
#include <utility>

namespace educators {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> reasons{{
    {"proctor", "the roster knows them as a proctor only"},
    {"student_role", "they are a student, too"},
    {"grades", "the row has a grade, as students have"},
    {"student_domain", "the mail address is one for students"},
    {"was_student", "the roster had them as a student"},
    {"was_family", "the roster had them as parent, guardian or relative"},
    {"id_twice", "the roster gives this id to two people; only the roster can mend that"},
    {"email_shared", "another member of staff has the same mail address"},
}};

} // namespace

std::string_view explain_reason(std::string_view reason) {
    const auto* const found =
        std::ranges::find(reasons, reason, &std::pair<std::string_view, std::string_view>::first);
    return found == reasons.end() ? reason : found->second;
}

Result<db::RosterPerson> decide_review(
    const RosterDesk& desk, db::PersonId id, Decision decision, const std::string& by, Time now) {
    db::Tx tx(desk.pool);
    db::roster_people::lock(tx);
    auto person = db::roster_people::find(tx, id);
    if (!person || person->state != "review")
        return Error{Error::Kind::NotFound, "nobody in review", "Nobody waits under this number."};
    if (decision == Decision::Accepted && person->is_twice) {
        return Error{Error::Kind::Unprocessable,
                     "one id for two people",
                     "The roster gives this id to two people. Have it mended there."};
    }
    const auto before = *person;
    person->decision = decision == Decision::Accepted ? "accepted" : "refused";
    person->decided_reasons = person->reasons;
    if (decision == Decision::Accepted) {
        person->state = "educator";
        // They are one of us now: nothing of the student or parent is compared with any more.
        db::roster_others::remove(tx, {person->id_hash});
        settle_account(tx, desk.accounts, before, *person, now);
    }
    db::roster_people::store(tx, std::span(&*person, 1), now);
    bump_roster_version(tx);
    db::audit_log::insert(tx,
                          {.actor = by,
                           .act = "roster.review",
                           .subject = to_string(id),
                           .verdict = person->decision,
                           .details = {{"reasons", person->reasons}}});
    tx.commit();
    return std::move(*person);
}

} // namespace educators
