#include "db/deliveries.h"

#include "db/query.h"

namespace db::deliveries {
namespace {

// As in the statements below: so often a failing delivery holds back all that follows it.
constexpr int tries_in_order = 4;

constexpr auto insert_delivery_body = "INSERT INTO delivery_bodies (body) VALUES ($1) RETURNING id";
constexpr auto select_body = "SELECT body FROM delivery_bodies WHERE id = $1";

constexpr auto insert_deliveries = R"sql(
    INSERT INTO deliveries (account_id, inbox, host, body_id, object_uri, sync_followers, run_at)
    SELECT $1, inbox, host, $2, $3, $4,
           CASE WHEN $7 THEN now() - interval '1 day' ELSE now() END
    FROM unnest($5::text[], $6::text[]) WITH ORDINALITY AS new (inbox, host, position)
    ORDER BY position
)sql";

constexpr auto notify_workers = "SELECT pg_notify('staffroom_deliveries', '')";
constexpr auto lock_claiming = "SELECT pg_advisory_xact_lock(7260002)";

// Of one signer and inbox only the oldest; after four tries it holds back only what is about the
// same object.
// The plan is made while the table is empty, when all joins look equally cheap. So what is to be
// found once is an array or materialized, and the look for an older one is a subquery for each row.
constexpr auto mark_waiting = R"sql(
    UPDATE deliveries SET waits = true
    WHERE id = ANY (ARRAY(
        SELECT d.id FROM (
            SELECT id, account_id, inbox, object_uri FROM deliveries
            WHERE NOT waits AND run_at <= now() AND (leased_until IS NULL OR leased_until <= now())
            ORDER BY run_at, id
            LIMIT 4 * $1::int) AS d
        WHERE (SELECT true FROM deliveries o
               WHERE o.account_id = d.account_id AND o.inbox = d.inbox AND o.id < d.id
                 AND (o.failures < 4 OR o.object_uri = d.object_uri)
               LIMIT 1)))
)sql";

// Those that were next in line behind these. Who has to wait for another one still is marked again.
constexpr auto call_next = R"sql(
    UPDATE deliveries SET waits = false
    WHERE id = ANY (ARRAY(
        SELECT (SELECT w.id FROM deliveries w
                WHERE w.account_id = line.account_id AND w.inbox = line.inbox AND w.waits
                ORDER BY w.id LIMIT 1)
        FROM (SELECT DISTINCT account_id, inbox
              FROM unnest($1::bigint[], $2::text[]) AS gone (account_id, inbox)) AS line))
)sql";

// `candidates` are more than asked for, since the cap per host takes some out again. A host that
// failed last, or that never answered yet, gets one request at a time.
constexpr auto claim_deliveries = R"sql(
    WITH busy AS MATERIALIZED (
        SELECT host, count(*) AS in_flight FROM deliveries WHERE leased_until > now() GROUP BY host
    ), candidates AS (
        SELECT d.id, d.host, d.run_at,
               CASE WHEN p.failures = 0 AND p.last_success_at IS NOT NULL THEN $2 ELSE 1 END
                   - COALESCE(b.in_flight, 0) AS room
        FROM deliveries d
        LEFT JOIN peers p ON p.host = d.host
        LEFT JOIN busy b ON b.host = d.host
        WHERE NOT d.waits AND d.run_at <= now()
          AND (d.leased_until IS NULL OR d.leased_until <= now())
          AND (p.open_until IS NULL OR p.open_until <= now()) AND p.unavailable_at IS NULL
          AND d.host <> ALL ($4::text[])
          AND COALESCE(b.in_flight, 0) <
              CASE WHEN p.failures = 0 AND p.last_success_at IS NOT NULL THEN $2 ELSE 1 END
          AND (SELECT true FROM deliveries o
               WHERE o.account_id = d.account_id AND o.inbox = d.inbox AND o.id < d.id
                 AND (o.failures < 4 OR o.object_uri = d.object_uri)
               LIMIT 1) IS NULL
        ORDER BY d.run_at, d.id
        LIMIT 4 * $1::int
    ), ready AS (
        SELECT id FROM (
            SELECT id, run_at, room, row_number() OVER (PARTITION BY host ORDER BY run_at, id) AS place
            FROM candidates) AS placed
        WHERE place <= room
        ORDER BY run_at, id
        LIMIT $1::int
    ), claimed AS (
        UPDATE deliveries SET attempts = attempts + 1,
            interruptions = interruptions + (leased_until IS NOT NULL)::int,
            leased_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
        WHERE id = ANY (ARRAY(SELECT id FROM ready))
        RETURNING deliveries.id, account_id, inbox, deliveries.host, body_id, object_uri,
                  sync_followers, attempts, failures, interruptions
    )
    SELECT c.id, c.account_id, c.inbox, c.host, c.body_id, c.object_uri, c.sync_followers, c.attempts,
           c.failures, c.interruptions,
           CASE WHEN p.scheme_at > now() - interval '7 days' THEN p.scheme ELSE '' END
    FROM claimed c LEFT JOIN peers p ON p.host = c.host
    ORDER BY c.id
)sql";

constexpr auto delete_deliveries = R"sql(
    DELETE FROM deliveries USING unnest($1::bigint[], $2::bigint[]) AS held (id, attempts)
    WHERE deliveries.id = ANY ($1) AND deliveries.id = held.id
      AND deliveries.attempts = held.attempts
)sql";

constexpr auto release_deliveries = R"sql(
    UPDATE deliveries SET leased_until = NULL, run_at = retry.run_at, failures = retry.failures
    FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::bigint[])
         AS retry (id, attempts, run_at, failures)
    WHERE deliveries.id = ANY ($1) AND deliveries.id = retry.id
      AND deliveries.attempts = retry.attempts
)sql";

constexpr auto delay_host = R"sql(
    UPDATE deliveries SET run_at = $2
    WHERE host = $1 AND run_at < $2 AND (leased_until IS NULL OR leased_until <= now())
)sql";
constexpr auto advance_host = "UPDATE deliveries SET run_at = $2 WHERE host = $1 AND run_at > $2";
constexpr auto delete_of_host = "DELETE FROM deliveries WHERE host = $1";
constexpr auto delete_of_inbox = "DELETE FROM deliveries WHERE inbox = $1";

constexpr auto delete_idle_bodies = R"sql(
    DELETE FROM delivery_bodies b
    WHERE created_at < $1 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.body_id = b.id)
)sql";
constexpr auto select_count = "SELECT count(*) FROM deliveries";
constexpr auto select_count_for_host = "SELECT count(*) FROM deliveries WHERE host = $1";

// Who may be sent to is decided here for the queue, and again by the client for each request.
constexpr auto select_audience = R"sql(
    WITH addressed AS (
        SELECT inbox, host FROM follower_inboxes WHERE account_id = $1 AND reachable > 0
        UNION
        SELECT COALESCE(NULLIF(a.shared_inbox, ''), a.inbox), a.host
        FROM accounts a
        WHERE a.id = ANY ($2::bigint[]) AND a.host <> ''
          AND a.deleted_at IS NULL AND a.suspended_at IS NULL
        UNION
        SELECT o.inbox, o.host FROM object_inboxes o WHERE o.object_uri = $3 AND $3 <> ''
    )
    SELECT x.inbox, x.host
    FROM addressed x JOIN peers p ON p.host = x.host
    WHERE x.inbox <> '' AND p.level IN ('member', 'partner', 'guest') AND p.unavailable_at IS NULL
    ORDER BY x.host, x.inbox
)sql";

constexpr auto select_owners = R"sql(
    SELECT id FROM accounts WHERE host = $2 AND inbox = $1 AND shared_inbox <> $1
)sql";

constexpr auto select_all_inboxes = R"sql(
    SELECT DISTINCT ON (a.host) COALESCE(NULLIF(a.shared_inbox, ''), a.inbox), a.host
    FROM accounts a JOIN peers p ON p.host = a.host
    WHERE a.host <> '' AND a.deleted_at IS NULL AND a.inbox <> ''
      AND p.level IN ('member', 'partner', 'guest') AND p.unavailable_at IS NULL
    ORDER BY a.host, a.shared_inbox = '', a.id
)sql";

constexpr auto select_personal_inbox = R"sql(
    SELECT COALESCE(NULLIF(a.inbox, ''), a.shared_inbox), a.host
    FROM accounts a JOIN peers p ON p.host = a.host
    WHERE a.id = $1 AND a.host <> '' AND (a.inbox <> '' OR a.shared_inbox <> '')
      AND p.level IN ('member', 'partner', 'guest') AND p.unavailable_at IS NULL
)sql";

Inbox read_inbox(Columns c) {
    Inbox inbox;
    inbox.uri = c.text();
    inbox.host = c.text();
    return inbox;
}

Delivery read(Columns c) {
    Delivery delivery;
    delivery.id = c.number();
    delivery.signer = c.id<AccountId>();
    delivery.inbox.uri = c.text();
    delivery.inbox.host = c.text();
    delivery.body = c.number();
    delivery.object_uri = c.text();
    delivery.sync_followers = c.flag();
    delivery.attempts = c.small();
    delivery.failures = c.small();
    delivery.interruptions = c.small();
    delivery.scheme = c.text();
    return delivery;
}

} // namespace

std::int64_t insert_body(Tx& tx, std::string_view body) {
    return Columns(exec(tx, insert_delivery_body, body).front()).number();
}

std::string find_body(Tx& tx, std::int64_t id) {
    const auto rows = exec(tx, select_body, id);
    return rows.empty() ? "" : Columns(rows.front()).text();
}

void insert(Tx& tx, const NewDelivery& delivery) {
    std::vector<std::string> inboxes;
    std::vector<std::string> hosts;
    for (const Inbox& inbox : delivery.inboxes) {
        inboxes.push_back(inbox.uri);
        hosts.push_back(inbox.host);
    }
    exec(tx,
         insert_deliveries,
         delivery.signer,
         delivery.body,
         delivery.object_uri,
         delivery.sync_followers,
         inboxes,
         hosts,
         delivery.is_urgent);
}

void notify(Tx& tx) {
    exec(tx, notify_workers);
}

void lock_claims(Tx& tx) {
    exec(tx, lock_claiming);
}

std::vector<Delivery> claim(Tx& tx, const Claim& claim) {
    for (;;) {
        const auto marked = exec(tx, mark_waiting, claim.most).affected_rows();
        auto claimed = rows_of(exec(tx,
                                    claim_deliveries,
                                    claim.most,
                                    claim.per_host,
                                    claim.lease.count(),
                                    claim.except),
                               read);
        // What was marked stood in front of others.
        if (!claimed.empty() || marked == 0) return claimed;
    }
}

void finish(Tx& tx, const std::vector<Delivery>& deliveries) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> attempts;
    std::vector<std::int64_t> signers;
    std::vector<std::string> inboxes;
    for (const Delivery& delivery : deliveries) {
        ids.push_back(delivery.id);
        attempts.push_back(delivery.attempts);
        signers.push_back(delivery.signer.value);
        inboxes.push_back(delivery.inbox.uri);
    }
    exec(tx, delete_deliveries, ids, attempts);
    exec(tx, call_next, signers, inboxes);
}

void put_back(Tx& tx, const std::vector<Retry>& retries) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> attempts;
    std::vector<std::string> times;
    std::vector<std::int64_t> signers;
    std::vector<std::string> inboxes;
    std::vector<std::int64_t> failures;
    for (const Retry& retry : retries) {
        const Delivery& delivery = retry.delivery;
        ids.push_back(delivery.id);
        attempts.push_back(delivery.attempts);
        failures.push_back(delivery.failures + (retry.failed ? 1 : 0));
        times.push_back(format_iso8601(retry.run_at));
        if (failures.back() < tries_in_order) continue;
        signers.push_back(delivery.signer.value);
        inboxes.push_back(delivery.inbox.uri);
    }
    exec(tx, release_deliveries, ids, attempts, times, failures);
    if (!signers.empty()) exec(tx, call_next, signers, inboxes);
}

void postpone_host(Tx& tx, std::string_view host, Time until) {
    exec(tx, delay_host, host, until);
}

void hurry_host(Tx& tx, std::string_view host, Time now) {
    exec(tx, advance_host, host, now);
}

std::int64_t remove_for_host(Tx& tx, std::string_view host) {
    return static_cast<std::int64_t>(exec(tx, delete_of_host, host).affected_rows());
}

std::int64_t remove_for_inbox(Tx& tx, std::string_view inbox) {
    return static_cast<std::int64_t>(exec(tx, delete_of_inbox, inbox).affected_rows());
}

std::int64_t remove_idle_bodies(Tx& tx, Time older_than) {
    return static_cast<std::int64_t>(exec(tx, delete_idle_bodies, older_than).affected_rows());
}

std::int64_t count(Tx& tx) {
    return Columns(exec(tx, select_count).front()).number();
}

std::int64_t count_for_host(Tx& tx, std::string_view host) {
    return Columns(exec(tx, select_count_for_host, host).front()).number();
}

std::vector<Inbox> find_audience(Tx& tx,
                                 AccountId followers_of,
                                 const std::vector<AccountId>& accounts,
                                 std::string_view object_uri) {
    return rows_of(exec(tx, select_audience, followers_of, accounts, object_uri), read_inbox);
}

std::vector<AccountId> find_owners(Tx& tx, const Inbox& inbox) {
    return ids_of<AccountId>(exec(tx, select_owners, inbox.uri, inbox.host));
}

std::vector<Inbox> find_all_inboxes(Tx& tx) {
    return rows_of(exec(tx, select_all_inboxes), read_inbox);
}

std::vector<Inbox> find_personal_inbox(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_personal_inbox, account), read_inbox);
}

} // namespace db::deliveries
