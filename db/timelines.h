#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <string>
#include <vector>

/// Which statuses a list shows to one reader, newest first. Every list leaves out what the reader
/// may not see, who is blocked either way or muted, and who is suspended or deleted.
namespace db::timelines {

std::vector<StatusId> home(Tx& tx, AccountId reader, const Page& page);

enum class Origin { Everywhere, Local, Remote };

/// Public posts but boosts and answers to others.
std::vector<StatusId> of_public(
    Tx& tx, AccountId reader, Origin origin, bool only_media, const Page& page);

struct TagFilter {
    std::string tag{};               ///< Folded.
    std::vector<std::string> any{};  ///< Or one of these.
    std::vector<std::string> all{};  ///< And each of these.
    std::vector<std::string> none{}; ///< And none of these.
    Origin origin = Origin::Everywhere;
    bool only_media = false;
};
std::vector<StatusId> of_tag(Tx& tx, AccountId reader, const TagFilter& filter, const Page& page);

/// Direct posts by the reader or to the reader.
std::vector<StatusId> direct(Tx& tx, AccountId reader, const Page& page);

struct AccountFilter {
    bool exclude_replies = false; ///< Answers to oneself stay.
    bool exclude_reblogs = false;
    bool only_media = false;
    std::string tagged{}; ///< Folded; "" all.
};
/// Nothing when the account blocks the reader.
std::vector<StatusId> of_account(
    Tx& tx, AccountId account, AccountId reader, const AccountFilter& filter, const Page& page);
/// What an account pinned, last pin first.
std::vector<StatusId> pinned(Tx& tx, AccountId account, AccountId reader);

/// Posts whose quote of that one stands.
std::vector<StatusId> quotes_of(Tx& tx, StatusId quoted, AccountId reader, const Page& page);

std::vector<Keyed<StatusId>> favourites(Tx& tx, AccountId account, const Page& page);
std::vector<Keyed<StatusId>> bookmarks(Tx& tx, AccountId account, const Page& page);

/// The posts above, the first of the thread first; at most `limit`.
std::vector<StatusId> ancestors(Tx& tx, StatusId id, AccountId reader, int limit);
/// The posts below, each before its answers; at most `limit`, at most 20 levels deep.
std::vector<StatusId> descendants(Tx& tx, StatusId id, AccountId reader, int limit);

} // namespace db::timelines
