#include "timelines/lists.h"

#include "base/text.h"
#include "db/followed_tags.h"
#include "db/follows.h"
#include "db/tags.h"
#include "timelines/home.h"

#include <algorithm>
#include <array>

namespace timelines {
namespace {

constexpr int most_lists = 50; // As Mastodon.
constexpr int most_followed_tags = 500;
constexpr std::size_t max_title_characters = 255;

Error invalid(const std::string& why) {
    const auto shown = "Validation failed: " + why;
    return {.kind = Error::Kind::Unprocessable, .detail = shown, .shown = shown};
}

Result<Done> apply(db::List& list, const ListChanges& changes) {
    constexpr std::array<std::string_view, 3> policies{"followed", "list", "none"};
    if (changes.title) list.title = std::string(trim(*changes.title));
    if (changes.replies_policy) list.replies_policy = *changes.replies_policy;
    if (changes.exclusive) list.exclusive = *changes.exclusive;
    if (list.title.empty()) return invalid("Title can't be blank");
    if (count_code_points(list.title) > max_title_characters) return invalid("Title is too long");
    if (std::ranges::find(policies, list.replies_policy) == policies.end())
        return invalid("Replies policy is not included in the list");
    return Done{};
}

std::string tag_name(const std::string& name) {
    auto folded = fold(name);
    if (folded.starts_with('#')) folded.erase(0, 1);
    return folded;
}

} // namespace

Result<db::List> make_list(db::Tx& tx, AccountId owner, const ListChanges& draft) {
    db::List list{.owner = owner};
    if (const auto done = apply(list, draft); !done) return done.error();
    if (db::lists::count(tx, owner) >= most_lists)
        return invalid("You have reached the maximum amount of lists");
    list.id = db::lists::insert(tx, list);
    return list;
}

Result<db::List> change_list(db::Tx& tx, db::List list, const ListChanges& changes) {
    const bool was_exclusive = list.exclusive;
    if (const auto done = apply(list, changes); !done) return done.error();
    db::lists::update(tx, list);
    if (was_exclusive != list.exclusive) home_changed(tx, list.owner);
    return list;
}

void remove_list(db::Tx& tx, const db::List& list) {
    db::lists::remove(tx, list.owner, list.id);
    if (list.exclusive) home_changed(tx, list.owner);
}

Result<Done> add_to_list(db::Tx& tx, const db::List& list, const std::vector<AccountId>& accounts) {
    const auto follows = db::follows::find_all(tx, list.owner, accounts);
    const auto own = std::ranges::count(accounts, list.owner);
    if (follows.size() + static_cast<std::size_t>(own) != accounts.size())
        return Error{Error::Kind::NotFound, "not followed by the list's owner"};
    db::lists::add_accounts(tx, list, accounts);
    if (list.exclusive) home_changed(tx, list.owner);
    return Done{};
}

void remove_from_list(db::Tx& tx, const db::List& list, const std::vector<AccountId>& accounts) {
    db::lists::remove_accounts(tx, list, accounts);
    if (list.exclusive) home_changed(tx, list.owner);
}

Result<Done> follow_tag(db::Tx& tx, AccountId member, const std::string& name) {
    const auto folded = tag_name(name);
    if (!is_hashtag(folded)) return invalid("Name is not a hashtag");
    if (db::followed_tags::count(tx, member) >= most_followed_tags)
        return invalid("You follow too many hashtags");
    db::tags::ensure(tx, {folded}, {name.starts_with('#') ? name.substr(1) : name});
    const auto tag = db::tags::find(tx, folded);
    if (tag && db::followed_tags::insert(tx, member, tag->id))
        tag_follow_began(tx, member, tag->id);
    return Done{};
}

void unfollow_tag(db::Tx& tx, AccountId member, const std::string& name) {
    const auto tag = db::tags::find(tx, tag_name(name));
    if (tag && db::followed_tags::remove(tx, member, tag->id))
        tag_follow_ended(tx, member, tag->id);
}

} // namespace timelines
