#include "db/notifications.h"

#include "db/paged.h"

namespace db::notifications {
namespace {

// Whom one event is told to.
constexpr Sql recipients_of_event = R"sql(
    WITH told (account_id, type, from_id, status_id) AS (
        SELECT unnest($2::bigint[]), $3::text, $4::bigint, $5::bigint
    )
)sql";
// Those whom a tag mentions, and those who asked to be told of each post but are not mentioned.
// Whoever is only told because of the subscription sees no replies to others.
constexpr Sql recipients_of_post = R"sql(
    WITH told (account_id, type, from_id, status_id) AS (
        SELECT m.account_id, 'mention', p.account_id, p.id
        FROM mentions m JOIN statuses p ON p.id = m.status_id
        WHERE m.status_id = $2 AND NOT m.silent AND NOT m.unaddressed
        UNION ALL
        SELECT w.follower_id, 'status', p.account_id, p.id
        FROM statuses p
        JOIN follows w ON w.followed_id = p.account_id AND w.notify AND w.accepted
        WHERE p.id = $2
          AND (p.visibility IN ('public', 'unlisted', 'private') OR p.audience <> '')
          AND ((p.in_reply_to_id IS NULL AND p.in_reply_to_uri = '')
               OR p.in_reply_to_account_id = p.account_id)
          AND NOT EXISTS (SELECT 1 FROM mentions m
                          WHERE m.status_id = $2 AND m.account_id = w.follower_id AND NOT m.silent
                            AND NOT m.unaddressed)
    )
)sql";
// With a status the unique index notifications_once makes it one; without, a day must have passed:
// Follow, Undo, Follow, ... tells once (ATTACKS D14). What the recipient's policy filters is kept,
// and asked about, but told to nobody.
constexpr Sql insert_told = R"sql(
    , made AS (
        INSERT INTO notifications (account_id, type, from_id, status_id, created_at, filtered)
        SELECT u.account_id, t.type, f.id, s.id, $1::timestamptz, policy.verdict = 'filter'
        FROM told t
        JOIN users u ON u.account_id = t.account_id AND u.state = 'active'
        JOIN accounts f ON f.id = t.from_id AND f.deleted_at IS NULL AND f.suspended_at IS NULL
            AND NOT f.origin_suspended
        LEFT JOIN statuses s ON s.id = t.status_id
        CROSS JOIN LATERAL (
            SELECT notification_verdict(u.account_id, f.id, t.type, s.id, $1::timestamptz) AS verdict
            OFFSET 0 -- Called once, though the verdict is read twice.
        ) AS policy
        WHERE (u.account_id <> f.id OR t.type = 'poll') AND policy.verdict <> 'drop'
          AND (t.status_id IS NULL OR (s.id IS NOT NULL AND NOT s.muted_reach))
          AND (s.audience IS NULL OR s.audience = '' OR status_visible(s.id, u.account_id))
          -- Nobody is told by, or of, whom they blocked or muted, or who blocked them.
          AND NOT EXISTS (SELECT 1 FROM blocks b
                          WHERE (b.account_id = u.account_id AND b.target_id = f.id)
                             OR (b.account_id = f.id AND b.target_id = u.account_id))
          AND NOT EXISTS (SELECT 1 FROM member_domain_blocks d
                          WHERE d.account_id = u.account_id AND d.domain = f.domain)
          AND NOT EXISTS (SELECT 1 FROM mutes m
                          WHERE m.account_id = u.account_id AND m.target_id = f.id
                            AND m.hide_notifications
                            AND (m.expires_at IS NULL OR m.expires_at > $1::timestamptz))
          AND NOT EXISTS (SELECT 1 FROM muted_threads h
                          WHERE h.account_id = u.account_id AND h.thread_id = s.thread_id)
          AND (t.status_id IS NOT NULL
               OR NOT EXISTS (SELECT 1 FROM notifications n
                              WHERE n.account_id = u.account_id AND n.from_id = f.id
                                AND n.type = t.type
                                AND n.created_at > $1::timestamptz - interval '1 day'))
        ON CONFLICT (account_id, type, from_id, status_id) WHERE status_id IS NOT NULL DO NOTHING
        RETURNING id, account_id, type, from_id, filtered
    ), asked AS (
        INSERT INTO notification_requests (account_id, from_id, created_at, updated_at)
        SELECT account_id, from_id, $1::timestamptz, $1::timestamptz
        FROM made WHERE filtered AND type IN ('mention', 'quote')
        ON CONFLICT (account_id, from_id) DO UPDATE SET updated_at = excluded.updated_at
    )
    SELECT id, account_id FROM made WHERE NOT filtered
)sql";
constexpr auto insert_notifications = recipients_of_event + insert_told;
constexpr auto insert_notifications_of_post = recipients_of_post + insert_told;

constexpr Sql columns =
    "SELECT n.id, n.account_id, n.type, n.from_id, n.status_id, n.created_at, n.group_key";
constexpr Sql matching = R"sql(
    FROM shown_notifications($1) n
    WHERE n.id < $2 AND n.id > $3
      AND ($5::text[] = '{}' OR n.type = ANY ($5::text[])) AND NOT n.type = ANY ($6::text[])
      AND ($7::bigint IS NULL OR n.from_id = $7) AND ($8 OR NOT n.filtered)
)sql";
constexpr auto select_page = paged(columns + matching);
constexpr auto select_one = columns + Sql(" FROM shown_notifications($1) n WHERE n.id = $2");
constexpr auto select_count =
    Sql("SELECT count(*) FROM (SELECT 1") + matching + Sql(" LIMIT $4) AS unread");

// A group stands where its newest notification stands, and is in a list once.
constexpr Sql newest_of_group = R"sql(
      AND NOT (n.type = ANY ($9::text[]) AND EXISTS (
          SELECT 1 FROM shown_notifications($1) later
          WHERE later.group_key = n.group_key AND later.id > n.id
            AND ($7::bigint IS NULL OR later.from_id = $7) AND ($8 OR NOT later.filtered)))
)sql";
constexpr auto select_groups = paged(columns + matching + newest_of_group);
constexpr auto select_group_count = Sql("SELECT count(*) FROM (SELECT 1") + matching +
                                    newest_of_group + Sql(" LIMIT $4) AS unread");
constexpr auto select_members = R"sql(
    SELECT n.group_key, n.id, n.from_id
    FROM shown_notifications($1) n
    WHERE n.group_key = ANY ($2::text[])
      AND ($3::bigint IS NULL OR n.from_id = $3) AND ($4 OR NOT n.filtered)
    ORDER BY n.group_key, n.id DESC
)sql";
constexpr auto delete_group = "DELETE FROM notifications WHERE account_id = $1 AND group_key = $2";
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
    notification.group_key = c.text();
    return notification;
}

NotificationKey read_key(Columns c) {
    const auto id = c.id<NotificationId>();
    return {.id = id, .account = c.id<AccountId>()};
}

GroupMember read_member(Columns c) {
    GroupMember member;
    member.group_key = c.text();
    member.id = c.id<NotificationId>();
    member.from = c.id<AccountId>();
    return member;
}

} // namespace

std::vector<NotificationKey> insert(Tx& tx, const NewNotifications& e) {
    return rows_of(
        exec(tx, insert_notifications.text, e.now, e.recipients, e.type, e.from, or_null(e.status)),
        read_key);
}

std::vector<NotificationKey> insert_for_post(Tx& tx, StatusId status, Time now) {
    return rows_of(exec(tx, insert_notifications_of_post.text, now, status), read_key);
}

std::vector<Notification> list(Tx& tx,
                               AccountId account,
                               const NotificationFilter& filter,
                               const Page& page) {
    return page_of(tx,
                   select_page,
                   read,
                   page,
                   account,
                   filter.types,
                   filter.exclude_types,
                   or_null(filter.from),
                   filter.include_filtered);
}

std::vector<Notification> groups(Tx& tx,
                                 AccountId account,
                                 const NotificationFilter& filter,
                                 const std::vector<std::string>& grouped_types,
                                 const Page& page) {
    return page_of(tx,
                   select_groups,
                   read,
                   page,
                   account,
                   filter.types,
                   filter.exclude_types,
                   or_null(filter.from),
                   filter.include_filtered,
                   grouped_types);
}

std::vector<GroupMember> members(Tx& tx,
                                 AccountId account,
                                 const NotificationFilter& filter,
                                 const std::vector<std::string>& group_keys) {
    return rows_of(
        exec(
            tx, select_members, account, group_keys, or_null(filter.from), filter.include_filtered),
        read_member);
}

std::optional<Notification> find(Tx& tx, AccountId account, NotificationId id) {
    return first_of(exec(tx, select_one.text, account, id), read);
}

int count_above(Tx& tx,
                AccountId account,
                const NotificationFilter& filter,
                NotificationId last_read,
                int most) {
    return Columns(exec(tx,
                        select_count.text,
                        account,
                        std::numeric_limits<std::int64_t>::max(),
                        last_read,
                        most,
                        filter.types,
                        filter.exclude_types,
                        or_null(filter.from),
                        filter.include_filtered)
                       .front())
        .small();
}

int count_groups_above(Tx& tx,
                       AccountId account,
                       const NotificationFilter& filter,
                       const std::vector<std::string>& grouped_types,
                       NotificationId last_read,
                       int most) {
    return Columns(exec(tx,
                        select_group_count.text,
                        account,
                        std::numeric_limits<std::int64_t>::max(),
                        last_read,
                        most,
                        filter.types,
                        filter.exclude_types,
                        or_null(filter.from),
                        filter.include_filtered,
                        grouped_types)
                       .front())
        .small();
}

bool remove_group(Tx& tx, AccountId account, std::string_view group_key) {
    return exec(tx, delete_group, account, group_key).affected_rows() > 0;
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
