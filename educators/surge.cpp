#include "educators/surge.h"

#include "db/audit_log.h"
#include "db/users.h"
#include "mail/letters.h"

#include <algorithm>
#include <chrono>

namespace educators {
namespace {

constexpr std::chrono::hours period{24};
constexpr auto act = "attestations.surge";

bool was_told(db::Tx& tx, const std::string& host, Time now) {
    const auto told = db::audit_log::list_acts(tx, host, {act});
    return !told.empty() && told.front().at > now - period;
}

void tell_owners(db::Tx& tx, const std::string& host, const db::AttestationGrowth& growth) {
    for (const auto& user : db::users::list(tx)) {
        if (user.role != db::Role::Owner || user.state != db::MemberState::Active) continue;
        mail::post(tx,
                   mail::Letter::AttestationSurge,
                   user.account,
                   {{"host", host},
                    {"fresh", std::to_string(growth.fresh)},
                    {"by_hand", std::to_string(growth.by_hand)},
                    {"before", std::to_string(growth.before)}});
    }
}

} // namespace

bool is_surge(const db::AttestationGrowth& growth) {
    constexpr std::int64_t most_by_hand = 10;
    constexpr std::int64_t most_at_all = 50;
    return growth.by_hand >= most_by_hand ||
           (growth.fresh >= most_at_all && growth.fresh > growth.before);
}

std::vector<std::string> watch_attestations(db::Tx& tx, const Instance& instance, Time now) {
    std::vector<std::string> hosts;
    for (const auto& growth : db::attestation_surges::list(tx, now - period)) {
        const auto& host = growth.host.empty() ? instance.host : growth.host;
        if (!is_surge(growth) || was_told(tx, host, now)) continue;
        db::audit_log::insert(tx,
                              {.at = now,
                               .actor = "alarm",
                               .act = act,
                               .subject = host,
                               .details = {{"fresh", growth.fresh},
                                           {"by_hand", growth.by_hand},
                                           {"before", growth.before}}});
        tell_owners(tx, host, growth);
        hosts.push_back(host);
    }
    return hosts;
}

} // namespace educators
