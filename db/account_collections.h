#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace db {

/// Accounts that a member recommends under one name.
struct AccountCollection {
    std::int64_t id = 0;
    AccountId account{};
    std::string name{};
    std::string description{};
    std::string language{}; ///< "" not said.
    bool sensitive = false;
    bool discoverable = true; ///< On the profile; else for those who know its id.
    std::string tag{};        ///< As written, without "#"; "" none.
    Time created_at{};
    Time updated_at{};
};

struct AccountCollectionItem {
    std::int64_t id = 0;
    std::int64_t collection = 0;
    AccountId account{};
    Time created_at{};
};

} // namespace db

namespace db::account_collections {

/// Returns the id. `collection.id` is not read.
std::int64_t insert(Tx& tx, const AccountCollection& collection);
/// Name, description, language, sensitive, discoverable, tag, updated_at.
void update(Tx& tx, const AccountCollection& collection);
void remove(Tx& tx, std::int64_t id);
/// One that the reader may see: not of somebody gone, or who blocks the reader.
std::optional<AccountCollection> find(Tx& tx, std::int64_t id, AccountId reader);
/// Locks the account's list until the end of the transaction.
std::int64_t count(Tx& tx, AccountId account);

/// Newest first. To others than the owner, the discoverable ones.
std::vector<AccountCollection> of_account(
    Tx& tx, AccountId account, AccountId reader, int limit, int offset);
/// Those of others that the account stands in, newest first.
std::vector<AccountCollection> with_account(Tx& tx, AccountId account, int limit, int offset);

/// In the order in which they were added: accepted ones, without whoever is suspended or deleted or
/// hides from the reader.
std::vector<AccountCollectionItem> items(Tx& tx,
                                         const std::vector<std::int64_t>& collections,
                                         AccountId reader);
std::optional<AccountCollectionItem> find_item(Tx& tx, std::int64_t collection, std::int64_t item);
/// Locks the collection. Revoked ones count too.
std::int64_t count_items(Tx& tx, std::int64_t collection);
/// Nothing when the account stands in it, or took itself out.
std::optional<AccountCollectionItem> insert_item(Tx& tx,
                                                 std::int64_t collection,
                                                 AccountId account,
                                                 Time now);
void remove_item(Tx& tx, std::int64_t item);
void revoke_item(Tx& tx, std::int64_t item);

} // namespace db::account_collections
