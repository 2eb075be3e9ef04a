#include "db/stay_requests.h"

#include "db/query.h"

namespace db::stay_requests {
namespace {

constexpr auto insert_request = R"sql(
    INSERT INTO stay_requests (account_id, kind, text, asked_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id) WHERE refused_at IS NULL DO NOTHING
)sql";
constexpr auto select_open = R"sql(
    SELECT id, account_id, kind, text, asked_at, refused_at, reason
    FROM stay_requests WHERE id = $1 AND refused_at IS NULL FOR UPDATE
)sql";
constexpr auto select_latest = R"sql(
    SELECT id, account_id, kind, text, asked_at, refused_at, reason
    FROM stay_requests WHERE account_id = $1 ORDER BY id DESC LIMIT 1
)sql";
constexpr auto select_all_open = R"sql(
    SELECT id, account_id, kind, text, asked_at, refused_at, reason
    FROM stay_requests WHERE refused_at IS NULL ORDER BY id LIMIT 200
)sql";
constexpr auto update_refused =
    "UPDATE stay_requests SET refused_at = $3, reason = $2 WHERE id = $1";

StayRequest read(Columns c) {
    StayRequest request;
    request.id = c.id<StayRequestId>();
    request.account = c.id<AccountId>();
    request.kind = c.text();
    request.text = c.text();
    request.asked_at = c.time();
    request.refused_at = c.maybe_time();
    request.reason = c.text();
    return request;
}

} // namespace

bool insert(Tx& tx, const StayRequest& request) {
    return exec(tx, insert_request, request.account, request.kind, request.text, request.asked_at)
               .affected_rows() == 1;
}

std::optional<StayRequest> find_open(Tx& tx, StayRequestId id) {
    return first_of(exec(tx, select_open, id), read);
}

std::optional<StayRequest> find_latest(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_latest, account), read);
}

std::vector<StayRequest> list_open(Tx& tx) {
    return rows_of(exec(tx, select_all_open), read);
}

void refuse(Tx& tx, StayRequestId id, std::string_view reason, Time at) {
    exec(tx, update_refused, id, reason, at);
}

} // namespace db::stay_requests
