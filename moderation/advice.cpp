#include "moderation/advice.h"

#include "base/uri.h"
#include "db/instance_values.h"
#include "moderation/advisory_lists.h"
#include "moderation/content_rules.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace moderation {
namespace {

constexpr std::string_view host_kind = "host";
constexpr std::string_view link_kind = "link-host";

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

void add_names(std::set<std::string>& names, std::string_view host) {
    for (auto& name : names_of(host))
        names.insert(std::move(name));
}

std::vector<std::string> ids_of_senders(const Subject& subject) {
    std::vector<std::string> ids{subject.actor, subject.signer};
    ids.insert(ids.end(), subject.authors.begin(), subject.authors.end());
    ids.insert(ids.end(), subject.speaks_for.begin(), subject.speaks_for.end());
    return ids;
}

std::vector<std::string> linked_hosts(const Subject& subject) {
    if (!subject.is_post) return {};
    return post_text(subject.html, subject.spoiler_text).link_hosts;
}

} // namespace

std::vector<std::string> names_of(std::string_view host) {
    std::vector<std::string> names;
    if (host.empty()) return names;
    names.emplace_back(host);
    if (host.front() == '[') return names; // IPv6: nothing is above it.
    if (const auto port = host.find(':'); port != std::string_view::npos) {
        host = host.substr(0, port);
        names.emplace_back(host);
    }
    for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.')) {
        host.remove_prefix(dot + 1);
        if (host.find('.') != std::string_view::npos) names.emplace_back(host);
    }
    return names;
}

Advice::Advice(std::vector<db::Advisory> entries,
               std::vector<std::string> excepted,
               std::size_t threshold)
    : entries_(std::move(entries)), excepted_(std::move(excepted)),
      threshold_(std::max<std::size_t>(threshold, 1)) {}

std::optional<Verdict> Advice::about(std::string_view kind, std::string_view host) const {
    const auto names = names_of(host);
    for (const auto& name : names)
        if (contains(excepted_, name)) return std::nullopt;
    std::map<db::AdvisoryListId, Verdict> said;
    for (const auto& entry : entries_) {
        if (entry.kind != kind || !contains(names, entry.subject)) continue;
        const auto verdict = entry.severity == "hold" ? Verdict::Hold : Verdict::Limit;
        auto& strongest = said[entry.list];
        strongest = std::max(strongest, verdict);
    }
    if (said.size() < threshold_) return std::nullopt;
    std::vector<Verdict> verdicts;
    for (const auto& [list, verdict] : said)
        verdicts.push_back(verdict);
    std::ranges::sort(verdicts, std::greater<>{});
    return verdicts[threshold_ - 1];
}

std::size_t advice_threshold(db::Tx& tx) {
    const auto text = db::instance_values::find(tx, advice_threshold_name).value_or("1");
    std::size_t threshold = 1;
    std::from_chars(text.data(), text.data() + text.size(), threshold);
    return std::clamp<std::size_t>(threshold, 1, most_lists_to_agree);
}

Advice load_advice(db::Tx& tx, std::span<const Subject> subjects) {
    const auto kinds = db::advisories::kinds_in_force(tx);
    if (kinds.empty()) return {};
    const bool asks_links = contains(kinds, std::string(link_kind));
    std::set<std::string> names;
    for (const auto& subject : subjects) {
        if (subject.direction == Direction::In)
            for (const auto& id : ids_of_senders(subject))
                add_names(names, host_of(id));
        if (!asks_links) continue;
        for (const auto& host : linked_hosts(subject))
            add_names(names, host);
    }
    const std::vector<std::string> asked(names.begin(), names.end());
    auto entries = db::advisories::find_in_force(tx, asked);
    if (entries.empty()) return {};
    return {std::move(entries), db::advisories::excepted(tx, asked), advice_threshold(tx)};
}

} // namespace moderation
