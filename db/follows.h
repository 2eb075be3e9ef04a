#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `follows`: a request until `accepted`.
struct Follow {
    FollowId id{};
    AccountId follower{};
    AccountId followed{};
    bool accepted = false;
    std::string uri{}; ///< Id of the Follow activity; may be empty.
    bool show_reblogs = true;
    bool notify = false;                  ///< A notification for each post.
    std::vector<std::string> languages{}; ///< Empty: all.
    Time created_at{};
};

} // namespace db

namespace db::follows {

/// For the uri of a Follow that we send: it stands before the row does.
FollowId new_id(Tx& tx);

/// Inserts with `follow.id`, or a new id when 0. An accepted one is counted on both accounts.
/// False, and nothing written, when the pair has a row already (requested or accepted).
bool insert(Tx& tx, const Follow& follow);
/// A repeated Follow may have another id: the newest counts for Accept, Reject and Undo.
void set_uri(Tx& tx, FollowId id, std::string_view uri);
void set_preferences(Tx& tx, const Follow& follow); ///< show_reblogs, notify, languages.
/// Makes a request a follow and counts it. False when there is no open request.
bool accept(Tx& tx, AccountId follower, AccountId followed);
/// Removes the row, accepted or not, with its counts. Returns what stood there.
std::optional<Follow> remove(Tx& tx, AccountId follower, AccountId followed);
/// All follows from and to an account, with the counts of the others; for one that is gone.
/// Returns what stood there.
std::vector<Follow> remove_all_of(Tx& tx, AccountId account);

std::optional<Follow> find(Tx& tx, FollowId id);
std::optional<Follow> find(Tx& tx, AccountId follower, AccountId followed);
/// Only what `follower` sent: an id alone names nothing.
std::optional<Follow> find_by_uri(Tx& tx, AccountId follower, std::string_view uri);
bool is_following(Tx& tx, AccountId follower, AccountId followed); ///< Accepted.
/// The rows from `follower` to any of `followed`, accepted or not.
std::vector<Follow> find_all(Tx& tx, AccountId follower, const std::vector<AccountId>& followed);
/// The rows from any of `followers` to `followed`, accepted or not.
std::vector<Follow> find_all_back(Tx& tx,
                                  const std::vector<AccountId>& followers,
                                  AccountId followed);

/// Ordered by the follow's id.
std::vector<Follow> list_followers(Tx& tx, AccountId followed, const Page& page);
std::vector<Follow> list_following(Tx& tx, AccountId follower, const Page& page);
std::vector<Follow> list_requests(Tx& tx, AccountId followed, const Page& page);

/// Our members who follow the account (accepted).
std::vector<AccountId> local_followers(Tx& tx, AccountId followed);
/// Does any of our members follow it (accepted)?
bool is_followed_here(Tx& tx, AccountId followed);
/// Which of `accounts` some member of ours follows.
std::vector<AccountId> followed_here(Tx& tx, const std::vector<AccountId>& accounts);
/// Actor ids of the accepted followers whose id is on `host`, sorted (FEP-8fcf).
std::vector<std::string> follower_uris_on_host(Tx& tx, AccountId followed, std::string_view host);
/// Every accepted follow from `host` to our people, or from ours to it: for a peer that is removed.
std::vector<Follow> list_with_host(Tx& tx, std::string_view host);

} // namespace db::follows
