#include "db/reply_requests.h"

#include "db/query.h"

namespace db::reply_requests {
namespace {

constexpr auto insert_one = R"sql(
    INSERT INTO reply_requests (status_id, author_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
)sql";
constexpr auto insert_one_boost = R"sql(
    INSERT INTO reply_requests (status_id, author_id, wanted_visibility) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING
)sql";
constexpr auto update_boost = R"sql(
    UPDATE statuses SET visibility = r.wanted_visibility
    FROM reply_requests r
    WHERE statuses.id = $1 AND r.status_id = $1 AND r.wanted_visibility IS NOT NULL
    RETURNING statuses.visibility
)sql";
constexpr auto update_decision = R"sql(
    UPDATE reply_requests SET stamp_uri = $3, decided_at = $4
    WHERE status_id = $1 AND author_id = $2 AND decided_at IS NULL
)sql";
constexpr auto select_stamp = "SELECT stamp_uri FROM reply_requests WHERE status_id = $1";

} // namespace

void insert(Tx& tx, StatusId status, AccountId author) {
    exec(tx, insert_one, status, author);
}

void insert_boost(Tx& tx, StatusId boost, AccountId author, std::string_view wanted_visibility) {
    exec(tx, insert_one_boost, boost, author, wanted_visibility);
}

std::optional<Visibility> show_boost(Tx& tx, StatusId boost) {
    const auto rows = exec(tx, update_boost, boost);
    return rows.empty() ? std::nullopt : parse_visibility(Columns(rows.front()).text());
}

bool decide(Tx& tx, StatusId status, AccountId author, std::string_view stamp_uri, Time now) {
    return exec(tx, update_decision, status, author, stamp_uri, now).affected_rows() == 1;
}

std::string find_stamp(Tx& tx, StatusId status) {
    const auto rows = exec(tx, select_stamp, status);
    return rows.empty() ? std::string() : Columns(rows.front()).text();
}

bool is_kept_back(Tx& tx, StatusId status) {
    const auto rows = exec(tx, select_stamp, status);
    return !rows.empty() && Columns(rows.front()).text().empty();
}

} // namespace db::reply_requests
