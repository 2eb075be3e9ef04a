#include "moderation/member_explanation.h"

#include "base/text.h"
#include "base/uri.h"
#include "db/audit_log.h"
#include "moderation/filters.h"

#include <algorithm>
#include <array>

namespace moderation {
namespace {

// They say something of a third person, or of what moderators do.
bool is_for_moderators(std::string_view reason) {
    constexpr std::array<std::string_view, 3> kept = {"blocked", "shielded", "actor-limited"};
    return std::ranges::find(kept, reason) != kept.end();
}

bool is_host(std::string_view what) {
    return what.find('/') == std::string_view::npos && what.find('.') != std::string_view::npos;
}

void explain_host(Peers& peers, std::string_view host, Time now, std::vector<Reason>& reasons) {
    if (host.empty() || peers.may_contact(host)) return;
    const bool is_blocked = peers.level_of(host) == Level::Blocked;
    reasons.push_back(
        {.at = now,
         .verdict = "refused",
         .filter = "peer gate",
         .sentence = std::string(explain(is_blocked ? "peer-blocked" : "actor-not-authorized"))});
}

} // namespace

std::vector<Reason> why_for_member(
    db::Tx& tx, Peers& peers, const db::Account& me, std::string_view what, Time now) {
    std::vector<Reason> reasons;
    const auto asked = trim(what);
    const auto host = is_host(asked) ? ascii_lower(asked) : host_of(asked);
    explain_host(peers, host, now, reasons);
    for (const auto& entry : db::audit_log::list_verdicts(tx, asked)) {
        const bool is_mine = entry.subject == me.uri;
        // The record of a person is for moderators; a post's is for its readers.
        const bool is_of_account = entry.subject == asked;
        const bool is_kept = is_for_moderators(entry.reason) || is_of_account;
        if (entry.act == "observed" || (is_kept && !is_mine)) continue;
        const auto sentence = explain(entry.reason);
        if (sentence.empty()) continue;
        reasons.push_back({.at = entry.at,
                           .verdict = entry.verdict,
                           .filter = entry.filter,
                           .sentence = std::string(sentence)});
    }
    return reasons;
}

} // namespace moderation
