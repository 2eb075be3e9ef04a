#include "db/covenants.h"

#include "db/query.h"

namespace db::covenants {
namespace {

Covenant read(Columns c) {
    Covenant covenant;
    covenant.version = c.small();
    covenant.text = c.text();
    covenant.settings = c.json();
    covenant.made_at = c.time();
    covenant.made_by = c.text();
    covenant.reason = c.text();
    return covenant;
}

OwnPolicy read_policy(Columns c) {
    OwnPolicy policy;
    policy.version = c.small();
    policy.document = c.text();
    policy.made_at = c.time();
    return policy;
}

constexpr auto insert_one = R"sql(
    INSERT INTO covenants (version, text, settings, made_at, made_by, reason)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (version) DO NOTHING
)sql";
constexpr auto select_one = R"sql(
    SELECT version, text, settings, made_at, made_by, reason FROM covenants WHERE version = $1
)sql";
constexpr auto select_newest = R"sql(
    SELECT version, text, settings, made_at, made_by, reason FROM covenants
    ORDER BY version DESC LIMIT 1
)sql";
constexpr auto select_all = R"sql(
    SELECT version, '', '{}'::jsonb, made_at, made_by, reason FROM covenants
    ORDER BY version DESC LIMIT 200
)sql";
constexpr auto insert_document = R"sql(
    INSERT INTO policies (version, document, made_at) VALUES ($1, $2, $3)
    ON CONFLICT (version) DO NOTHING
)sql";
constexpr auto select_document = R"sql(
    SELECT version, document, made_at FROM policies WHERE version = $1
)sql";
constexpr auto select_newest_document = R"sql(
    SELECT version, document, made_at FROM policies ORDER BY version DESC LIMIT 1
)sql";

} // namespace

bool insert(Tx& tx, const Covenant& covenant) {
    return exec(tx,
                insert_one,
                covenant.version,
                covenant.text,
                covenant.settings,
                covenant.made_at,
                covenant.made_by,
                covenant.reason)
               .affected_rows() == 1;
}

std::optional<Covenant> find(Tx& tx, int version) {
    return first_of(exec(tx, select_one, version), read);
}

std::optional<Covenant> newest(Tx& tx) {
    return first_of(exec(tx, select_newest), read);
}

std::vector<Covenant> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

bool insert_policy(Tx& tx, const OwnPolicy& policy) {
    return exec(tx, insert_document, policy.version, policy.document, policy.made_at)
               .affected_rows() == 1;
}

std::optional<OwnPolicy> find_policy(Tx& tx, int version) {
    return first_of(exec(tx, select_document, version), read_policy);
}

std::optional<OwnPolicy> newest_policy(Tx& tx) {
    return first_of(exec(tx, select_newest_document), read_policy);
}

} // namespace db::covenants
