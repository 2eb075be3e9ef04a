#pragma once

#include "educators/import.h"
#include "outbox/sign_up.h"

#include <string>
#include <vector>

namespace outbox {

/// What joining by our own page needs besides a sign-up by an app.
struct JoinDesk {
    const SignUpDesk& sign_ups;
    const educators::RosterDesk& roster;
    bool sends_mail = false;     ///< Without a relay nobody can join.
    std::string terms_version{}; ///< Of terms and rules, as they stand.
};

/// Makes a member who waits for the proof that the address is theirs, as sign_up() does, and lets
/// in by three ways, whatever the mode: the address is that of an educator of the roster without an
/// account (they are bound when it is proved); an invitation; a reason that a moderator approves,
/// where the mode lets people ask. Where none of them holds nothing is made, and the answer is the
/// same: who is in the roster is told to nobody. An address of a student or family is refused.
///
/// Errors: Forbidden (not from that address), RateLimited, Unavailable.
Result<std::vector<SignUpProblem>> join(const JoinDesk& desk,
                                        const SignUp& wanted,
                                        const std::string& invitation,
                                        Time now);

} // namespace outbox
