#pragma once

#include "educators/import.h"

#include <string>
#include <string_view>

/// How somebody of the roster comes to an account: by a mail address that it lists, once a letter
/// to it was answered. The roster's own ids are for single sign-on.
namespace educators {

enum class EmailStanding {
    Unknown,   ///< Nobody's, or somebody's who has an account.
    Claimable, ///< Of exactly one educator without an account.
    Other,     ///< A student's or a family's (rule 16).
};
EmailStanding look_up_email(db::Tx& tx, const RosterSettings& settings, std::string_view email);
/// Whether a roster had the address as a student's or a family's; no member of staff has it.
bool is_address_of_others(db::Tx& tx, std::string_view email);

/// After a member proved the address: binds them to the educator of the roster who has it, lets
/// them in and attests them. False when there is no such educator.
bool claim_by_email(db::Tx& tx, const RosterDesk& desk, AccountId account, Time now);

/// By a person, for whom the roster lists without an address.
/// Errors: NotFound (no such person or member); Unprocessable (either is bound already).
Result<Done> bind(db::Tx& tx,
                  const RosterDesk& desk,
                  std::string_view sourced_id,
                  AccountId account,
                  const std::string& by,
                  Time now);

} // namespace educators
