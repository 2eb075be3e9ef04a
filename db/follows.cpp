#include "db/follows.h"

#include "db/paging.h"
#include "db/query.h"

namespace db::follows {
namespace {

constexpr auto select_new_id = "SELECT new_id()";

// Both accounts are locked in id order, so that two follows in opposite directions cannot deadlock.
constexpr auto insert_follow = R"sql(
    WITH made AS (
        INSERT INTO follows (id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages)
        VALUES (COALESCE($1, new_id()), $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (follower_id, followed_id) DO NOTHING
        RETURNING follower_id, followed_id, accepted
    ), touched AS (
        SELECT a.id FROM accounts a JOIN made ON made.accepted
        WHERE a.id IN (made.follower_id, made.followed_id)
        ORDER BY a.id FOR NO KEY UPDATE OF a
    ), counted AS (
        UPDATE accounts a SET
            following_count = a.following_count + (a.id = $2)::int,
            followers_count = a.followers_count + (a.id = $3)::int
        FROM touched WHERE a.id = touched.id
    )
    SELECT 1 FROM made
)sql";

constexpr auto update_uri = "UPDATE follows SET uri = $2 WHERE id = $1";
constexpr auto update_preferences =
    "UPDATE follows SET show_reblogs = $2, notify = $3, languages = $4 WHERE id = $1";

constexpr auto accept_follow = R"sql(
    WITH made AS (
        UPDATE follows SET accepted = true
        WHERE follower_id = $1 AND followed_id = $2 AND NOT accepted
        RETURNING follower_id, followed_id
    ), touched AS (
        SELECT a.id FROM accounts a JOIN made ON a.id IN (made.follower_id, made.followed_id)
        ORDER BY a.id FOR NO KEY UPDATE OF a
    ), counted AS (
        UPDATE accounts a SET
            following_count = a.following_count + (a.id = $1)::int,
            followers_count = a.followers_count + (a.id = $2)::int
        FROM touched WHERE a.id = touched.id
    )
    SELECT 1 FROM made
)sql";

constexpr auto delete_follow = R"sql(
    WITH gone AS (
        DELETE FROM follows WHERE follower_id = $1 AND followed_id = $2
        RETURNING id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    ), touched AS (
        SELECT a.id FROM accounts a
        JOIN gone ON gone.accepted AND a.id IN (gone.follower_id, gone.followed_id)
        ORDER BY a.id FOR NO KEY UPDATE OF a
    ), counted AS (
        UPDATE accounts a SET
            following_count = greatest(a.following_count - (a.id = $1)::int, 0),
            followers_count = greatest(a.followers_count - (a.id = $2)::int, 0)
        FROM touched WHERE a.id = touched.id
    )
    SELECT * FROM gone
)sql";

constexpr auto delete_all_of = R"sql(
    WITH gone AS (
        DELETE FROM follows WHERE follower_id = $1 OR followed_id = $1
        RETURNING id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    ), touched AS (
        SELECT a.id FROM accounts a
        WHERE a.id IN (SELECT follower_id FROM gone WHERE accepted
                       UNION SELECT followed_id FROM gone WHERE accepted)
        ORDER BY a.id FOR NO KEY UPDATE
    ), counted AS (
        UPDATE accounts a SET
            following_count = greatest(a.following_count - (
                SELECT count(*) FROM gone WHERE gone.accepted AND gone.follower_id = a.id), 0),
            followers_count = greatest(a.followers_count - (
                SELECT count(*) FROM gone WHERE gone.accepted AND gone.followed_id = a.id), 0)
        FROM touched WHERE a.id = touched.id
    )
    SELECT * FROM gone ORDER BY id
)sql";

constexpr auto select_by_id = R"sql(
    SELECT id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    FROM follows WHERE id = $1
)sql";
constexpr auto select_pair = R"sql(
    SELECT id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    FROM follows WHERE follower_id = $1 AND followed_id = $2
)sql";
constexpr auto select_by_uri = R"sql(
    SELECT id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    FROM follows WHERE follower_id = $1 AND uri = $2 AND uri <> ''
)sql";
constexpr auto select_accepted = R"sql(
    SELECT 1 FROM follows WHERE follower_id = $1 AND followed_id = $2 AND accepted
)sql";
constexpr auto select_all = R"sql(
    SELECT id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    FROM follows WHERE follower_id = $1 AND followed_id = ANY ($2::bigint[])
)sql";
constexpr auto select_all_back = R"sql(
    SELECT id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    FROM follows WHERE follower_id = ANY ($1::bigint[]) AND followed_id = $2
)sql";

constexpr auto select_to = R"sql(
    SELECT id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    FROM follows WHERE followed_id = $1 AND accepted = $2 AND id > $3 AND id < $4
    ORDER BY id DESC LIMIT $5
)sql";
constexpr auto select_to_upwards = R"sql(
    SELECT id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    FROM follows WHERE followed_id = $1 AND accepted = $2 AND id > $3 AND id < $4
    ORDER BY id LIMIT $5
)sql";
constexpr auto select_from = R"sql(
    SELECT id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    FROM follows WHERE follower_id = $1 AND accepted = $2 AND id > $3 AND id < $4
    ORDER BY id DESC LIMIT $5
)sql";
constexpr auto select_from_upwards = R"sql(
    SELECT id, follower_id, followed_id, accepted, uri, show_reblogs, notify, languages, created_at
    FROM follows WHERE follower_id = $1 AND accepted = $2 AND id > $3 AND id < $4
    ORDER BY id LIMIT $5
)sql";

constexpr auto select_local_followers = R"sql(
    SELECT f.follower_id FROM follows f JOIN accounts a ON a.id = f.follower_id AND a.host = ''
    WHERE f.followed_id = $1 AND f.accepted
    ORDER BY f.follower_id
)sql";
// Members are in `users`; a few of them stand against thousands of remote followers.
constexpr auto select_followed_here = R"sql(
    SELECT DISTINCT f.followed_id FROM follows f JOIN users u ON u.account_id = f.follower_id
    WHERE f.followed_id = ANY ($1::bigint[]) AND f.accepted
)sql";
constexpr auto select_is_followed_here = R"sql(
    SELECT 1 FROM follows f JOIN users u ON u.account_id = f.follower_id
    WHERE f.followed_id = $1 AND f.accepted LIMIT 1
)sql";
constexpr auto select_uris_on_host = R"sql(
    SELECT a.uri FROM follows f JOIN accounts a ON a.id = f.follower_id
    WHERE f.followed_id = $1 AND f.accepted AND a.host = $2
    ORDER BY a.uri
)sql";
constexpr auto select_with_host = R"sql(
    SELECT f.id, f.follower_id, f.followed_id, f.accepted, f.uri, f.show_reblogs, f.notify, f.languages,
        f.created_at
    FROM accounts a JOIN follows f ON a.id IN (f.follower_id, f.followed_id)
    WHERE a.host = $1 AND a.host <> ''
    ORDER BY f.id
)sql";

Follow read(Columns c) {
    Follow follow;
    follow.id = c.id<FollowId>();
    follow.follower = c.id<AccountId>();
    follow.followed = c.id<AccountId>();
    follow.accepted = c.flag();
    follow.uri = c.text();
    follow.show_reblogs = c.flag();
    follow.notify = c.flag();
    follow.languages = c.texts();
    follow.created_at = c.time();
    return follow;
}

} // namespace

FollowId new_id(Tx& tx) {
    return Columns(exec(tx, select_new_id).front()).id<FollowId>();
}

bool insert(Tx& tx, const Follow& f) {
    const auto made = exec(tx,
                           insert_follow,
                           or_null(f.id),
                           f.follower,
                           f.followed,
                           f.accepted,
                           f.uri,
                           f.show_reblogs,
                           f.notify,
                           f.languages);
    return !made.empty();
}

void set_uri(Tx& tx, FollowId id, std::string_view uri) {
    exec(tx, update_uri, id, uri);
}

void set_preferences(Tx& tx, const Follow& f) {
    exec(tx, update_preferences, f.id, f.show_reblogs, f.notify, f.languages);
}

bool accept(Tx& tx, AccountId follower, AccountId followed) {
    return !exec(tx, accept_follow, follower, followed).empty();
}

std::optional<Follow> remove(Tx& tx, AccountId follower, AccountId followed) {
    return first_of(exec(tx, delete_follow, follower, followed), read);
}

std::vector<Follow> remove_all_of(Tx& tx, AccountId account) {
    return rows_of(exec(tx, delete_all_of, account), read);
}

std::optional<Follow> find(Tx& tx, FollowId id) {
    return first_of(exec(tx, select_by_id, id), read);
}

std::optional<Follow> find(Tx& tx, AccountId follower, AccountId followed) {
    return first_of(exec(tx, select_pair, follower, followed), read);
}

std::optional<Follow> find_by_uri(Tx& tx, AccountId follower, std::string_view uri) {
    return first_of(exec(tx, select_by_uri, follower, uri), read);
}

bool is_following(Tx& tx, AccountId follower, AccountId followed) {
    return !exec(tx, select_accepted, follower, followed).empty();
}

std::vector<Follow> find_all(Tx& tx, AccountId follower, const std::vector<AccountId>& followed) {
    return rows_of(exec(tx, select_all, follower, followed), read);
}

std::vector<Follow> find_all_back(Tx& tx,
                                  const std::vector<AccountId>& followers,
                                  AccountId followed) {
    return rows_of(exec(tx, select_all_back, followers, followed), read);
}

std::vector<Follow> list_followers(Tx& tx, AccountId followed, const Page& page) {
    return page_of(tx, {select_to, select_to_upwards}, read, page, followed, true);
}

std::vector<Follow> list_following(Tx& tx, AccountId follower, const Page& page) {
    return page_of(tx, {select_from, select_from_upwards}, read, page, follower, true);
}

std::vector<Follow> list_requests(Tx& tx, AccountId followed, const Page& page) {
    return page_of(tx, {select_to, select_to_upwards}, read, page, followed, false);
}

std::vector<AccountId> local_followers(Tx& tx, AccountId followed) {
    return ids_of<AccountId>(exec(tx, select_local_followers, followed));
}

bool is_followed_here(Tx& tx, AccountId followed) {
    return !exec(tx, select_is_followed_here, followed).empty();
}

std::vector<AccountId> followed_here(Tx& tx, const std::vector<AccountId>& accounts) {
    return ids_of<AccountId>(exec(tx, select_followed_here, accounts));
}

std::vector<std::string> follower_uris_on_host(Tx& tx, AccountId followed, std::string_view host) {
    std::vector<std::string> uris;
    for (const auto& row : exec(tx, select_uris_on_host, followed, host))
        uris.push_back(Columns(row).text());
    return uris;
}

std::vector<Follow> list_with_host(Tx& tx, std::string_view host) {
    return rows_of(exec(tx, select_with_host, host), read);
}

} // namespace db::follows
