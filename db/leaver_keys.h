#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>

namespace db {

/// A row of `leaver_keys`: what lets a member in to the leaver's page once they have left.
struct LeaverKeys {
    AccountId account{};
    std::string email{};        ///< Private and confirmed; may be empty.
    std::string wanted_email{}; ///< Not confirmed yet; may be empty.
    std::string code_hash{};    ///< Of the printed code; may be empty.
    std::optional<Time> code_made_at{};
};

} // namespace db

namespace db::leaver_keys {

/// Without a row: empty ones.
LeaverKeys find(Tx& tx, AccountId account);
void set_wanted_email(Tx& tx, AccountId account, std::string_view email);
/// The wanted address becomes the private one; false when another is wanted by now.
bool confirm_email(Tx& tx, AccountId account, std::string_view email);
/// Both addresses.
void clear_emails(Tx& tx, AccountId account);
/// The one before is worth nothing any more.
void set_code(Tx& tx, AccountId account, std::string_view hash, Time at);
/// The private address takes the place of the district's, which reaches them no more; none does
/// when another member has it.
void adopt_email(Tx& tx, AccountId account);
void remove(Tx& tx, AccountId account);
/// Keys of those who left before `before` and whose request to stay, if any, was answered.
void remove_left_before(Tx& tx, Time before);

} // namespace db::leaver_keys
