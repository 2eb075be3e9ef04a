#include "db/usage.h"

#include "db/query.h"

namespace db::usage {
namespace {

constexpr auto select_usage = R"sql(
    SELECT count(*),
        count(*) FILTER (WHERE u.last_active_at > now() - interval '30 days'),
        count(*) FILTER (WHERE u.last_active_at > now() - interval '180 days'),
        COALESCE(sum(a.statuses_count), 0)::bigint,
        (SELECT count(*) FROM peers WHERE level IN ('member', 'partner', 'guest'))
    FROM users u JOIN accounts a ON a.id = u.account_id
    WHERE u.state = 'active' AND a.deleted_at IS NULL AND a.suspended_at IS NULL
)sql";

constexpr auto select_answers = R"sql(
    SELECT count(*) FROM statuses
    WHERE local AND in_reply_to_uri <> '' AND visibility IN ('public', 'unlisted')
)sql";

} // namespace

std::int64_t count_answers(Tx& tx) {
    return Columns(exec(tx, select_answers).front()).number();
}

Usage load(Tx& tx) {
    const auto rows = exec(tx, select_usage);
    Columns c(rows.front());
    Usage usage;
    usage.members = c.number();
    usage.active_month = c.number();
    usage.active_half_year = c.number();
    usage.statuses = c.number();
    usage.peers = c.number();
    return usage;
}

} // namespace db::usage
