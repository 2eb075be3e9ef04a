#include "db/peering_requests.h"

#include "db/query.h"

namespace db::peering_requests {
namespace {

PeeringRequest read(Columns c) {
    PeeringRequest request;
    request.host = c.text();
    request.actor_uri = c.text();
    request.follow_uri = c.text();
    request.inbox_uri = c.text();
    request.received_at = c.time();
    return request;
}

constexpr auto insert_one = R"sql(
    INSERT INTO peering_requests (host, actor_uri, follow_uri, inbox_uri, received_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (host) DO NOTHING
)sql";
constexpr auto select_one = R"sql(
    SELECT host, actor_uri, follow_uri, inbox_uri, received_at FROM peering_requests WHERE host = $1
)sql";
constexpr auto select_all = R"sql(
    SELECT host, actor_uri, follow_uri, inbox_uri, received_at FROM peering_requests
    ORDER BY received_at, host
)sql";
constexpr auto count_recent = "SELECT count(*) FROM peering_requests WHERE received_at >= $1";
constexpr auto delete_one = "DELETE FROM peering_requests WHERE host = $1";

} // namespace

bool insert(Tx& tx, const PeeringRequest& request) {
    return exec(tx,
                insert_one,
                request.host,
                request.actor_uri,
                request.follow_uri,
                request.inbox_uri,
                request.received_at)
               .affected_rows() == 1;
}

std::optional<PeeringRequest> find(Tx& tx, std::string_view host) {
    return first_of(exec(tx, select_one, host), read);
}

std::vector<PeeringRequest> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

std::int64_t count_since(Tx& tx, Time since) {
    return Columns(exec(tx, count_recent, since).front()).number();
}

void remove(Tx& tx, std::string_view host) {
    exec(tx, delete_one, host);
}

} // namespace db::peering_requests
