#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <string_view>
#include <vector>

/// One person's change from one account to another: where the account says that it went and came
/// from, and what our members think of that person.
namespace db::moves {

/// Writes where the account moved. False, and nothing written, when it moved after `not_since`.
bool claim(Tx& tx, AccountId id, std::string_view target_uri, Time at, Time not_since);
/// The account is itself again; when it moved is remembered.
void cancel(Tx& tx, AccountId id);

/// What alsoKnownAs of one of ours says. False: it stands there already, or `most` do.
bool add_alias(Tx& tx, AccountId id, std::string_view uri, int most);
bool remove_alias(Tx& tx, AccountId id, std::string_view uri);

/// Who here mutes `from` mutes `to` in the same way; a mute of `to` that stands is kept.
void copy_mutes(Tx& tx, AccountId from, AccountId to);
/// The same with private notes.
void copy_notes(Tx& tx, AccountId from, AccountId to);
/// The member's lists that name `from` name `to`, too, whom the member follows or asked to.
/// True: an exclusive list is among them, so the member's home is another.
bool copy_lists(Tx& tx, AccountId member, AccountId from, AccountId to);
/// Our members who block the account.
std::vector<AccountId> local_blockers(Tx& tx, AccountId account);
/// Our members who follow the account, or asked to: those with ids above `after`, in order.
std::vector<AccountId> local_followers(Tx& tx, AccountId account, AccountId after, int most);

} // namespace db::moves
