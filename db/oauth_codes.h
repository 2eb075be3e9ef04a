#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `oauth_codes`: a member's consent that an app has not yet exchanged for a token.
struct OauthCode {
    std::string code_hash{};
    AppId app{};
    AccountId account{};
    std::string redirect_uri{};
    std::vector<std::string> scopes{};
    std::string code_challenge{}; ///< S256; empty: none was sent.
    Time created_at{};
};

} // namespace db

namespace db::oauth_codes {

void insert(Tx& tx, const OauthCode& code);
/// Takes the code out of use and returns it: of two parallel callers only one gets it. Nothing
/// when it is unknown or was used before.
std::optional<OauthCode> use(Tx& tx, std::string_view code_hash, Time now);
void remove_before(Tx& tx, Time created_before);
void remove_of(Tx& tx, AccountId account);

} // namespace db::oauth_codes
