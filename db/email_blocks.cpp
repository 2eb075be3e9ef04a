#include "db/email_blocks.h"

#include "db/paged.h"

namespace db::email_blocks {
namespace {

Domain read_domain(Columns c) {
    Domain domain;
    domain.id = c.number();
    domain.domain = c.text();
    domain.allow_with_approval = c.flag();
    domain.created_at = c.time();
    return domain;
}

Day read_day(Columns c) {
    Day day;
    day.block = c.number();
    day.day = c.time();
    day.attempts = c.number();
    day.addresses = c.number();
    return day;
}

Canonical read_canonical(Columns c) {
    Canonical block;
    block.id = c.number();
    block.hash = c.text();
    return block;
}

constexpr auto insert_one_domain = R"sql(
    INSERT INTO email_domain_blocks (domain, allow_with_approval) VALUES ($1, $2)
    ON CONFLICT (domain) DO NOTHING
    RETURNING id, domain, allow_with_approval, created_at
)sql";
// $1 says nothing here: there is one list for all.
constexpr auto domains = paged(Sql(R"sql(
    SELECT id, domain, allow_with_approval, created_at FROM email_domain_blocks
    WHERE $1 AND id < $2 AND id > $3
)sql"));
constexpr auto select_domain =
    "SELECT id, domain, allow_with_approval, created_at FROM email_domain_blocks WHERE id = $1";
constexpr auto select_match = R"sql(
    SELECT id, domain, allow_with_approval, created_at FROM email_domain_blocks
    WHERE $1 = domain OR right($1, length(domain) + 1) = '.' || domain
    ORDER BY allow_with_approval LIMIT 1
)sql";
constexpr auto delete_domain = "DELETE FROM email_domain_blocks WHERE id = $1";

constexpr auto upsert_attempt = R"sql(
    INSERT INTO email_domain_block_hits (block_id, day, address_key)
    VALUES ($1, ($3::timestamptz AT TIME ZONE 'UTC')::date, $2)
    ON CONFLICT (block_id, day, address_key)
    DO UPDATE SET count = email_domain_block_hits.count + 1
)sql";
constexpr auto select_attempts = R"sql(
    SELECT block_id, day::timestamp AT TIME ZONE 'UTC', sum(count), count(*)
    FROM email_domain_block_hits
    WHERE block_id = ANY ($1::bigint[]) AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date
    GROUP BY block_id, day
)sql";
constexpr auto delete_attempts =
    "DELETE FROM email_domain_block_hits WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date";

constexpr auto insert_one_canonical = R"sql(
    INSERT INTO canonical_email_blocks (email_hash, account_id) VALUES ($1, $2)
    ON CONFLICT (email_hash) DO UPDATE SET email_hash = excluded.email_hash
    RETURNING id, email_hash
)sql";
constexpr auto canonicals = paged(Sql(R"sql(
    SELECT id, email_hash FROM canonical_email_blocks WHERE $1 AND id < $2 AND id > $3
)sql"));
constexpr auto select_canonical = "SELECT id, email_hash FROM canonical_email_blocks WHERE id = $1";
constexpr auto select_by_hash =
    "SELECT id, email_hash FROM canonical_email_blocks WHERE email_hash = $1";
constexpr auto delete_canonical = "DELETE FROM canonical_email_blocks WHERE id = $1";
constexpr auto delete_canonical_of = "DELETE FROM canonical_email_blocks WHERE account_id = $1";

} // namespace

std::optional<Domain> insert_domain(Tx& tx, std::string_view domain, bool allow_with_approval) {
    return first_of(exec(tx, insert_one_domain, domain, allow_with_approval), read_domain);
}

std::vector<Domain> list_domains(Tx& tx, const Page& page) {
    return page_of(tx, domains, read_domain, page, true);
}

std::optional<Domain> find_domain(Tx& tx, std::int64_t id) {
    return first_of(exec(tx, select_domain, id), read_domain);
}

std::optional<Domain> match_domain(Tx& tx, std::string_view domain) {
    return first_of(exec(tx, select_match, domain), read_domain);
}

bool remove_domain(Tx& tx, std::int64_t id) {
    return exec(tx, delete_domain, id).affected_rows() == 1;
}

void count_attempt(Tx& tx, std::int64_t block, std::string_view address_key, Time at) {
    exec(tx, upsert_attempt, block, address_key, at);
}

std::vector<Day> list_attempts(Tx& tx, const std::vector<std::int64_t>& blocks, Time since) {
    return rows_of(exec(tx, select_attempts, blocks, since), read_day);
}

void remove_attempts_before(Tx& tx, Time day) {
    exec(tx, delete_attempts, day);
}

Canonical insert_canonical(Tx& tx, std::string_view hash, AccountId account) {
    return read_canonical(Columns(exec(tx, insert_one_canonical, hash, or_null(account)).front()));
}

std::vector<Canonical> list_canonical(Tx& tx, const Page& page) {
    return page_of(tx, canonicals, read_canonical, page, true);
}

std::optional<Canonical> find_canonical(Tx& tx, std::int64_t id) {
    return first_of(exec(tx, select_canonical, id), read_canonical);
}

std::optional<Canonical> match_canonical(Tx& tx, std::string_view hash) {
    return first_of(exec(tx, select_by_hash, hash), read_canonical);
}

bool remove_canonical(Tx& tx, std::int64_t id) {
    return exec(tx, delete_canonical, id).affected_rows() == 1;
}

void remove_canonical_of(Tx& tx, AccountId account) {
    exec(tx, delete_canonical_of, account);
}

} // namespace db::email_blocks
