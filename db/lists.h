#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace db {

using ListId = Id<struct ListTag>;

/// A member's list of people.
struct List {
    ListId id{};
    AccountId owner{};
    std::string title{};
    std::string replies_policy = "list"; ///< "followed", "list", "none".
    bool exclusive = false;              ///< Its people are left out of the owner's home.
};

} // namespace db

/// Every function takes the owner: an id alone names nothing.
namespace db::lists {

ListId insert(Tx& tx, const List& list);
void update(Tx& tx, const List& list);
bool remove(Tx& tx, AccountId owner, ListId id);
std::optional<List> find(Tx& tx, AccountId owner, ListId id);
int count(Tx& tx, AccountId owner);
/// In the order in which they were made.
std::vector<List> list(Tx& tx, AccountId owner);
/// Those that `account` stands on.
std::vector<List> holding(Tx& tx, AccountId owner, AccountId account);

/// Adds those whom the owner follows, and the owner; the others are left out, and so is who stands
/// there already. A row goes when the follow ends.
void add_accounts(Tx& tx, const List& list, const std::vector<AccountId>& accounts);
void remove_accounts(Tx& tx, const List& list, const std::vector<AccountId>& accounts);
/// By when they were added, which is the key.
std::vector<Keyed<AccountId>> accounts(Tx& tx, const List& list, const Page& page);

/// What its people posted, as far as the home timeline would show it (blocks, mutes, boosts,
/// languages), with replies as the list's policy says.
std::vector<StatusId> timeline(Tx& tx, const List& list, const Page& page);

struct ListOfMember {
    ListId list{};
    AccountId owner{};
};
/// The lists whose timeline shows this post: for live streams.
std::vector<ListOfMember> showing(Tx& tx, StatusId status);

} // namespace db::lists
