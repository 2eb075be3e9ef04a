#include "db/scheduled_statuses.h"

#include "db/paged.h"

namespace db::scheduled_statuses {
namespace {

constexpr auto insert_one = R"sql(
    INSERT INTO scheduled_statuses (account_id, scheduled_at, params, media_ids, created_at)
    VALUES ($1, $2, $3, $4, $5)
    RETURNING id
)sql";
constexpr auto select_one = R"sql(
    SELECT id, account_id, scheduled_at, params, media_ids, refused FROM scheduled_statuses
    WHERE account_id = $1 AND id = $2
)sql";
constexpr auto select_page = paged(Sql(R"sql(
    SELECT id, account_id, scheduled_at, params, media_ids, refused FROM scheduled_statuses
    WHERE account_id = $1 AND id < $2 AND id > $3
)sql"));
constexpr auto update_time = R"sql(
    UPDATE scheduled_statuses SET scheduled_at = $3, refused = '' WHERE account_id = $1 AND id = $2
)sql";
constexpr auto delete_one = "DELETE FROM scheduled_statuses WHERE account_id = $1 AND id = $2";
constexpr auto lock_list =
    "SELECT pg_advisory_xact_lock(hashtextextended('scheduled', $1::bigint))";
constexpr auto select_counts = R"sql(
    SELECT count(*), count(*) FILTER (
        WHERE (scheduled_at AT TIME ZONE 'UTC')::date = ($2::timestamptz AT TIME ZONE 'UTC')::date)
    FROM scheduled_statuses WHERE account_id = $1
)sql";
constexpr auto select_due = R"sql(
    SELECT id, account_id, scheduled_at, params, media_ids, refused FROM scheduled_statuses
    WHERE scheduled_at <= $1 AND refused = ''
    ORDER BY scheduled_at LIMIT 1
    FOR UPDATE SKIP LOCKED
)sql";
constexpr auto update_refused = "UPDATE scheduled_statuses SET refused = $2 WHERE id = $1";

ScheduledStatus read(Columns c) {
    ScheduledStatus scheduled;
    scheduled.id = c.number();
    scheduled.account = c.id<AccountId>();
    scheduled.at = c.time();
    scheduled.params = c.json();
    scheduled.media = c.ids<MediaId>();
    scheduled.refused = c.text();
    return scheduled;
}

} // namespace

std::int64_t insert(Tx& tx, const ScheduledStatus& s, Time now) {
    const auto rows = exec(tx, insert_one, s.account, s.at, s.params, s.media, now);
    return Columns(rows.front()).number();
}

std::optional<ScheduledStatus> find(Tx& tx, AccountId account, std::int64_t id) {
    return first_of(exec(tx, select_one, account, id), read);
}

std::vector<ScheduledStatus> list(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, select_page, read, page, account);
}

bool set_time(Tx& tx, AccountId account, std::int64_t id, Time at) {
    return exec(tx, update_time, account, id, at).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, std::int64_t id) {
    return exec(tx, delete_one, account, id).affected_rows() == 1;
}

Counts count(Tx& tx, AccountId account, Time at) {
    exec(tx, lock_list, account);
    Columns c(exec(tx, select_counts, account, at).front());
    Counts counts;
    counts.all = c.number();
    counts.same_day = c.number();
    return counts;
}

std::optional<ScheduledStatus> claim_due(Tx& tx, Time now) {
    return first_of(exec(tx, select_due, now), read);
}

void refuse(Tx& tx, std::int64_t id, std::string_view why) {
    exec(tx, update_refused, id, why);
}

} // namespace db::scheduled_statuses
