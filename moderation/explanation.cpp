#include "moderation/explanation.h"

#include "base/uri.h"
#include "db/audit_log.h"
#include "db/door_refusals.h"
#include "moderation/filters.h"

#include <fmt/format.h>

#include <algorithm>

namespace moderation {
namespace {

std::string door_sentence(const db::door_refusals::Refused& refused) {
    const auto known = explain(refused.reason);
    const std::string why = known.empty() ? "reason: " + refused.reason + "." : std::string(known);
    return fmt::format("{} in this hour. {}", refused.count, why);
}

} // namespace

std::vector<Reason> why(db::Tx& tx, std::string_view what) {
    constexpr std::size_t most = 100;
    std::vector<Reason> reasons;
    for (auto& entry : db::audit_log::list_verdicts(tx, what)) {
        const auto known = explain(entry.reason);
        reasons.push_back({.at = entry.at,
                           .verdict = entry.verdict,
                           .filter = entry.filter,
                           .sentence = known.empty() ? entry.reason : std::string(known),
                           .observed = entry.act == "observed"});
    }
    const auto host = host_of(what);
    for (const auto& refused :
         db::door_refusals::list(tx, host.empty() ? what : std::string_view(host))) {
        reasons.push_back({.at = refused.hour,
                           .verdict = "refused",
                           .filter = "door",
                           .sentence = door_sentence(refused)});
    }
    std::ranges::stable_sort(reasons, std::ranges::greater{}, &Reason::at);
    if (reasons.size() > most) reasons.resize(most);
    return reasons;
}

} // namespace moderation
