#include "db/visibility.h"

#include "db/query.h"

namespace db::visibility {
namespace {

constexpr auto select_visible = R"sql(
    SELECT v.status_id FROM visible_statuses($1) v WHERE v.status_id = ANY ($2::bigint[])
)sql";
constexpr auto select_one = "SELECT 1 FROM visible_statuses($1) v WHERE v.status_id = $2";
constexpr auto select_follower_on_host = R"sql(
    SELECT 1 FROM follows f JOIN accounts a ON a.id = f.follower_id
    WHERE f.followed_id = $1 AND f.accepted AND a.host = $2 AND a.host <> '' LIMIT 1
)sql";
constexpr auto select_addressed_on_host = R"sql(
    SELECT 1 FROM mentions m JOIN accounts a ON a.id = m.account_id
    WHERE m.status_id = $1 AND a.host = $2 AND a.host <> '' LIMIT 1
)sql";

} // namespace

std::vector<StatusId> visible_among(Tx& tx,
                                    AccountId reader,
                                    const std::vector<StatusId>& statuses) {
    return ids_of<StatusId>(exec(tx, select_visible, reader, statuses));
}

bool is_visible(Tx& tx, AccountId reader, StatusId status) {
    return !exec(tx, select_one, reader, status).empty();
}

bool has_follower_on_host(Tx& tx, AccountId author, std::string_view host) {
    return !exec(tx, select_follower_on_host, author, host).empty();
}

bool addresses_host(Tx& tx, StatusId status, std::string_view host) {
    return !exec(tx, select_addressed_on_host, status, host).empty();
}

} // namespace db::visibility
