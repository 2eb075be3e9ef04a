#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using SignOnIdentityId = Id<struct SignOnIdentityTag>;

/// A row of `sign_on_identities`: somebody at the provider who is one of our members.
struct SignOnIdentity {
    SignOnIdentityId id{};
    AccountId account{};
    std::string issuer{};
    std::string subject{};
    std::string bound_by{}; ///< "roster", "scim", "member", "invitation", "command line".
    std::string role{};     ///< educators::to_string(SignOnRole).
    Time created_at{};
    Time seen_at{};
};

} // namespace db

namespace db::sign_on_identities {

/// False when somebody has that identity already.
bool insert(Tx& tx, const SignOnIdentity& identity, Time now);
std::optional<SignOnIdentity> find(Tx& tx, std::string_view issuer, std::string_view subject);
std::vector<SignOnIdentity> list_of(Tx& tx, AccountId account);
/// In order of binding, at most 10,000.
std::vector<SignOnIdentity> list(Tx& tx);
void set_seen(Tx& tx, SignOnIdentityId id, std::string_view role, Time now);
/// Returns how many there were.
int remove_of(Tx& tx, AccountId account);

} // namespace db::sign_on_identities
