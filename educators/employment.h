#pragma once

#include "educators/roster_accounts.h"

#include <string_view>

/// Whether a member works in the district, as others than the roster tell it: the sign-on by a role
/// that is lost, the directory by SCIM. What follows is the roster's: the account is `left`.
namespace educators {

enum class EmploymentSource { SignOn, Scim };

/// The member left: sessions, tokens, streams and the attestation end at once. Repeating it changes
/// nothing. An instance's only owner keeps the account, so that somebody can mend a mistake; only
/// the attestation ends.
void end_employment(
    db::Tx& tx, AccountId account, EmploymentSource source, std::string_view reason, Time now);

/// That source says again that the member works here. The account opens when no other source and
/// not the roster says otherwise, and was not shut by a person; an educator of the roster is
/// attested again. Does nothing when the source never said that they left. True when it opened.
bool resume_employment(
    db::Tx& tx, const AccountRules& rules, AccountId account, EmploymentSource source, Time now);

} // namespace educators
