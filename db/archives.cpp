#include "db/archives.h"

#include "db/query.h"

namespace db::archives {
namespace {

constexpr auto insert_archive = R"sql(
    INSERT INTO archives (account_id, requested_at) VALUES ($1, $2)
    ON CONFLICT (account_id) DO UPDATE SET requested_at = excluded.requested_at
    WHERE archives.requested_at <= $3
)sql";
constexpr auto update_made = R"sql(
    UPDATE archives a SET made_at = $2, file = $3, bytes = $4
    FROM (SELECT file FROM archives WHERE account_id = $1 FOR UPDATE) before
    WHERE a.account_id = $1
    RETURNING before.file
)sql";
constexpr auto select_archive = R"sql(
    SELECT account_id, requested_at, made_at, file, bytes FROM archives WHERE account_id = $1
)sql";
constexpr auto forget_files = R"sql(
    UPDATE archives a SET file = ''
    FROM (SELECT r.account_id, r.file FROM archives r JOIN accounts o ON o.id = r.account_id
          WHERE (r.made_at < $1 OR o.deleted_at IS NOT NULL) AND r.file <> '' FOR UPDATE OF r) old
    WHERE a.account_id = old.account_id
    RETURNING old.file
)sql";

Archive read(Columns c) {
    Archive archive;
    archive.account = c.id<AccountId>();
    archive.requested_at = c.time();
    archive.made_at = c.maybe_time();
    archive.file = c.text();
    archive.bytes = c.number();
    return archive;
}

std::string read_file(Columns c) {
    return c.text();
}

} // namespace

bool request(Tx& tx, AccountId account, Time now, Time not_since) {
    return exec(tx, insert_archive, account, now, not_since).affected_rows() == 1;
}

std::string set_made(Tx& tx, const Archive& made) {
    const auto rows = exec(tx, update_made, made.account, made.made_at, made.file, made.bytes);
    return rows.empty() ? std::string{} : read_file(Columns(rows.front()));
}

std::optional<Archive> find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_archive, account), read);
}

std::vector<std::string> remove_older(Tx& tx, Time before) {
    return rows_of(exec(tx, forget_files, before), read_file);
}

} // namespace db::archives
