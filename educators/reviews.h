#pragma once

#include "educators/import.h"

#include <string>
#include <string_view>
#include <vector>

/// What the roster could not decide, decided by a person.
namespace educators {

/// Of a reason in `roster_people.reasons`: what it means, for whoever decides.
std::string_view explain_reason(std::string_view reason);

enum class Decision { Accepted, Refused };

/// Lets somebody in who waits for review, or keeps them out; it holds until the roster tells
/// something new about them.
///
/// Errors: NotFound (nobody waits under this id); Unprocessable (one id for two people: only the
/// roster can mend that).
Result<db::RosterPerson> decide_review(const RosterDesk& desk,
                                       db::PersonId person,
                                       Decision decision,
                                       const std::string& by,
                                       Time now);

} // namespace educators
