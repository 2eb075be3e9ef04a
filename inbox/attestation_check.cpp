#include "inbox/attestation_check.h"

#include "db/attestation_claims.h"
#include "db/attestations.h"
#include "educators/checking.h"
#include "educators/standing.h"

namespace inbox {

jobs::Kind attestation_check_kind(const Work& work) {
    return {.name = db::attestation_claims::check_job,
            .prepare = [work](std::span<const jobs::Claimed> batch) {
                std::vector<AccountId> accounts;
                for (const auto& job : batch)
                    if (const auto id = parse_id(job.payload)) accounts.push_back({*id});
                educators::check_attestations(
                    {.pool = work.pool, .resolver = work.resolver, .clock = work.clock}, accounts);
                const auto refresh = [work, accounts](db::Tx& tx) {
                    const Time now = work.clock();
                    db::attestations::refresh_marks(
                        tx, accounts, now, now - educators::status_lost_after);
                };
                return std::vector<Result<jobs::Apply>>(batch.size(), jobs::Apply(refresh));
            }};
}

} // namespace inbox
