#include "db/mentions.h"

#include "db/query.h"

namespace db::mentions {
namespace {

constexpr auto insert_mentions = R"sql(
    INSERT INTO mentions (status_id, account_id, silent)
    SELECT $1, id, $3 FROM unnest($2::bigint[]) AS given (id)
    ON CONFLICT (status_id, account_id) DO NOTHING
    RETURNING account_id
)sql";
constexpr auto insert_mentions_by_uri = R"sql(
    WITH made AS (
        INSERT INTO mentions (status_id, account_id, silent, unaddressed)
        SELECT s.id, a.id, a.uri = ANY ($3::text[]), a.uri = ANY ($4::text[])
        FROM statuses s
        JOIN accounts a ON a.uri = ANY ($2::text[] || $3::text[] || $4::text[]) AND a.id <> s.account_id
        WHERE s.id = $1
        ON CONFLICT (status_id, account_id) DO NOTHING
        RETURNING account_id, silent, unaddressed
    )
    SELECT account_id FROM made WHERE NOT silent AND NOT unaddressed
)sql";
constexpr auto update_silent = R"sql(
    UPDATE mentions SET silent = NOT account_id = ANY ($2::bigint[])
    WHERE status_id = $1 AND silent = (account_id = ANY ($2::bigint[]))
)sql";
constexpr auto select_mentions =
    R"sql(
    SELECT status_id, account_id, silent, unaddressed FROM mentions WHERE status_id = $1
    ORDER BY account_id
)sql";
constexpr auto select_all = R"sql(
    SELECT status_id, account_id, silent, unaddressed FROM mentions WHERE status_id = ANY ($1::bigint[])
    ORDER BY status_id, account_id
)sql";
constexpr auto select_one = "SELECT 1 FROM mentions WHERE status_id = $1 AND account_id = $2";

Mention read(Columns c) {
    Mention mention;
    mention.status = c.id<StatusId>();
    mention.account = c.id<AccountId>();
    mention.silent = c.flag();
    mention.unaddressed = c.flag();
    return mention;
}

} // namespace

std::vector<AccountId> insert_all(Tx& tx,
                                  StatusId status,
                                  const std::vector<AccountId>& accounts,
                                  bool silent) {
    return ids_of<AccountId>(exec(tx, insert_mentions, status, accounts, silent));
}

std::vector<AccountId> insert_by_uri(Tx& tx, StatusId status, const ByUri& uris) {
    return ids_of<AccountId>(
        exec(tx, insert_mentions_by_uri, status, uris.tagged, uris.silent, uris.unaddressed));
}

void silence_others(Tx& tx, StatusId status, const std::vector<AccountId>& accounts) {
    exec(tx, update_silent, status, accounts);
}

std::vector<Mention> list(Tx& tx, StatusId status) {
    return rows_of(exec(tx, select_mentions, status), read);
}

std::vector<Mention> list_all(Tx& tx, const std::vector<StatusId>& statuses) {
    return rows_of(exec(tx, select_all, statuses), read);
}

bool exists(Tx& tx, StatusId status, AccountId account) {
    return !exec(tx, select_one, status, account).empty();
}

} // namespace db::mentions
