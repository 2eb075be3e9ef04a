#include "db/waiting.h"

#include "db/query.h"

namespace db::waiting {
namespace {

Waiting read(Columns c) {
    Waiting waiting;
    waiting.count = c.number();
    waiting.deadline = c.maybe_time();
    return waiting;
}

template <typename... Params>
Waiting ask(Tx& tx, const char* sql, const Params&... params) {
    return first_of(exec(tx, sql, params...), read).value_or(Waiting{});
}

constexpr auto count_imports =
    "SELECT count(*), NULL::timestamptz FROM roster_imports WHERE state = 'waiting'";
constexpr auto count_reviews = R"sql(
    SELECT count(*), NULL::timestamptz FROM roster_people
    WHERE state = 'review' AND decision = ''
)sql";
constexpr auto count_stays = R"sql(
    SELECT count(*), NULL::timestamptz FROM stay_requests WHERE refused_at IS NULL
)sql";
constexpr auto count_corrections = R"sql(
    SELECT count(*), NULL::timestamptz
    FROM correction_requests r JOIN users u ON u.account_id = r.account_id AND u.state = 'active'
    WHERE r.answered_at IS NULL
)sql";
// outbox::glass_waits says 72 hours.
constexpr auto count_glass = R"sql(
    SELECT count(*), min(requested_at) + interval '72 hours' FROM glass_requests
    WHERE decision = '' AND requested_at > $2::timestamptz - interval '72 hours'
      AND account_id <> $1 AND requester_id <> $1
)sql";
constexpr auto count_student_privacy = R"sql(
    SELECT count(*), min(deadline) FROM held_items
    WHERE decided_at IS NULL AND filter = 'student privacy' AND account_id IS DISTINCT FROM $1
)sql";
constexpr auto count_held = R"sql(
    SELECT count(*), min(deadline) FROM held_items
    WHERE decided_at IS NULL AND filter <> 'student privacy'
)sql";
constexpr auto count_newcomers = R"sql(
    SELECT count(*), NULL::timestamptz FROM users
    WHERE approved_at IS NULL AND confirmed_at IS NOT NULL AND state = 'active'
)sql";
// Five school days are at most a week.
constexpr auto count_appeals = R"sql(
    SELECT count(*), min(w.at) + interval '7 days'
    FROM (
        SELECT s.appealed_at AS at
        FROM strikes s LEFT JOIN accounts me ON me.id = $1
        WHERE s.appealed_at IS NOT NULL AND s.decided_at IS NULL AND s.made_by <> me.uri
          AND s.account_id <> $1
        UNION ALL
        SELECT received_at FROM foreign_appeals WHERE decided_at IS NULL
    ) w
)sql";

} // namespace

Waiting roster_imports(Tx& tx, AccountId, Time) {
    return ask(tx, count_imports);
}

Waiting roster_reviews(Tx& tx, AccountId, Time) {
    return ask(tx, count_reviews);
}

Waiting stay_requests(Tx& tx, AccountId, Time) {
    return ask(tx, count_stays);
}

Waiting corrections(Tx& tx, AccountId, Time) {
    return ask(tx, count_corrections);
}

Waiting glass_requests(Tx& tx, AccountId me, Time now) {
    return ask(tx, count_glass, me, now);
}

Waiting student_privacy(Tx& tx, AccountId me, Time) {
    return ask(tx, count_student_privacy, me);
}

Waiting held_items(Tx& tx, AccountId, Time) {
    return ask(tx, count_held);
}

Waiting newcomers(Tx& tx, AccountId, Time) {
    return ask(tx, count_newcomers);
}

Waiting appeals(Tx& tx, AccountId me, Time) {
    return ask(tx, count_appeals, me);
}

} // namespace db::waiting
