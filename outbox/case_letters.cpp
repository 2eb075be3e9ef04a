#include "outbox/case_letters.h"

#include "db/accounts.h"
#include "db/users.h"
#include "federation/case.h"
#include "mail/letters.h"
#include "members/permissions.h"
#include "outbox/cases.h"

#include <set>

namespace outbox {
namespace {

constexpr int most_reports = 1'000;
constexpr int most_late = 50;

} // namespace

void tell_reporters(db::Tx& tx, const db::Case& one, const ToldOutcome& told) {
    const auto target = db::accounts::find(tx, one.target);
    std::set<AccountId> reporters;
    for (const auto& report : db::reports::list_of_case(tx, one.id, most_reports))
        if (report.reporter) reporters.insert(report.reporter);
    for (const auto reporter : reporters) {
        mail::post(tx,
                   mail::Letter::ReportDecided,
                   reporter,
                   {{"target", target ? "@" + target->acct() : "an account"},
                    {"by", told.decided_by.empty() ? "Our moderators" : told.decided_by},
                    {"outcome", std::string(federation::outcome_text(told.outcome))},
                    {"note", told.note}});
    }
}

void remind_of_cases(db::Tx& tx, Time now) {
    const auto late = db::cases::claim_late(tx, now, most_late);
    if (late.empty()) return;
    for (const auto& user : db::users::list(tx)) {
        if (!members::may(user.role, members::Permission::Moderate)) continue;
        if (user.state != db::MemberState::Active) continue;
        mail::post(
            tx, mail::Letter::CasesLate, user.account, {{"count", std::to_string(late.size())}});
    }
}

} // namespace outbox
