#include "outbox/profile_job.h"

#include "db/accounts.h"
#include "educators/attestation.h"
#include "outbox/profile.h"

namespace outbox {

jobs::Kind profile_changed_kind(const Instance& instance, Clock clock) {
    const auto apply = [&instance, clock](db::Tx& tx, const std::string& payload) {
        const auto id = parse_id(payload);
        const auto account = id ? db::accounts::find(tx, AccountId{*id}) : std::nullopt;
        if (!account || !account->is_local() || !account->is_visible()) return;
        send_profile(tx, instance, *account, clock());
    };
    return {.name = educators::profile_changed_job,
            .prepare = [apply](std::span<const jobs::Claimed> batch) {
                std::vector<Result<jobs::Apply>> steps;
                for (const auto& job : batch) {
                    steps.emplace_back(jobs::Apply(
                        [apply, payload = job.payload](db::Tx& tx) { apply(tx, payload); }));
                }
                return steps;
            }};
}

} // namespace outbox
