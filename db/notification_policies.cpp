#include "db/notification_policies.h"

#include "db/paged.h"

namespace db::notification_policies {
namespace {

constexpr auto select_policy = R"sql(
    SELECT for_not_following, for_not_followers, for_new_accounts, for_private_mentions,
        for_limited_accounts
    FROM notification_policies WHERE account_id = $1
)sql";
constexpr auto upsert_policy = R"sql(
    INSERT INTO notification_policies (account_id, for_not_following, for_not_followers,
        for_new_accounts, for_private_mentions, for_limited_accounts)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (account_id) DO UPDATE SET for_not_following = excluded.for_not_following,
        for_not_followers = excluded.for_not_followers,
        for_new_accounts = excluded.for_new_accounts,
        for_private_mentions = excluded.for_private_mentions,
        for_limited_accounts = excluded.for_limited_accounts
)sql";

constexpr Sql open_requests = R"sql(
    SELECT r.id, r.from_id, r.created_at, r.updated_at, waiting.count, waiting.last
    FROM notification_requests r
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, max(newest.status_id) AS last FROM (
            SELECT n.status_id FROM shown_notifications($1) n
            WHERE n.from_id = r.from_id AND n.filtered ORDER BY n.id DESC LIMIT 100
        ) AS newest
    ) AS waiting
    WHERE r.account_id = $1 AND waiting.count > 0
)sql";
constexpr auto select_page = paged(open_requests + Sql(" AND r.id < $2 AND r.id > $3"));
constexpr auto select_some = open_requests + Sql(" AND r.id = ANY ($2::bigint[]) ORDER BY r.id");
constexpr auto select_pending =
    Sql("SELECT count(*), sum(count) FROM (") + open_requests + Sql(") AS open");

constexpr auto accept_requests = R"sql(
    WITH accepted AS (
        DELETE FROM notification_requests WHERE account_id = $1 AND id = ANY ($2::bigint[])
        RETURNING from_id
    ), permitted AS (
        INSERT INTO notification_permissions (account_id, from_id)
        SELECT $1, from_id FROM accepted ON CONFLICT DO NOTHING
    ), shown AS (
        UPDATE notifications SET filtered = false
        WHERE account_id = $1 AND filtered AND from_id IN (SELECT from_id FROM accepted)
    )
    SELECT count(*) FROM accepted
)sql";
constexpr auto dismiss_requests = R"sql(
    WITH dismissed AS (
        DELETE FROM notification_requests WHERE account_id = $1 AND id = ANY ($2::bigint[])
        RETURNING from_id
    ), gone AS (
        DELETE FROM notifications
        WHERE account_id = $1 AND filtered AND from_id IN (SELECT from_id FROM dismissed)
    )
    SELECT count(*) FROM dismissed
)sql";

NotificationPolicy read_policy(Columns c) {
    NotificationPolicy policy;
    policy.for_not_following = c.text();
    policy.for_not_followers = c.text();
    policy.for_new_accounts = c.text();
    policy.for_private_mentions = c.text();
    policy.for_limited_accounts = c.text();
    return policy;
}

NotificationRequest read_request(Columns c) {
    NotificationRequest request;
    request.id = c.number();
    request.from = c.id<AccountId>();
    request.created_at = c.time();
    request.updated_at = c.time();
    request.count = c.small();
    request.last = c.id<StatusId>();
    return request;
}

Pending read_pending(Columns c) {
    const auto requests = c.small();
    return {.requests = requests, .notifications = c.small()};
}

} // namespace

NotificationPolicy find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_policy, account), read_policy).value_or(NotificationPolicy{});
}

void put(Tx& tx, AccountId account, const NotificationPolicy& policy) {
    exec(tx,
         upsert_policy,
         account,
         policy.for_not_following,
         policy.for_not_followers,
         policy.for_new_accounts,
         policy.for_private_mentions,
         policy.for_limited_accounts);
}

Pending pending(Tx& tx, AccountId account) {
    return read_pending(Columns(exec(tx, select_pending.text, account).front()));
}

std::vector<NotificationRequest> requests(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, select_page, read_request, page, account);
}

std::vector<NotificationRequest> find_requests(Tx& tx,
                                               AccountId account,
                                               const std::vector<std::int64_t>& ids) {
    return rows_of(exec(tx, select_some.text, account, ids), read_request);
}

int accept(Tx& tx, AccountId account, const std::vector<std::int64_t>& ids) {
    return Columns(exec(tx, accept_requests, account, ids).front()).small();
}

int dismiss(Tx& tx, AccountId account, const std::vector<std::int64_t>& ids) {
    return Columns(exec(tx, dismiss_requests, account, ids).front()).small();
}

} // namespace db::notification_policies
