#pragma once

#include "base/id.h"
#include "base/json.h"
#include "db/statuses.h"
#include "db/tx.h"

/// What a member lets others do with new posts (statuses/interactions.h).
namespace db::interaction_defaults {

/// null: nothing is stated.
Json find(Tx& tx, AccountId account, Visibility visibility);
/// null: nothing is stated any more.
void set(Tx& tx, AccountId account, Visibility visibility, const Json& policy);

/// All of a member's, when they are deleted.
void remove_of(Tx& tx, AccountId account);

} // namespace db::interaction_defaults
