#include "db/favourites.h"

#include "db/paging.h"
#include "db/query.h"

namespace db::favourites {
namespace {

constexpr auto insert_favourite = R"sql(
    WITH made AS (
        INSERT INTO favourites (account_id, status_id, activity_uri) VALUES ($1, $2, $3)
        ON CONFLICT (account_id, status_id) DO NOTHING
        RETURNING status_id
    )
    UPDATE statuses s SET favourites_count = s.favourites_count + 1 FROM made WHERE s.id = made.status_id
)sql";
constexpr auto delete_favourite = R"sql(
    WITH gone AS (
        DELETE FROM favourites WHERE account_id = $1 AND status_id = $2
        RETURNING id, account_id, status_id, activity_uri
    ), counted AS (
        UPDATE statuses s SET favourites_count = greatest(s.favourites_count - 1, 0)
        FROM gone WHERE s.id = gone.status_id
    )
    SELECT * FROM gone
)sql";
constexpr auto select_favourite = R"sql(
    SELECT id, account_id, status_id, activity_uri FROM favourites
    WHERE account_id = $1 AND status_id = $2
)sql";
constexpr auto select_by_uri = R"sql(
    SELECT id, account_id, status_id, activity_uri FROM favourites
    WHERE account_id = $1 AND activity_uri = $2 AND activity_uri <> ''
)sql";
constexpr auto select_among =
    "SELECT status_id FROM favourites WHERE account_id = $1 AND status_id = ANY ($2::bigint[])";
constexpr auto select_of_status = R"sql(
    SELECT id, account_id, status_id, activity_uri FROM favourites
    WHERE status_id = $1 AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4
)sql";
constexpr auto select_of_status_upwards = R"sql(
    SELECT id, account_id, status_id, activity_uri FROM favourites
    WHERE status_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4
)sql";
constexpr auto select_of_account = R"sql(
    SELECT id, account_id, status_id, activity_uri FROM favourites
    WHERE account_id = $1 AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4
)sql";
constexpr auto select_of_account_upwards = R"sql(
    SELECT id, account_id, status_id, activity_uri FROM favourites
    WHERE account_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4
)sql";

Favourite read(Columns c) {
    Favourite favourite;
    favourite.id = c.number();
    favourite.account = c.id<AccountId>();
    favourite.status = c.id<StatusId>();
    favourite.activity_uri = c.text();
    return favourite;
}

} // namespace

bool insert(Tx& tx, AccountId account, StatusId status, std::string_view activity_uri) {
    return exec(tx, insert_favourite, account, status, activity_uri).affected_rows() == 1;
}

std::optional<Favourite> remove(Tx& tx, AccountId account, StatusId status) {
    return first_of(exec(tx, delete_favourite, account, status), read);
}

std::optional<Favourite> find(Tx& tx, AccountId account, StatusId status) {
    return first_of(exec(tx, select_favourite, account, status), read);
}

std::optional<Favourite> find_by_uri(Tx& tx, AccountId account, std::string_view activity_uri) {
    return first_of(exec(tx, select_by_uri, account, activity_uri), read);
}

std::vector<StatusId> among(Tx& tx, AccountId account, const std::vector<StatusId>& statuses) {
    return ids_of<StatusId>(exec(tx, select_among, account, statuses));
}

std::vector<Favourite> list_of_status(Tx& tx, StatusId status, const Page& page) {
    return page_of(tx, {select_of_status, select_of_status_upwards}, read, page, status);
}

std::vector<Favourite> list_of_account(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, {select_of_account, select_of_account_upwards}, read, page, account);
}

} // namespace db::favourites
