#pragma once

#include "base/result.h"
#include "db/strikes.h"
#include "outbox/acting.h"

#include <chrono>
#include <string>

/// Strikes of our members and their appeals (POLICY section 3): each act can be appealed once,
/// within 20 days, and another moderator decides.
namespace outbox {

constexpr std::chrono::hours appeal_lifetime{20 * 24};
constexpr std::size_t max_appeal = 2'000; ///< Characters.

/// Writes it down, and tells the member in the apps, and by mail when `mails`; `made_by` and
/// `created_at` are of `acting`.
db::StrikeId strike(db::Tx& tx, const Acting& acting, db::Strike what, bool mails);

/// What an act meant for the member, as a sentence.
std::string_view consequence_of(std::string_view act);

/// Whether it can be appealed now.
bool may_appeal(const db::Strike& strike, Time now);

/// The member says why it is wrong.
/// Errors: NotFound (somebody else's); Unprocessable (too late, appealed before, no text).
Result<Done> appeal(
    db::Tx& tx, AccountId member, db::StrikeId id, const std::string& text, Time now);

struct AppealDecision {
    db::StrikeId strike{};
    bool overturned = false;
    std::string answer{}; ///< The member reads it.
};
/// Overturned, the act is undone and the member told; else it stands.
/// Errors: NotFound; Forbidden (who made the strike, or whom it hit); Unprocessable (no answer,
/// decided before).
Result<Done> decide_appeal(db::Tx& tx, const Acting& acting, const AppealDecision& decision);

/// What two other districts decided (outbox/appeal_reviews.h): no rank is asked for.
void undo_by_review(db::Tx& tx, const Acting& acting, const db::Strike& strike);

} // namespace outbox
