#include "db/account_views.h"

#include "db/paged.h"

namespace db::account_views {
namespace {

constexpr auto select_relationships = R"sql(
    SELECT a.id, COALESCE(f.accepted, false), COALESCE(NOT f.accepted, false),
        COALESCE(f.show_reblogs, false), COALESCE(f.notify, false), f.languages,
        COALESCE(g.accepted, false), COALESCE(NOT g.accepted, false),
        b.id IS NOT NULL, c.id IS NOT NULL, m.id IS NOT NULL,
        COALESCE(m.hide_notifications, false), m.expires_at, e.id IS NOT NULL, n.comment,
        d.id IS NOT NULL
    FROM unnest($2::bigint[]) WITH ORDINALITY AS wanted (id, place)
    JOIN accounts a ON a.id = wanted.id AND NOT a.is_server_actor AND a.deleted_at IS NULL
    LEFT JOIN follows f ON f.follower_id = $1 AND f.followed_id = a.id
    LEFT JOIN follows g ON g.follower_id = a.id AND g.followed_id = $1
    LEFT JOIN blocks b ON b.account_id = $1 AND b.target_id = a.id
    LEFT JOIN blocks c ON c.account_id = a.id AND c.target_id = $1
    LEFT JOIN mutes m ON m.account_id = $1 AND m.target_id = a.id
        AND (m.expires_at IS NULL OR m.expires_at > now())
    LEFT JOIN endorsements e ON e.account_id = $1 AND e.target_id = a.id
    LEFT JOIN account_notes n ON n.account_id = $1 AND n.target_id = a.id
    LEFT JOIN member_domain_blocks d ON d.account_id = $1 AND d.domain = a.domain
    ORDER BY wanted.place
)sql";

Relationship read_relationship(Columns c) {
    Relationship relationship;
    relationship.account = c.id<AccountId>();
    relationship.following = c.flag();
    relationship.requested = c.flag();
    relationship.showing_reblogs = c.flag();
    relationship.notifying = c.flag();
    relationship.languages = c.texts();
    relationship.followed_by = c.flag();
    relationship.requested_by = c.flag();
    relationship.blocking = c.flag();
    relationship.blocked_by = c.flag();
    relationship.muting = c.flag();
    relationship.muting_notifications = c.flag();
    relationship.muting_expires_at = c.maybe_time();
    relationship.endorsed = c.flag();
    relationship.note = c.text();
    relationship.domain_blocking = c.flag();
    return relationship;
}

Keyed<AccountId> read_keyed(Columns c) {
    const auto key = c.number();
    return {.key = key, .id = c.id<AccountId>()};
}

constexpr auto select_followers = paged(Sql(R"sql(
    SELECT f.id, f.follower_id FROM follows f JOIN accounts a ON a.id = f.follower_id
    WHERE f.followed_id = $1 AND f.accepted AND f.id < $2 AND f.id > $3
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND NOT a.is_server_actor
      AND a.id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $5))
)sql"));
constexpr auto select_following = paged(Sql(R"sql(
    SELECT f.id, f.followed_id FROM follows f JOIN accounts a ON a.id = f.followed_id
    WHERE f.follower_id = $1 AND f.accepted AND f.id < $2 AND f.id > $3
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND NOT a.is_server_actor
      AND a.id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $5))
)sql"));
constexpr auto select_favourited_by = paged(Sql(R"sql(
    SELECT f.id, f.account_id FROM favourites f JOIN accounts a ON a.id = f.account_id
    WHERE f.status_id = $1 AND f.id < $2 AND f.id > $3
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND a.id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $5))
)sql"));
constexpr auto select_reblogged_by = paged(Sql(R"sql(
    SELECT s.id, s.account_id FROM statuses s JOIN accounts a ON a.id = s.account_id
    WHERE s.reblog_of_id = $1 AND s.id < $2 AND s.id > $3
      AND (s.visibility IN ('public', 'unlisted') OR s.account_id = $5)
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND a.id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $5))
)sql"));
constexpr auto count_of_requests = R"sql(
    SELECT count(*) FROM follows f JOIN accounts a ON a.id = f.follower_id
    WHERE f.followed_id = $1 AND NOT f.accepted
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
)sql";
} // namespace

std::vector<Relationship> relationships(Tx& tx,
                                        AccountId account,
                                        const std::vector<AccountId>& others) {
    return rows_of(exec(tx, select_relationships, account, others), read_relationship);
}

std::vector<Keyed<AccountId>> followers(Tx& tx,
                                        AccountId account,
                                        AccountId reader,
                                        const Page& page) {
    return page_of(tx, select_followers, read_keyed, page, account, reader);
}

std::vector<Keyed<AccountId>> following(Tx& tx,
                                        AccountId account,
                                        AccountId reader,
                                        const Page& page) {
    return page_of(tx, select_following, read_keyed, page, account, reader);
}

std::vector<Keyed<AccountId>> favourited_by(Tx& tx,
                                            StatusId status,
                                            AccountId reader,
                                            const Page& page) {
    return page_of(tx, select_favourited_by, read_keyed, page, status, reader);
}

std::vector<Keyed<AccountId>> reblogged_by(Tx& tx,
                                           StatusId status,
                                           AccountId reader,
                                           const Page& page) {
    return page_of(tx, select_reblogged_by, read_keyed, page, status, reader);
}

std::int64_t count_follow_requests(Tx& tx, AccountId account) {
    return Columns(exec(tx, count_of_requests, account).front()).number();
}

} // namespace db::account_views
