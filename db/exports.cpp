#include "db/exports.h"

#include "db/query.h"

namespace db::exports {
namespace {

constexpr auto select_following = R"sql(
    SELECT f.id, a.uri, a.username, a.domain, f.show_reblogs, f.notify, f.languages, true
    FROM follows f JOIN accounts a ON a.id = f.followed_id
    WHERE f.follower_id = $1 AND f.accepted AND a.deleted_at IS NULL AND ($2 = 0 OR f.id < $2)
    ORDER BY f.id DESC LIMIT $3
)sql";
constexpr auto select_followers = R"sql(
    SELECT f.id, a.uri, a.username, a.domain, true, false, '{}'::text[], true
    FROM follows f JOIN accounts a ON a.id = f.follower_id
    WHERE f.followed_id = $1 AND f.accepted AND a.deleted_at IS NULL AND ($2 = 0 OR f.id < $2)
    ORDER BY f.id DESC LIMIT $3
)sql";
constexpr auto select_blocks = R"sql(
    SELECT b.id, a.uri, a.username, a.domain, true, false, '{}'::text[], true
    FROM blocks b JOIN accounts a ON a.id = b.target_id
    WHERE b.account_id = $1 AND a.deleted_at IS NULL AND ($2 = 0 OR b.id < $2)
    ORDER BY b.id DESC LIMIT $3
)sql";
constexpr auto select_mutes = R"sql(
    SELECT m.id, a.uri, a.username, a.domain, true, false, '{}'::text[], m.hide_notifications
    FROM mutes m JOIN accounts a ON a.id = m.target_id
    WHERE m.account_id = $1 AND m.expires_at IS NULL AND a.deleted_at IS NULL
      AND ($2 = 0 OR m.id < $2)
    ORDER BY m.id DESC LIMIT $3
)sql";
constexpr auto select_listed = R"sql(
    SELECT la.id, l.title, a.username, a.domain
    FROM lists l JOIN list_accounts la ON la.list_id = l.id JOIN accounts a ON a.id = la.account_id
    WHERE l.account_id = $1 AND a.deleted_at IS NULL AND ($2 = 0 OR la.id < $2)
    ORDER BY la.id DESC LIMIT $3
)sql";
constexpr auto select_bookmarks = R"sql(
    SELECT b.id, s.uri FROM bookmarks b JOIN statuses s ON s.id = b.status_id
    WHERE b.account_id = $1 AND ($2 = 0 OR b.id < $2)
    ORDER BY b.id DESC LIMIT $3
)sql";
constexpr auto select_favourites = R"sql(
    SELECT f.id, s.uri FROM favourites f JOIN statuses s ON s.id = f.status_id
    WHERE f.account_id = $1 AND ($2 = 0 OR f.id < $2)
    ORDER BY f.id DESC LIMIT $3
)sql";
constexpr auto select_own = R"sql(
    SELECT id FROM statuses WHERE account_id = $1 AND ($2 = 0 OR id < $2)
    ORDER BY id DESC LIMIT $3
)sql";

Person read_person(Columns c) {
    Person person;
    person.key = c.number();
    person.uri = c.text();
    person.username = c.text();
    person.domain = c.text();
    person.show_reblogs = c.flag();
    person.notify = c.flag();
    person.languages = c.texts();
    person.hide_notifications = c.flag();
    return person;
}

Listed read_listed(Columns c) {
    Listed listed;
    listed.key = c.number();
    listed.list = c.text();
    listed.username = c.text();
    listed.domain = c.text();
    return listed;
}

Post read_post(Columns c) {
    Post post;
    post.key = c.number();
    post.uri = c.text();
    return post;
}

} // namespace

std::vector<Person> following(Tx& tx, AccountId account, std::int64_t below, int most) {
    return rows_of(exec(tx, select_following, account, below, most), read_person);
}

std::vector<Person> followers(Tx& tx, AccountId account, std::int64_t below, int most) {
    return rows_of(exec(tx, select_followers, account, below, most), read_person);
}

std::vector<Person> blocks(Tx& tx, AccountId account, std::int64_t below, int most) {
    return rows_of(exec(tx, select_blocks, account, below, most), read_person);
}

std::vector<Person> mutes(Tx& tx, AccountId account, std::int64_t below, int most) {
    return rows_of(exec(tx, select_mutes, account, below, most), read_person);
}

std::vector<Listed> listed(Tx& tx, AccountId account, std::int64_t below, int most) {
    return rows_of(exec(tx, select_listed, account, below, most), read_listed);
}

std::vector<Post> bookmarks(Tx& tx, AccountId account, std::int64_t below, int most) {
    return rows_of(exec(tx, select_bookmarks, account, below, most), read_post);
}

std::vector<Post> favourites(Tx& tx, AccountId account, std::int64_t below, int most) {
    return rows_of(exec(tx, select_favourites, account, below, most), read_post);
}

std::vector<StatusId> own_statuses(Tx& tx, AccountId account, StatusId below, int most) {
    return ids_of<StatusId>(exec(tx, select_own, account, below, most));
}

} // namespace db::exports
