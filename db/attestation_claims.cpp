#include "db/attestation_claims.h"

#include "db/query.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace db {
namespace {

constexpr std::array<std::string_view, 7> verdict_names = {
    "unchecked", "valid", "malformed", "wrong-issuer", "wrong-subject", "bad-proof", "bad-status"};

ClaimVerdict parse_verdict(std::string_view text) {
    const auto* found = std::ranges::find(verdict_names, text);
    if (found == verdict_names.end()) throw std::logic_error("attestation_claims.verdict");
    return static_cast<ClaimVerdict>(found - verdict_names.begin());
}

} // namespace

std::string_view to_string(ClaimVerdict verdict) {
    return verdict_names.at(static_cast<std::size_t>(verdict));
}

} // namespace db

namespace db::attestation_claims {
namespace {

constexpr auto upsert_claim = R"sql(
    INSERT INTO attestation_claims (account_id, credential, seen_at) VALUES ($1, $2, $3)
    ON CONFLICT (account_id) DO UPDATE SET credential = $2, seen_at = $3, verdict = 'unchecked',
        tried_at = NULL, revoked = false
    WHERE attestation_claims.credential <> $2
)sql";
constexpr auto delete_claim = "DELETE FROM attestation_claims WHERE account_id = $1";
constexpr auto select_claims = R"sql(
    SELECT account_id, credential, seen_at, verdict, tried_at, issuer, kind, assurance, region,
        valid_from, valid_until, list_uri, list_index, revoked
    FROM attestation_claims WHERE account_id = ANY ($1::bigint[])
)sql";
constexpr auto select_unchecked = R"sql(
    SELECT c.account_id FROM attestation_claims c
    JOIN accounts a ON a.id = c.account_id
    JOIN peers p ON p.host = a.host AND p.level = 'member'
    WHERE c.verdict = 'unchecked' AND (c.tried_at IS NULL OR c.tried_at < $1)
    ORDER BY c.account_id LIMIT $2
)sql";
constexpr auto select_of_host = R"sql(
    SELECT c.account_id FROM attestation_claims c JOIN accounts a ON a.id = c.account_id
    WHERE a.host = $1
)sql";
constexpr auto update_wrong_issuers = R"sql(
    UPDATE attestation_claims c SET verdict = 'unchecked', tried_at = NULL
    FROM accounts a
    WHERE a.id = c.account_id AND a.host = $1 AND c.verdict = 'wrong-issuer'
)sql";
constexpr auto select_may_issue = "SELECT may_issue_for($1, $2)";
constexpr auto update_tried = "UPDATE attestation_claims SET tried_at = $2 WHERE account_id = $1";
constexpr auto update_checked = R"sql(
    UPDATE attestation_claims SET verdict = $3, tried_at = $4, issuer = $5, kind = $6,
        assurance = $7, region = $8, valid_from = $9, valid_until = $10, list_uri = $11,
        list_index = $12, revoked = $13
    WHERE account_id = $1 AND credential = $2
)sql";
constexpr auto select_places = R"sql(
    SELECT account_id, list_index, revoked FROM attestation_claims
    WHERE list_uri = $1 AND verdict = 'valid'
)sql";
constexpr auto update_revoked =
    "UPDATE attestation_claims SET revoked = $2 WHERE account_id = ANY ($1::bigint[])";
constexpr auto select_standings = R"sql(
    SELECT c.account_id, c.kind, c.assurance, c.region, c.issuer, c.verdict, c.valid_from,
        c.valid_until, c.revoked, l.fetched_at,
        coalesce(p.level, '') = 'member' AND (c.verdict <> 'valid' OR may_issue_for(c.issuer, a.host))
    FROM attestation_claims c
    JOIN accounts a ON a.id = c.account_id
    LEFT JOIN peers p ON p.host = a.host
    LEFT JOIN remote_status_lists l ON l.uri = c.list_uri
    WHERE c.account_id = ANY ($1::bigint[])
    UNION ALL
    SELECT o.account_id, o.kind, o.assurance, o.region, o.uri, 'valid', o.valid_from,
        o.valid_until, o.revoked_at IS NOT NULL, $2::timestamptz, true
    FROM attestations o WHERE o.account_id = ANY ($1::bigint[]) AND o.replaced_at IS NULL
)sql";
constexpr auto select_attesting = R"sql(
    SELECT h.host FROM unnest($1::text[]) AS h (host)
    WHERE EXISTS (SELECT 1 FROM accounts a JOIN attestation_claims c ON c.account_id = a.id
                  WHERE a.host = h.host AND a.host <> '' AND c.verdict = 'valid')
)sql";

AttestationClaim read(Columns c) {
    AttestationClaim claim;
    claim.account = c.id<AccountId>();
    claim.credential = c.text();
    claim.seen_at = c.time();
    claim.verdict = parse_verdict(c.text());
    claim.tried_at = c.maybe_time();
    claim.issuer = c.text();
    claim.kind = c.text();
    claim.assurance = c.text();
    claim.region = c.text();
    claim.valid_from = c.maybe_time();
    claim.valid_until = c.maybe_time();
    claim.list_uri = c.text();
    claim.list_index = c.number();
    claim.revoked = c.flag();
    return claim;
}

ListPlace read_place(Columns c) {
    ListPlace place;
    place.account = c.id<AccountId>();
    place.index = c.number();
    place.revoked = c.flag();
    return place;
}

AttestationStanding read_standing(Columns c) {
    AttestationStanding standing;
    standing.account = c.id<AccountId>();
    standing.kind = c.text();
    standing.assurance = c.text();
    standing.region = c.text();
    standing.issuer = c.text();
    standing.verdict = parse_verdict(c.text());
    standing.valid_from = c.time();
    standing.valid_until = c.time();
    standing.revoked = c.flag();
    standing.status_at = c.maybe_time();
    standing.host_may_attest = c.flag();
    return standing;
}

} // namespace

bool put(Tx& tx, AccountId account, const std::string& credential, Time now) {
    if (credential.empty()) return exec(tx, delete_claim, account).affected_rows() == 1;
    return exec(tx, upsert_claim, account, credential, now).affected_rows() == 1;
}

std::vector<AccountId> list_unchecked(Tx& tx, Time tried_before, int most) {
    return ids_of<AccountId>(exec(tx, select_unchecked, tried_before, most));
}

std::vector<AttestationClaim> find_all(Tx& tx, const std::vector<AccountId>& accounts) {
    return rows_of(exec(tx, select_claims, accounts), read);
}

std::vector<AccountId> list_of_host(Tx& tx, std::string_view host) {
    return ids_of<AccountId>(exec(tx, select_of_host, host));
}

void retry_wrong_issuers(Tx& tx, std::string_view host) {
    exec(tx, update_wrong_issuers, host);
}

bool may_issue_for(Tx& tx, std::string_view issuer, std::string_view host) {
    return Columns(exec(tx, select_may_issue, issuer, host).front()).flag();
}

void set_tried(Tx& tx, AccountId account, Time at) {
    exec(tx, update_tried, account, at);
}

void set_checked(Tx& tx, const AttestationClaim& c) {
    exec(tx,
         update_checked,
         c.account,
         c.credential,
         to_string(c.verdict),
         c.tried_at,
         c.issuer,
         c.kind,
         c.assurance,
         c.region,
         c.valid_from,
         c.valid_until,
         c.list_uri,
         c.list_index,
         c.revoked);
}

std::vector<ListPlace> list_places(Tx& tx, std::string_view list_uri) {
    return rows_of(exec(tx, select_places, list_uri), read_place);
}

void set_revoked(Tx& tx, const std::vector<AccountId>& accounts, bool revoked) {
    exec(tx, update_revoked, accounts, revoked);
}

std::vector<AttestationStanding> find_standings(Tx& tx,
                                                const std::vector<AccountId>& accounts,
                                                Time now) {
    return rows_of(exec(tx, select_standings, accounts, now), read_standing);
}

std::vector<std::string> attesting_hosts(Tx& tx, const std::vector<std::string>& hosts) {
    return rows_of<std::string>(exec(tx, select_attesting, hosts),
                                [](Columns c) { return c.text(); });
}

} // namespace db::attestation_claims

namespace db::remote_status_lists {
namespace {

constexpr auto select_list = R"sql(
    SELECT uri, issuer, encoded_list, fetched_at, tried_at FROM remote_status_lists WHERE uri = $1
)sql";
constexpr auto upsert_list = R"sql(
    INSERT INTO remote_status_lists (uri, issuer, encoded_list, fetched_at, tried_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (uri) DO UPDATE SET issuer = $2, encoded_list = $3, fetched_at = $4, tried_at = $5
)sql";
constexpr auto upsert_tried = R"sql(
    INSERT INTO remote_status_lists (uri, issuer, tried_at) VALUES ($1, $2, $3)
    ON CONFLICT (uri) DO UPDATE SET tried_at = $3
)sql";
constexpr auto select_due = R"sql(
    SELECT c.list_uri, min(c.account_id)
    FROM attestation_claims c
    JOIN accounts a ON a.id = c.account_id
    JOIN peers p ON p.host = a.host AND p.level = 'member'
    LEFT JOIN remote_status_lists l ON l.uri = c.list_uri
    WHERE c.verdict = 'valid' AND c.valid_until > $1 AND (l.tried_at IS NULL OR l.tried_at < $2)
    GROUP BY c.list_uri ORDER BY c.list_uri LIMIT $3
)sql";
constexpr auto delete_unused = R"sql(
    DELETE FROM remote_status_lists l
    WHERE l.tried_at < $1 AND NOT EXISTS (
        SELECT 1 FROM attestation_claims c WHERE c.list_uri = l.uri AND c.verdict = 'valid')
)sql";

RemoteStatusList read(Columns c) {
    RemoteStatusList list;
    list.uri = c.text();
    list.issuer = c.text();
    list.encoded_list = c.text();
    list.fetched_at = c.maybe_time();
    list.tried_at = c.maybe_time();
    return list;
}

Due read_due(Columns c) {
    Due due;
    due.uri = c.text();
    due.account = c.id<AccountId>();
    return due;
}

} // namespace

std::optional<RemoteStatusList> find(Tx& tx, std::string_view uri) {
    return first_of(exec(tx, select_list, uri), read);
}

void put(Tx& tx, const RemoteStatusList& l) {
    exec(tx, upsert_list, l.uri, l.issuer, l.encoded_list, l.fetched_at, l.tried_at);
}

void set_tried(Tx& tx, std::string_view uri, std::string_view issuer, Time at) {
    exec(tx, upsert_tried, uri, issuer, at);
}

std::vector<Due> list_due(Tx& tx, Time now, Time tried_before, int most) {
    return rows_of(exec(tx, select_due, now, tried_before, most), read_due);
}

std::int64_t forget_unused(Tx& tx, Time tried_before) {
    return static_cast<std::int64_t>(exec(tx, delete_unused, tried_before).affected_rows());
}

} // namespace db::remote_status_lists
