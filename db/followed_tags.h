#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <vector>

/// Hashtags whose public posts a member wants at home.
namespace db::followed_tags {

/// False when it was followed already.
bool insert(Tx& tx, AccountId account, TagId tag);
bool remove(Tx& tx, AccountId account, TagId tag);
int count(Tx& tx, AccountId account);
/// By when they were followed.
std::vector<Keyed<TagId>> list(Tx& tx, AccountId account, const Page& page);
/// Which of `tags` the account follows.
std::vector<TagId> followed_among(Tx& tx, AccountId account, const std::vector<TagId>& tags);

} // namespace db::followed_tags
