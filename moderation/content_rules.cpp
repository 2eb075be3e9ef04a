#include "moderation/content_rules.h"

#include "base/html.h"
#include "base/html_page.h"
#include "base/text.h"
#include "base/uri.h"
#include "base/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace moderation {
namespace {

constexpr std::size_t max_word_bytes = 200;

Error invalid(std::string shown) {
    return {Error::Kind::Invalid, "content rule: " + shown, shown};
}

// "school.example" stands for its subdomains too.
bool is_host_or_below(std::string_view host, std::string_view rule) {
    if (host == rule) return true;
    return host.size() > rule.size() && host.ends_with(rule) &&
           host[host.size() - rule.size() - 1] == '.';
}

std::string name_of_host(std::string_view authority) {
    return std::string(authority.substr(0, authority.find(':')));
}

bool is_hit(const db::ContentRule& rule,
            const std::optional<Pattern>& pattern,
            const PostText& post,
            std::string_view folded) {
    if (rule.kind == "word") return holds_phrase(folded, rule.value, Words::Whole);
    if (rule.kind == "pattern") return pattern->is_in(post.text);
    if (rule.kind == "link-host") {
        return std::ranges::any_of(post.link_hosts, [&](const std::string& host) {
            return is_host_or_below(host, rule.value);
        });
    }
    if (rule.kind == "media-type") {
        return std::ranges::any_of(post.media_types, [&](const std::string& type) {
            return type.starts_with(rule.value);
        });
    }
    return rule.kind == "no-description" && post.has_undescribed_media;
}

Result<Done> check_value(db::ContentRule& rule) {
    if (rule.kind == "word") {
        rule.value = fold(trim(rule.value));
        if (rule.value.empty() || rule.value.size() > max_word_bytes)
            return invalid("A word or phrase has 1 to 200 bytes.");
    } else if (rule.kind == "pattern") {
        const auto pattern = Pattern::compile(rule.value);
        if (!pattern) return pattern.error();
    } else if (rule.kind == "link-host") {
        rule.value = host_to_ascii(trim(rule.value));
        if (rule.value.empty()) return invalid("That is no host name, as in school.example.");
    } else if (rule.kind == "media-type") {
        rule.value = ascii_lower(trim(rule.value));
        if (rule.value.find('/') == std::string::npos)
            return invalid("A media type is written as video/ or image/gif.");
    } else if (rule.kind == "no-description") {
        if (!rule.value.empty()) return invalid("This kind of rule has no value.");
    } else {
        return invalid("A rule is about a word, pattern, link-host, media-type or no-description.");
    }
    return Done{};
}

} // namespace

PostText post_text(std::string_view html, std::string_view spoiler_text) {
    PostText post{.text = html_to_text(html) + '\n' + std::string(spoiler_text)};
    for (const auto& link : links_out(html)) {
        auto host = name_of_host(host_of(link));
        if (!host.empty()) post.link_hosts.push_back(std::move(host));
    }
    return post;
}

ContentRules::ContentRules(std::vector<db::ContentRule> rules) {
    for (auto& row : rules) {
        Ready ready{.row = std::move(row)};
        if (ready.row.kind == "pattern") {
            auto pattern = Pattern::compile(ready.row.value);
            if (!pattern) continue;
            ready.pattern = std::move(*pattern);
        }
        rules_.push_back(std::move(ready));
    }
}

Result<Done> ContentRules::check(db::ContentRule& rule) {
    static constexpr std::array<std::string_view, 4> verdicts = {
        "strip", "limit", "hold", "reject"};
    if (std::ranges::find(verdicts, rule.verdict) == verdicts.end())
        return invalid("The verdict is strip, limit, hold or reject.");
    const bool is_about_media = rule.kind == "media-type" || rule.kind == "no-description";
    if (rule.verdict == "strip" && !is_about_media)
        return invalid("Only media can be taken out of a post: choose limit, hold or reject.");
    return check_value(rule);
}

std::vector<const db::ContentRule*> ContentRules::hits(const PostText& post) const {
    std::vector<const db::ContentRule*> found;
    if (rules_.empty()) return found;
    const auto folded = fold(post.text);
    for (const auto& [row, pattern] : rules_) {
        if (is_hit(row, pattern, post, folded)) found.push_back(&row);
    }
    return found;
}

} // namespace moderation
