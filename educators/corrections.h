#pragma once

#include "base/result.h"
#include "db/correction_requests.h"

#include <cstddef>
#include <string>

/// A member says that what is attested of them, or listed in the roster, is wrong; a roster officer
/// looks and answers (decision 212). Neither changes what is attested: that the roster does, or
/// who attests by hand.
namespace educators {

constexpr std::size_t max_correction_text = 2000;
constexpr std::size_t max_correction_answer = 1000;

/// Errors: Unprocessable, with a text to show (nothing said, one is open).
Result<Done> ask_correction(db::Tx& tx, AccountId account, const std::string& text, Time now);

/// An entry of the audit log, which names who answered what; what was asked is not in it.
/// Errors: NotFound (answered, or asked anew); Unprocessable (nothing said).
Result<Done> answer_correction(db::Tx& tx,
                               db::CorrectionId request,
                               const std::string& by,
                               const std::string& answer,
                               Time now);

} // namespace educators
