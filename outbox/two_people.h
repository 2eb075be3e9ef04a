#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/tx.h"

#include <chrono>
#include <string>
#include <string_view>

/// What a hard act needs: a reason that says something, and two people who are independent of each
/// other.
namespace outbox {

constexpr std::chrono::days new_power{7}; ///< So long nobody approves for who gave them power.

/// Free text by which others judge later: cleaned, of 10 to 1,000 letters.
/// Errors: Unprocessable, with a text to show.
Result<std::string> checked_reason(std::string_view text);

/// Whether `second` may decide about what the first asked for.
/// Errors: Forbidden, with a text to show (asked for by them, or by who gave them power lately).
Result<Done> check_second(db::Tx& tx, const db::Account& second, AccountId asked_by, Time now);

} // namespace outbox
