#include "db/pins.h"

#include "db/query.h"

namespace db::pins {
namespace {

constexpr auto insert_pin = R"sql(
    INSERT INTO pins (account_id, status_id)
    SELECT s.account_id, s.id FROM statuses s
    WHERE s.id = $2 AND s.account_id = $1 AND s.reblog_of_id IS NULL
      AND (SELECT count(*) FROM pins p WHERE p.account_id = $1) < $3
    ON CONFLICT (account_id, status_id) DO NOTHING
)sql";
constexpr auto delete_pin = "DELETE FROM pins WHERE account_id = $1 AND status_id = $2";
constexpr auto delete_others =
    "DELETE FROM pins WHERE account_id = $1 AND NOT status_id = ANY ($2::bigint[])";
// new_id() is drawn from the last to the first, so that the list is newest first in their order.
constexpr auto insert_all = R"sql(
    INSERT INTO pins (account_id, status_id, id)
    SELECT account_id, status_id, new_id() FROM (
        SELECT s.account_id, s.id AS status_id
        FROM unnest($2::bigint[]) WITH ORDINALITY AS wanted (id, place)
        JOIN statuses s ON s.id = wanted.id AND s.account_id = $1 AND s.reblog_of_id IS NULL
        WHERE wanted.place <= $3
        ORDER BY wanted.place DESC
    ) AS own
    ON CONFLICT (account_id, status_id) DO UPDATE SET id = excluded.id
)sql";
constexpr auto select_pins =
    "SELECT status_id FROM pins WHERE account_id = $1 ORDER BY id DESC LIMIT $2";
constexpr auto select_among = "SELECT status_id FROM pins WHERE status_id = ANY ($1::bigint[])";

} // namespace

bool insert(Tx& tx, AccountId account, StatusId status) {
    return exec(tx, insert_pin, account, status, max_pins).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, StatusId status) {
    return exec(tx, delete_pin, account, status).affected_rows() == 1;
}

void replace(Tx& tx, AccountId account, const std::vector<StatusId>& statuses) {
    exec(tx, delete_others, account, statuses);
    exec(tx, insert_all, account, statuses, max_pins);
}

std::vector<StatusId> list(Tx& tx, AccountId account) {
    return ids_of<StatusId>(exec(tx, select_pins, account, max_pins));
}

std::vector<StatusId> among(Tx& tx, const std::vector<StatusId>& statuses) {
    return ids_of<StatusId>(exec(tx, select_among, statuses));
}

} // namespace db::pins
