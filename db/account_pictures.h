#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// An avatar or header of one of our people. Where it is seen stands in the account's row.
struct AccountPicture {
    AccountId account{};
    std::string kind{}; ///< "avatar" or "header".
    std::string original_file{};
    std::string media_type{};
    std::string description{};
};

} // namespace db

namespace db::account_pictures {

/// In place of the one before.
void put(Tx& tx, const AccountPicture& picture);
/// False: there is none.
bool set_description(Tx& tx,
                     AccountId account,
                     std::string_view kind,
                     const std::string& description);
void remove(Tx& tx, AccountId account, std::string_view kind);
std::optional<AccountPicture> find(Tx& tx, AccountId account, std::string_view kind);
std::vector<AccountPicture> list_all(Tx& tx, const std::vector<AccountId>& accounts);

} // namespace db::account_pictures
