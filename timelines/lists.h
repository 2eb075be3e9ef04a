#pragma once

#include "base/id.h"
#include "base/result.h"
#include "db/lists.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <vector>

/// What a member does with lists of people and with hashtags that they follow; what they change at
/// home follows at once.
namespace timelines {

/// What is to be different; what is absent stays.
struct ListChanges {
    std::optional<std::string> title{};
    std::optional<std::string> replies_policy{};
    std::optional<bool> exclusive{};
};

/// Errors: Unprocessable (no title, too long a title, an unknown policy, too many lists).
Result<db::List> make_list(db::Tx& tx, AccountId owner, const ListChanges& draft);
Result<db::List> change_list(db::Tx& tx, db::List list, const ListChanges& changes);
void remove_list(db::Tx& tx, const db::List& list);

/// Errors: NotFound when the owner does not follow one of them (or asked to); then none is added.
Result<Done> add_to_list(db::Tx& tx, const db::List& list, const std::vector<AccountId>& accounts);
void remove_from_list(db::Tx& tx, const db::List& list, const std::vector<AccountId>& accounts);

/// Makes the tag if nobody used it yet. Following twice changes nothing.
/// Errors: Unprocessable (no hashtag, too many followed).
Result<Done> follow_tag(db::Tx& tx, AccountId member, const std::string& name);
void unfollow_tag(db::Tx& tx, AccountId member, const std::string& name);

} // namespace timelines
