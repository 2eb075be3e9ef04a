#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct Favourite {
    std::int64_t id = 0;
    AccountId account{};
    StatusId status{};
    std::string activity_uri{}; ///< Id of the Like; may be empty.
};

} // namespace db

namespace db::favourites {

/// Inserts and counts it on the status. False, and nothing changed, when it stands already:
/// peers repeat a delivery until we answer.
bool insert(Tx& tx, AccountId account, StatusId status, std::string_view activity_uri);
/// Removes and discounts it. Returns what stood there.
std::optional<Favourite> remove(Tx& tx, AccountId account, StatusId status);
std::optional<Favourite> find(Tx& tx, AccountId account, StatusId status);
/// Only what `account` sent.
std::optional<Favourite> find_by_uri(Tx& tx, AccountId account, std::string_view activity_uri);
/// Which of `statuses` the account has favourited.
std::vector<StatusId> among(Tx& tx, AccountId account, const std::vector<StatusId>& statuses);
/// Who favourited a status, newest first; page by the favourite's id.
std::vector<Favourite> list_of_status(Tx& tx, StatusId status, const Page& page);
/// What an account favourited, newest first; page by the favourite's id.
std::vector<Favourite> list_of_account(Tx& tx, AccountId account, const Page& page);

} // namespace db::favourites
