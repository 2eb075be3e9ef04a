#include "db/attestation_surges.h"

#include "db/query.h"

namespace db::attestation_surges {
namespace {

constexpr auto select_growth = R"sql(
    SELECT s.host, count(*) FILTER (WHERE s.valid_from >= $1),
           count(*) FILTER (WHERE s.valid_from >= $1 AND s.assurance = 'staff-check'),
           count(*) FILTER (WHERE s.valid_from < $1)
    FROM (
        SELECT '' AS host, o.assurance, o.valid_from
        FROM attestations o WHERE o.replaced_at IS NULL AND o.revoked_at IS NULL
        UNION ALL
        SELECT a.host, c.assurance, c.valid_from
        FROM attestation_claims c JOIN accounts a ON a.id = c.account_id
        WHERE c.verdict = 'valid' AND NOT c.revoked
    ) s
    GROUP BY s.host HAVING count(*) FILTER (WHERE s.valid_from >= $1) > 0
    ORDER BY s.host
)sql";

AttestationGrowth read(Columns c) {
    AttestationGrowth growth;
    growth.host = c.text();
    growth.fresh = c.number();
    growth.by_hand = c.number();
    growth.before = c.number();
    return growth;
}

} // namespace

std::vector<AttestationGrowth> list(Tx& tx, Time since) {
    return rows_of(exec(tx, select_growth, since), read);
}

} // namespace db::attestation_surges
