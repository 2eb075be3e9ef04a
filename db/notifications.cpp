#include "db/notifications.h"

#include "db/paging.h"
#include "db/query.h"

namespace db::notifications {
namespace {

// With a status the unique index notifications_once makes it one; without, a day must have passed:
// Follow, Undo, Follow, ... tells once (ATTACKS D14).
constexpr auto insert_notifications = R"sql(
    INSERT INTO notifications (account_id, type, from_id, status_id, created_at)
    SELECT u.account_id, $2, f.id, s.id, $5::timestamptz
    FROM users u
    JOIN accounts f ON f.id = $3 AND f.deleted_at IS NULL AND f.suspended_at IS NULL
        AND NOT f.origin_suspended
    LEFT JOIN statuses s ON s.id = $4
    WHERE u.account_id = ANY ($1::bigint[]) AND u.state = 'active'
      AND (u.account_id <> f.id OR $2 = 'poll')
      AND ($4::bigint IS NULL OR (s.id IS NOT NULL AND NOT s.muted_reach))
      -- Nobody is told by, or of, whom they blocked or muted, or who blocked them.
      AND NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE (b.account_id = u.account_id AND b.target_id = f.id)
                         OR (b.account_id = f.id AND b.target_id = u.account_id))
      AND NOT EXISTS (SELECT 1 FROM mutes m
                      WHERE m.account_id = u.account_id AND m.target_id = f.id AND m.hide_notifications
                        AND (m.expires_at IS NULL OR m.expires_at > $5::timestamptz))
      AND (f.limited_at IS NULL
           OR EXISTS (SELECT 1 FROM follows l
                      WHERE l.follower_id = u.account_id AND l.followed_id = f.id AND l.accepted))
      AND NOT EXISTS (SELECT 1 FROM muted_threads t
                      WHERE t.account_id = u.account_id AND t.thread_id = s.thread_id)
      AND ($4::bigint IS NOT NULL
           OR NOT EXISTS (SELECT 1 FROM notifications n
                          WHERE n.account_id = u.account_id AND n.from_id = f.id AND n.type = $2
                            AND n.created_at > $5::timestamptz - interval '1 day'))
    ON CONFLICT (account_id, type, from_id, status_id) WHERE status_id IS NOT NULL DO NOTHING
    RETURNING id, account_id
)sql";

// Those whom a tag mentions, and those who asked to be told of each post but are not mentioned.
// Whoever is only told because of the subscription sees no replies to others.
constexpr auto insert_notifications_of_post = R"sql(
    INSERT INTO notifications (account_id, type, from_id, status_id, created_at)
    SELECT u.account_id, told.type, f.id, s.id, $2::timestamptz
    FROM (
        SELECT m.account_id, 'mention' AS type FROM mentions m
        WHERE m.status_id = $1 AND NOT m.silent AND NOT m.unaddressed
        UNION ALL
        SELECT w.follower_id, 'status'
        FROM statuses p
        JOIN follows w ON w.followed_id = p.account_id AND w.notify AND w.accepted
        WHERE p.id = $1 AND p.visibility IN ('public', 'unlisted', 'private')
          AND ((p.in_reply_to_id IS NULL AND p.in_reply_to_uri = '')
               OR p.in_reply_to_account_id = p.account_id)
          AND NOT EXISTS (SELECT 1 FROM mentions m
                          WHERE m.status_id = $1 AND m.account_id = w.follower_id AND NOT m.silent
                            AND NOT m.unaddressed)
    ) AS told
    JOIN users u ON u.account_id = told.account_id AND u.state = 'active'
    JOIN statuses s ON s.id = $1 AND NOT s.muted_reach
    JOIN accounts f ON f.id = s.account_id AND f.deleted_at IS NULL AND f.suspended_at IS NULL
        AND NOT f.origin_suspended
    WHERE u.account_id <> f.id
      AND NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE (b.account_id = u.account_id AND b.target_id = f.id)
                         OR (b.account_id = f.id AND b.target_id = u.account_id))
      AND NOT EXISTS (SELECT 1 FROM mutes m
                      WHERE m.account_id = u.account_id AND m.target_id = f.id AND m.hide_notifications
                        AND (m.expires_at IS NULL OR m.expires_at > $2::timestamptz))
      AND (f.limited_at IS NULL
           OR EXISTS (SELECT 1 FROM follows l
                      WHERE l.follower_id = u.account_id AND l.followed_id = f.id AND l.accepted))
      AND NOT EXISTS (SELECT 1 FROM muted_threads t
                      WHERE t.account_id = u.account_id AND t.thread_id = s.thread_id)
    ON CONFLICT (account_id, type, from_id, status_id) WHERE status_id IS NOT NULL DO NOTHING
    RETURNING id, account_id
)sql";

constexpr auto select_page = R"sql(
    SELECT n.id, n.account_id, n.type, n.from_id, n.status_id, n.created_at
    FROM notifications n
    JOIN accounts f ON f.id = n.from_id AND f.deleted_at IS NULL AND f.suspended_at IS NULL
    WHERE n.account_id = $1
      AND ($2::text[] = '{}' OR n.type = ANY ($2::text[])) AND NOT n.type = ANY ($3::text[])
      AND ($4::bigint IS NULL OR n.from_id = $4)
      AND (n.status_id IS NULL
           OR EXISTS (SELECT 1 FROM visible_statuses($1) v WHERE v.status_id = n.status_id))
      AND n.id > $5 AND n.id < $6
    ORDER BY n.id DESC LIMIT $7
)sql";
constexpr auto select_page_upwards = R"sql(
    SELECT n.id, n.account_id, n.type, n.from_id, n.status_id, n.created_at
    FROM notifications n
    JOIN accounts f ON f.id = n.from_id AND f.deleted_at IS NULL AND f.suspended_at IS NULL
    WHERE n.account_id = $1
      AND ($2::text[] = '{}' OR n.type = ANY ($2::text[])) AND NOT n.type = ANY ($3::text[])
      AND ($4::bigint IS NULL OR n.from_id = $4)
      AND (n.status_id IS NULL
           OR EXISTS (SELECT 1 FROM visible_statuses($1) v WHERE v.status_id = n.status_id))
      AND n.id > $5 AND n.id < $6
    ORDER BY n.id LIMIT $7
)sql";
constexpr auto select_one = R"sql(
    SELECT n.id, n.account_id, n.type, n.from_id, n.status_id, n.created_at
    FROM notifications n
    JOIN accounts f ON f.id = n.from_id AND f.deleted_at IS NULL AND f.suspended_at IS NULL
    WHERE n.account_id = $1 AND n.id = $2
      AND (n.status_id IS NULL
           OR EXISTS (SELECT 1 FROM visible_statuses($1) v WHERE v.status_id = n.status_id))
)sql";
constexpr auto select_count = R"sql(
    SELECT count(*) FROM (
        SELECT 1 FROM notifications WHERE account_id = $1 AND id > $2 LIMIT $3
    ) AS unread
)sql";
constexpr auto delete_one = "DELETE FROM notifications WHERE account_id = $1 AND id = $2";
constexpr auto delete_all = "DELETE FROM notifications WHERE account_id = $1";
constexpr auto delete_from = "DELETE FROM notifications WHERE account_id = $1 AND from_id = $2";
constexpr auto delete_type_from =
    "DELETE FROM notifications WHERE account_id = $1 AND type = $2 AND from_id = $3";
constexpr auto delete_about = R"sql(
    DELETE FROM notifications
    WHERE account_id = $1 AND type = $2 AND from_id = $3 AND status_id = $4
)sql";
constexpr auto delete_of_boosts = R"sql(
    DELETE FROM notifications n USING statuses b
    WHERE b.id = ANY ($1::bigint[]) AND n.status_id = b.reblog_of_id AND n.from_id = b.account_id
      AND n.type = 'reblog'
)sql";

Notification read(Columns c) {
    Notification notification;
    notification.id = c.id<NotificationId>();
    notification.account = c.id<AccountId>();
    notification.type = c.text();
    notification.from = c.id<AccountId>();
    notification.status = c.id<StatusId>();
    notification.created_at = c.time();
    return notification;
}

NotificationKey read_key(Columns c) {
    NotificationKey key;
    key.id = c.id<NotificationId>();
    key.account = c.id<AccountId>();
    return key;
}

} // namespace

std::vector<NotificationKey> insert(Tx& tx, const NewNotifications& e) {
    return rows_of(
        exec(tx, insert_notifications, e.recipients, e.type, e.from, or_null(e.status), e.now),
        read_key);
}

std::vector<NotificationKey> insert_for_post(Tx& tx, StatusId status, Time now) {
    return rows_of(exec(tx, insert_notifications_of_post, status, now), read_key);
}

std::vector<Notification> list(Tx& tx,
                               AccountId account,
                               const NotificationFilter& filter,
                               const Page& page) {
    return page_of(tx,
                   {select_page, select_page_upwards},
                   read,
                   page,
                   account,
                   filter.types,
                   filter.exclude_types,
                   or_null(filter.from));
}

std::optional<Notification> find(Tx& tx, AccountId account, NotificationId id) {
    return first_of(exec(tx, select_one, account, id), read);
}

int count_above(Tx& tx, AccountId account, NotificationId last_read, int most) {
    return Columns(exec(tx, select_count, account, last_read, most).front()).small();
}

bool remove(Tx& tx, AccountId account, NotificationId id) {
    return exec(tx, delete_one, account, id).affected_rows() == 1;
}

void remove_all(Tx& tx, AccountId account) {
    exec(tx, delete_all, account);
}

void remove_from(Tx& tx, AccountId account, AccountId from) {
    exec(tx, delete_from, account, from);
}

void remove_type_from(Tx& tx, AccountId account, std::string_view type, AccountId from) {
    exec(tx, delete_type_from, account, type, from);
}

void remove_about(
    Tx& tx, AccountId account, std::string_view type, AccountId from, StatusId status) {
    exec(tx, delete_about, account, type, from, status);
}

void remove_of_boosts(Tx& tx, const std::vector<StatusId>& boosts) {
    exec(tx, delete_of_boosts, boosts);
}

} // namespace db::notifications
