#include "db/severances.h"

#include "db/query.h"

namespace db::severances {
namespace {

// One statement: an event without follows is none.
constexpr auto insert_event = R"sql(
    WITH ended AS (
        SELECT CASE WHEN r.id = f.followed_id THEN f.follower_id ELSE f.followed_id END AS member,
            r.id = f.followed_id AS outgoing, r.username || '@' || r.domain AS handle,
            f.show_reblogs, f.notify, f.languages
        FROM accounts r
        JOIN follows f ON f.followed_id = r.id OR f.follower_id = r.id
        JOIN users u ON u.account_id =
            CASE WHEN r.id = f.followed_id THEN f.follower_id ELSE f.followed_id END
        WHERE r.host = $1 AND r.host <> '' AND f.accepted
    ), event AS (
        INSERT INTO severances (type, target_name, created_at)
        SELECT 'domain_block', $1, $2 WHERE EXISTS (SELECT 1 FROM ended)
        RETURNING id
    ), written AS (
        INSERT INTO severed_follows
            (severance_id, account_id, outgoing, handle, show_reblogs, notify, languages)
        SELECT event.id, member, outgoing, handle, show_reblogs, notify, languages
        FROM event, ended
        ON CONFLICT DO NOTHING
    )
    SELECT id FROM event
)sql";
// From nobody but oneself, as in Mastodon: the column wants somebody.
constexpr auto insert_notifications = R"sql(
    INSERT INTO notifications (account_id, type, from_id, severance_id, created_at)
    SELECT DISTINCT s.account_id, 'severed_relationships', s.account_id, s.severance_id,
        $2::timestamptz
    FROM severed_follows s
    JOIN users u ON u.account_id = s.account_id AND u.state = 'active'
    WHERE s.severance_id = $1
    RETURNING id, account_id
)sql";
constexpr auto select_told = R"sql(
    SELECT n.id, e.id, e.type, e.target_name, e.created_at,
        (SELECT count(*) FROM severed_follows f
         WHERE f.severance_id = e.id AND f.account_id = $1 AND f.outgoing),
        (SELECT count(*) FROM severed_follows f
         WHERE f.severance_id = e.id AND f.account_id = $1 AND NOT f.outgoing)
    FROM notifications n JOIN severances e ON e.id = n.severance_id
    WHERE n.account_id = $1 AND n.id = ANY ($2::bigint[])
)sql";
constexpr auto select_all = R"sql(
    SELECT e.id, e.type, e.target_name, e.created_at,
        count(*) FILTER (WHERE f.outgoing), count(*) FILTER (WHERE NOT f.outgoing)
    FROM severed_follows f JOIN severances e ON e.id = f.severance_id
    WHERE f.account_id = $1
    GROUP BY e.id ORDER BY e.id DESC LIMIT 100
)sql";
constexpr auto select_one = R"sql(
    SELECT e.id, e.type, e.target_name, e.created_at,
        count(*) FILTER (WHERE f.outgoing), count(*) FILTER (WHERE NOT f.outgoing)
    FROM severed_follows f JOIN severances e ON e.id = f.severance_id
    WHERE f.account_id = $1 AND f.severance_id = $2
    GROUP BY e.id
)sql";
constexpr auto select_follows = R"sql(
    SELECT handle, show_reblogs, notify, languages FROM severed_follows
    WHERE account_id = $1 AND severance_id = $2 AND outgoing = $3 ORDER BY handle
)sql";

Severance read(Columns& c) {
    Severance severance;
    severance.id = c.id<SeveranceId>();
    severance.type = c.text();
    severance.target_name = c.text();
    severance.created_at = c.time();
    severance.following = c.small();
    severance.followers = c.small();
    return severance;
}

Severance read_one(Columns c) {
    return read(c);
}

Told read_told(Columns c) {
    const auto notification = c.id<NotificationId>();
    return {.notification = notification, .severance = read(c)};
}

NotificationKey read_key(Columns c) {
    const auto id = c.id<NotificationId>();
    return {.id = id, .account = c.id<AccountId>()};
}

SeveranceId read_id(Columns c) {
    return c.id<SeveranceId>();
}

SeveredFollow read_follow(Columns c) {
    SeveredFollow follow;
    follow.handle = c.text();
    follow.show_reblogs = c.flag();
    follow.notify = c.flag();
    follow.languages = c.texts();
    return follow;
}

} // namespace

std::optional<SeveranceId> insert_for_host(Tx& tx, std::string_view host, Time now) {
    return first_of(exec(tx, insert_event, host, now), read_id);
}

std::vector<NotificationKey> notify(Tx& tx, SeveranceId severance, Time now) {
    return rows_of(exec(tx, insert_notifications, severance, now), read_key);
}

std::vector<Told> of_notifications(Tx& tx,
                                   AccountId account,
                                   const std::vector<NotificationId>& notifications) {
    if (notifications.empty()) return {};
    return rows_of(exec(tx, select_told, account, notifications), read_told);
}

std::vector<Severance> list(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_all, account), read_one);
}

std::optional<Severance> find(Tx& tx, AccountId account, SeveranceId severance) {
    return first_of(exec(tx, select_one, account, severance), read_one);
}

std::vector<SeveredFollow> follows(Tx& tx,
                                   AccountId account,
                                   SeveranceId severance,
                                   bool outgoing) {
    return rows_of(exec(tx, select_follows, account, severance, outgoing), read_follow);
}

} // namespace db::severances
