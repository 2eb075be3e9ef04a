#include "db/ip_blocks.h"

#include "db/paged.h"

namespace db::ip_blocks {
namespace {

IpBlock read(Columns c) {
    IpBlock block;
    block.id = c.number();
    block.network = c.text();
    block.severity = c.text();
    block.comment = c.text();
    block.expires_at = c.maybe_time();
    block.created_at = c.time();
    return block;
}

constexpr auto insert_one = R"sql(
    INSERT INTO ip_blocks (network, severity, comment, expires_at)
    VALUES (network($1::inet), $2, $3, $4)
    ON CONFLICT (network) DO NOTHING
    RETURNING id, network::text, severity, comment, expires_at, created_at
)sql";
constexpr auto update_one =
    "UPDATE ip_blocks SET severity = $2, comment = $3, expires_at = $4 WHERE id = $1";
// $1 says nothing here: there is one list for all.
constexpr auto all = paged(Sql(R"sql(
    SELECT id, network::text, severity, comment, expires_at, created_at FROM ip_blocks
    WHERE $1 AND id < $2 AND id > $3
)sql"));
constexpr auto select_one = R"sql(
    SELECT id, network::text, severity, comment, expires_at, created_at FROM ip_blocks
    WHERE id = $1
)sql";
constexpr auto select_live = R"sql(
    SELECT id, network::text, severity, comment, expires_at, created_at FROM ip_blocks
    WHERE expires_at IS NULL OR expires_at > $1
)sql";
constexpr auto delete_one = "DELETE FROM ip_blocks WHERE id = $1";
constexpr auto delete_expired = "DELETE FROM ip_blocks WHERE expires_at <= $1";

} // namespace

std::optional<IpBlock> insert(Tx& tx, const IpBlock& block) {
    return first_of(
        exec(tx, insert_one, block.network, block.severity, block.comment, block.expires_at), read);
}

bool update(Tx& tx, const IpBlock& block) {
    return exec(tx, update_one, block.id, block.severity, block.comment, block.expires_at)
               .affected_rows() == 1;
}

std::vector<IpBlock> list(Tx& tx, const Page& page) {
    return page_of(tx, all, read, page, true);
}

std::optional<IpBlock> find(Tx& tx, std::int64_t id) {
    return first_of(exec(tx, select_one, id), read);
}

std::vector<IpBlock> list_live(Tx& tx, Time now) {
    return rows_of(exec(tx, select_live, now), read);
}

bool remove(Tx& tx, std::int64_t id) {
    return exec(tx, delete_one, id).affected_rows() == 1;
}

void remove_expired(Tx& tx, Time now) {
    exec(tx, delete_expired, now);
}

} // namespace db::ip_blocks
