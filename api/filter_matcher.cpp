#include "api/filters.h"
#include "base/html.h"
#include "base/text.h"
#include "base/words.h"

#include <algorithm>

namespace api {

Json filter_entity(const db::Filter& filter) {
    return {{"id", to_string(filter.id)},
            {"title", filter.title},
            {"context", filter.contexts},
            {"expires_at", filter.expires_at ? Json(format_iso8601(*filter.expires_at)) : Json()},
            {"filter_action", filter.action}};
}

FilterMatcher::FilterMatcher(const std::vector<db::Filter>& filters, Time now) {
    for (const auto& filter : filters) {
        if (filter.expires_at && *filter.expires_at <= now) continue;
        Rule rule{.entity = filter_entity(filter)};
        for (const auto& keyword : filter.keywords) {
            rule.keywords.push_back({.folded = fold(trim(keyword.keyword)),
                                     .written = keyword.keyword,
                                     .whole_word = keyword.whole_word});
        }
        for (const auto& status : filter.statuses)
            rule.statuses.push_back(status.status);
        rules_.push_back(std::move(rule));
    }
}

std::string FilterMatcher::match(StatusId status, std::string_view folded) const {
    Json results = Json::array();
    for (const auto& rule : rules_) {
        Json words = Json::array();
        for (const auto& keyword : rule.keywords) {
            const auto kind = keyword.whole_word ? Words::Whole : Words::Parts;
            if (holds_phrase(folded, keyword.folded, kind)) words.push_back(keyword.written);
        }
        const bool is_named = std::ranges::find(rule.statuses, status) != rule.statuses.end();
        if (words.empty() && !is_named) continue;
        results.push_back(
            {{"filter", rule.entity},
             {"keyword_matches", words.empty() ? Json() : std::move(words)},
             {"status_matches", is_named ? Json::array({to_string(status)}) : Json()}});
    }
    return dump_json(results);
}

std::string searchable_text(const std::string& status, const std::string& poll) {
    const auto entity = Json::parse(status);
    auto text = html_to_text(entity.at("content").get<std::string>()) + '\n' +
                entity.at("spoiler_text").get<std::string>();
    for (const auto& media : entity.at("media_attachments")) {
        if (media.at("description").is_string())
            text += '\n' + media.at("description").get<std::string>();
    }
    if (!poll.empty()) {
        const auto options = Json::parse(poll).at("options");
        for (const auto& option : options)
            text += '\n' + option.at("title").get<std::string>();
    }
    return fold(text);
}

} // namespace api
