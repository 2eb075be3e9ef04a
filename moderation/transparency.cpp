#include "moderation/transparency.h"

#include "db/transparency.h"
#include "moderation/filters.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

namespace moderation {
namespace {

constexpr std::int64_t least_shown = 10;

/// What people did, in words; what has no line here concerns no one (files looked at, tests).
constexpr std::array<std::pair<std::string_view, std::string_view>, 18> act_words{{
    {"account.suspend", "accounts suspended"},
    {"account.unsuspend", "suspensions lifted"},
    {"account.delete", "accounts deleted"},
    {"account.approve", "newcomers let in"},
    {"account.reject", "newcomers refused"},
    {"attestation.grant", "educators attested by hand"},
    {"attestation.revoke", "attestations taken back by hand"},
    {"roster.review", "roster entries decided by a person"},
    {"peer.add", "servers let in"},
    {"peer.remove", "servers let go"},
    {"peer.block", "servers blocked"},
    {"peer.unblock", "servers no longer blocked"},
    {"held.release", "held posts let through"},
    {"held.reject", "held posts refused"},
    {"rule.add", "content rules made"},
    {"rule.withdraw", "content rules withdrawn"},
    {"shield.raise", "shields raised"},
    {"checkpoint.contradiction", "audit logs of other districts found written anew"},
}};

struct Month {
    std::string name; ///< "2026-10-01".
    Time from;
    Time until;
};

Month last_month(Time now) {
    using namespace std::chrono;
    const year_month_day today{floor<days>(now)};
    const auto this_month = year_month{today.year(), today.month()};
    const auto before = this_month - months{1};
    return {.name = fmt::format(
                "{:04}-{:02}-01", static_cast<int>(before.year()), unsigned{before.month()}),
            .from = time_point_cast<Time::duration>(sys_days{before / 1}),
            .until = time_point_cast<Time::duration>(sys_days{this_month / 1})};
}

Json line(std::string_view what, std::int64_t count) {
    return {{"what", what}, {"count", shown_count(count)}};
}

std::string sentence(const db::transparency::Count& count) {
    const auto known = explain(count.reason);
    return known.empty() ? "reason: " + count.reason : std::string(known);
}

Json render_verdicts(db::Tx& tx, const Month& month) {
    Json lines = Json::array();
    for (const auto& count : db::transparency::verdicts(tx, month.from, month.until)) {
        auto one = line(sentence(count), count.count);
        one["verdict"] = count.what;
        one["filter"] = count.filter;
        lines.push_back(std::move(one));
    }
    for (const auto& count : db::transparency::refusals(tx, month.from, month.until)) {
        auto one = line(sentence(count), count.count);
        one["verdict"] = "refused";
        one["filter"] = "door";
        lines.push_back(std::move(one));
    }
    return lines;
}

Json render_acts(db::Tx& tx, const Month& month) {
    Json lines = Json::array();
    for (const auto& count : db::transparency::acts(tx, month.from, month.until)) {
        for (const auto& [act, words] : act_words)
            if (act == count.what) lines.push_back(line(words, count.count));
    }
    return lines;
}

} // namespace

std::string shown_count(std::int64_t count) {
    if (count == 0) return "0";
    return count < least_shown ? fmt::format("fewer than {}", least_shown) : std::to_string(count);
}

void publish_month(db::Tx& tx, Time now) {
    const auto month = last_month(now);
    if (db::transparency::has(tx, month.name) || db::transparency::is_empty_before(tx, month.until))
        return;
    const auto reports = db::transparency::reports(tx, month.from, month.until);
    Json peers = Json::array();
    for (const auto& count : db::transparency::peers(tx))
        peers.push_back(line(count.what, count.count));
    const bool has_median = reports.decided >= least_shown;
    db::transparency::put(
        tx,
        month.name,
        {{"verdicts", render_verdicts(tx, month)},
         {"acts", render_acts(tx, month)},
         {"peers", std::move(peers)},
         {"rule_version", rule_version},
         {"reports", shown_count(reports.made)},
         {"decided", shown_count(reports.decided)},
         {"median", has_median ? fmt::format("{:.0f} hours", reports.median_hours) : ""}},
        now);
}

} // namespace moderation
