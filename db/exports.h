#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <vector>

/// What a member takes away: everything of one kind, in parts by key, newest first. `below` is 0
/// for the first part.
namespace db::exports {

/// Somebody, and what the member said of them.
struct Person {
    std::int64_t key = 0;
    std::string uri{};
    std::string username{};
    std::string domain{};           ///< Empty: one of ours.
    bool show_reblogs = true;       ///< Of a follow.
    bool notify = false;            ///< The same.
    bool hide_notifications = true; ///< Of a mute.
    std::vector<std::string> languages{};
};

std::vector<Person> following(Tx& tx, AccountId account, std::int64_t below, int most);
std::vector<Person> followers(Tx& tx, AccountId account, std::int64_t below, int most);
std::vector<Person> blocks(Tx& tx, AccountId account, std::int64_t below, int most);
/// Mutes with an end are left out: an import could not say when.
std::vector<Person> mutes(Tx& tx, AccountId account, std::int64_t below, int most);

/// Somebody on one of the member's lists.
struct Listed {
    std::int64_t key = 0;
    std::string list{}; ///< Its title.
    std::string username{};
    std::string domain{}; ///< Empty: one of ours.
};
std::vector<Listed> listed(Tx& tx, AccountId account, std::int64_t below, int most);

struct Post {
    std::int64_t key = 0;
    std::string uri{};
};
std::vector<Post> bookmarks(Tx& tx, AccountId account, std::int64_t below, int most);
std::vector<Post> favourites(Tx& tx, AccountId account, std::int64_t below, int most);

/// The account's own posts and boosts of every visibility.
std::vector<StatusId> own_statuses(Tx& tx, AccountId account, StatusId below, int most);

} // namespace db::exports
