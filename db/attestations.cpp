#include "db/attestations.h"

#include "db/query.h"

namespace db::attestations {
namespace {

constexpr auto lock_account = "SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE";
constexpr auto select_standing = R"sql(
    SELECT uri, account_id, kind, assurance, region, valid_from, valid_until, list_id, list_index,
        key_uri, credential, issued_by, created_at, revoked_at, revoke_reason, for_cause
    FROM attestations WHERE account_id = $1 AND replaced_at IS NULL
)sql";
constexpr auto select_signed_otherwise = R"sql(
    SELECT uri, account_id, kind, assurance, region, valid_from, valid_until, list_id, list_index,
        key_uri, credential, issued_by, created_at, revoked_at, revoke_reason, for_cause
    FROM attestations
    WHERE replaced_at IS NULL AND revoked_at IS NULL AND valid_until > $2 AND key_uri <> $1
    ORDER BY id LIMIT $3
)sql";
constexpr auto update_list = R"sql(
    UPDATE status_lists SET taken = taken + 1
    WHERE id = (SELECT id FROM status_lists WHERE year_end = $1::date AND taken < $2
                ORDER BY id LIMIT 1 FOR UPDATE)
    RETURNING id
)sql";
constexpr auto insert_list =
    "INSERT INTO status_lists (year_end, taken) VALUES ($1::date, 1) RETURNING id";
constexpr auto select_list = "SELECT 1 FROM status_lists WHERE id = $1";
constexpr auto insert_attestation = R"sql(
    INSERT INTO attestations (uri, account_id, kind, assurance, region, valid_from, valid_until,
        list_id, list_index, key_uri, credential, issued_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (list_id, list_index) DO NOTHING
)sql";
constexpr auto update_replaced = R"sql(
    UPDATE attestations SET replaced_at = $2 WHERE account_id = $1 AND replaced_at IS NULL
)sql";
constexpr auto update_revoked = R"sql(
    UPDATE attestations SET revoked_at = $4, revoke_reason = $2, for_cause = $3
    WHERE account_id = $1 AND revoked_at IS NULL AND valid_until > $4
)sql";
constexpr auto select_revoked = R"sql(
    SELECT list_index FROM attestations WHERE list_id = $1 AND revoked_at IS NOT NULL
)sql";
constexpr auto update_marks = R"sql(
    UPDATE accounts SET attested = attestation_mark(id, $2, $3)
    WHERE id = ANY ($1::bigint[]) AND attested IS DISTINCT FROM attestation_mark(id, $2, $3)
)sql";
// Ours change with time only by ending; of theirs also level and status do.
constexpr auto update_all_marks = R"sql(
    UPDATE accounts SET attested = attestation_mark(id, $1, $2)
    WHERE id IN (SELECT id FROM accounts
                 WHERE attested IS NOT NULL
                   AND (host <> '' OR (attested ->> 'until')::timestamptz <= $1)
                 UNION
                 SELECT account_id FROM attestation_claims WHERE verdict = 'valid' AND NOT revoked)
      AND attested IS DISTINCT FROM attestation_mark(id, $1, $2)
)sql";

Attestation read(Columns c) {
    Attestation row;
    row.uri = c.text();
    row.account = c.id<AccountId>();
    row.kind = c.text();
    row.assurance = c.text();
    row.region = c.text();
    row.valid_from = c.time();
    row.valid_until = c.time();
    row.list = c.number();
    row.list_index = c.number();
    row.key_uri = c.text();
    row.credential = c.text();
    row.issued_by = c.text();
    row.created_at = c.time();
    row.revoked_at = c.maybe_time();
    row.revoke_reason = c.text();
    row.for_cause = c.flag();
    return row;
}

} // namespace

void lock(Tx& tx, AccountId account) {
    exec(tx, lock_account, account);
}

std::optional<Attestation> find_standing(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_standing, account), read);
}

std::int64_t take_list(Tx& tx, Time year_end, std::int64_t most) {
    const auto day = format_date(year_end);
    auto rows = exec(tx, update_list, day, most);
    if (rows.empty()) rows = exec(tx, insert_list, day);
    return Columns(rows.front()).number();
}

bool list_exists(Tx& tx, std::int64_t list) {
    return !exec(tx, select_list, list).empty();
}

bool insert(Tx& tx, const Attestation& a) {
    return exec(tx,
                insert_attestation,
                a.uri,
                a.account,
                a.kind,
                a.assurance,
                a.region,
                a.valid_from,
                a.valid_until,
                a.list,
                a.list_index,
                a.key_uri,
                a.credential,
                a.issued_by,
                a.created_at)
               .affected_rows() == 1;
}

void set_replaced(Tx& tx, AccountId account, Time at) {
    exec(tx, update_replaced, account, at);
}

int revoke(Tx& tx, AccountId account, const AttestationEnd& end, Time at) {
    return static_cast<int>(
        exec(tx, update_revoked, account, end.reason, end.for_cause, at).affected_rows());
}

std::vector<std::int64_t> revoked_indexes(Tx& tx, std::int64_t list) {
    return rows_of<std::int64_t>(exec(tx, select_revoked, list),
                                 [](Columns c) { return c.number(); });
}

std::vector<Attestation> list_signed_otherwise(Tx& tx,
                                               std::string_view key_uri,
                                               Time at,
                                               int most) {
    return rows_of(exec(tx, select_signed_otherwise, key_uri, at, most), read);
}

void refresh_marks(Tx& tx, const std::vector<AccountId>& accounts, Time at, Time lost_before) {
    exec(tx, update_marks, accounts, at, lost_before);
}

void refresh_all_marks(Tx& tx, Time at, Time lost_before) {
    exec(tx, update_all_marks, at, lost_before);
}

} // namespace db::attestations
