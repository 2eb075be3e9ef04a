#pragma once

#include "db/scim_users.h"
#include "educators/roster_accounts.h"
#include "educators/scim_terms.h"
#include "educators/scim_user.h"

#include <string_view>

/// What the district's directory does to accounts (SCIM 2.0, RFC 7644).
namespace educators {

struct ScimDesk {
    db::Pool& pool;
    AccountRules accounts{};
    ScimTerms terms{};
    std::string origin{};
};

/// A new user. One that was deleted and has the same externalId comes back under its old id.
/// Errors: Unprocessable, reason "uniqueness" (the name or the externalId is another user's).
Result<db::ScimUser> create_scim_user(db::Tx& tx,
                                      const ScimDesk& desk,
                                      const ScimFields& fields,
                                      Time now);

/// Writes what the user is from now on. One that is inactive has left, by the same code as who the
/// roster removes; one that is active again comes back, if nobody else says that they left.
/// Errors: NotFound; Unprocessable, reason "uniqueness".
Result<db::ScimUser> change_scim_user(
    db::Tx& tx, const ScimDesk& desk, db::ScimUserId id, const ScimFields& fields, Time now);

/// Deactivates and hides. Errors: NotFound.
Result<Done> remove_scim_user(db::Tx& tx, const ScimDesk& desk, db::ScimUserId id, Time now);

/// The account becomes the user's, and is attested if its userType says that they teach.
void claim_scim_user(db::Tx& tx,
                     const AccountRules& rules,
                     const ScimTerms& terms,
                     const db::ScimUser& user,
                     AccountId account,
                     Time now);

/// For an account that was just bound to a person of the roster: whom the directory has as inactive
/// has left.
void apply_directory(db::Tx& tx, std::string_view sourced_id, AccountId account, Time now);

/// A new token of a directory; it is stored hashed. An entry of the audit log.
std::string make_scim_token(db::Tx& tx, std::string_view note, std::string_view by, Time now);
/// Whether a bearer token is a good one; notes its use, at most once an hour.
bool is_scim_token(db::Tx& tx, std::string_view bearer, Time now);

} // namespace educators
