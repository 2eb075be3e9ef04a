#include "db/push_subscriptions.h"

#include "db/query.h"

namespace db::push_subscriptions {
namespace {

constexpr auto upsert = R"sql(
    INSERT INTO push_subscriptions
        (token_id, account_id, endpoint, public_key, auth, standard, alerts, policy, access_token)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (token_id) DO UPDATE SET id = new_id(), endpoint = excluded.endpoint,
        public_key = excluded.public_key, auth = excluded.auth, standard = excluded.standard,
        alerts = excluded.alerts, policy = excluded.policy, access_token = excluded.access_token,
        created_at = now()
    RETURNING id
)sql";

constexpr auto update_choice =
    "UPDATE push_subscriptions SET alerts = $2, policy = $3 WHERE token_id = $1";

constexpr auto select_of_token = R"sql(
    SELECT id, token_id, account_id, endpoint, public_key, auth, standard, alerts, policy,
        access_token
    FROM push_subscriptions WHERE token_id = $1
)sql";

constexpr auto select_live = R"sql(
    SELECT p.id, p.token_id, p.account_id, p.endpoint, p.public_key, p.auth, p.standard, p.alerts,
        p.policy, p.access_token
    FROM push_subscriptions p
    JOIN oauth_tokens t ON t.id = p.token_id AND t.revoked_at IS NULL
    JOIN users u ON u.account_id = p.account_id AND u.state = 'active'
    JOIN accounts a ON a.id = p.account_id AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    WHERE p.id = $1
)sql";

constexpr auto delete_of_token = "DELETE FROM push_subscriptions WHERE token_id = $1";
constexpr auto delete_one = "DELETE FROM push_subscriptions WHERE id = $1";

constexpr auto select_wanting = R"sql(
    SELECT p.id, n.id
    FROM notifications n
    JOIN push_subscriptions p ON p.account_id = n.account_id AND n.type = ANY (p.alerts)
    WHERE n.id = ANY ($1::bigint[])
      AND CASE p.policy
          WHEN 'all' THEN true
          WHEN 'followed' THEN EXISTS (
              SELECT 1 FROM follows f
              WHERE f.follower_id = n.account_id AND f.followed_id = n.from_id AND f.accepted)
          WHEN 'follower' THEN EXISTS (
              SELECT 1 FROM follows f
              WHERE f.follower_id = n.from_id AND f.followed_id = n.account_id AND f.accepted)
          ELSE false END
)sql";

PushSubscription read(Columns c) {
    PushSubscription subscription;
    subscription.id = c.id<PushSubscriptionId>();
    subscription.token = c.id<TokenId>();
    subscription.account = c.id<AccountId>();
    subscription.endpoint = c.text();
    subscription.public_key = c.text();
    subscription.auth = c.text();
    subscription.standard = c.flag();
    subscription.alerts = c.texts();
    subscription.policy = c.text();
    subscription.access_token = c.text();
    return subscription;
}

Wanted read_wanted(Columns c) {
    Wanted wanted;
    wanted.subscription = c.id<PushSubscriptionId>();
    wanted.notification = c.id<NotificationId>();
    return wanted;
}

} // namespace

PushSubscriptionId put(Tx& tx, const PushSubscription& s) {
    const auto rows = exec(tx,
                           upsert,
                           s.token,
                           s.account,
                           s.endpoint,
                           s.public_key,
                           s.auth,
                           s.standard,
                           s.alerts,
                           s.policy,
                           s.access_token);
    return Columns(rows.front()).id<PushSubscriptionId>();
}

bool update(Tx& tx,
            TokenId token,
            const std::vector<std::string>& alerts,
            std::string_view policy) {
    return exec(tx, update_choice, token, alerts, policy).affected_rows() == 1;
}

std::optional<PushSubscription> find_of(Tx& tx, TokenId token) {
    return first_of(exec(tx, select_of_token, token), read);
}

std::optional<PushSubscription> find_live(Tx& tx, PushSubscriptionId id) {
    return first_of(exec(tx, select_live, id), read);
}

void remove_of(Tx& tx, TokenId token) {
    exec(tx, delete_of_token, token);
}

void remove(Tx& tx, PushSubscriptionId id) {
    exec(tx, delete_one, id);
}

std::vector<Wanted> wanting(Tx& tx, const std::vector<NotificationId>& notifications) {
    return rows_of(exec(tx, select_wanting, notifications), read_wanted);
}

} // namespace db::push_subscriptions
