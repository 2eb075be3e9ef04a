#include "api/search_query.h"

#include "base/text.h"

#include <array>

namespace api {
namespace {

/// The next part between blanks, where a blank inside quotes is none.
std::string_view take_part(std::string_view& rest) {
    bool is_quoted = false;
    std::size_t end = 0;
    for (; end < rest.size(); ++end) {
        if (rest[end] == '"') is_quoted = !is_quoted;
        if (rest[end] == ' ' && !is_quoted) break;
    }
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

std::optional<Time> day_of(std::string_view text) {
    constexpr std::size_t length = 10;
    if (text.size() != length) return std::nullopt;
    return parse_iso8601(std::string(text) + "T00:00:00Z");
}

struct Operator {
    std::string name{};
    std::string value{};
    bool is_negated = false;
};

bool apply_flag(SearchQuery& query, const Operator& op) {
    using Flag = std::optional<bool> db::StatusQuery::*;
    struct Known {
        std::string_view name, value;
        Flag flag;
    };
    static constexpr std::array known{
        Known{"has", "media", &db::StatusQuery::has_media},
        Known{"has", "image", &db::StatusQuery::has_media},
        Known{"has", "video", &db::StatusQuery::has_media},
        Known{"has", "audio", &db::StatusQuery::has_media},
        Known{"has", "poll", &db::StatusQuery::has_poll},
        Known{"has", "link", &db::StatusQuery::has_link},
        Known{"has", "embed", &db::StatusQuery::has_link},
        Known{"is", "reply", &db::StatusQuery::is_reply},
        Known{"is", "sensitive", &db::StatusQuery::is_sensitive},
    };
    for (const auto& one : known) {
        if (op.name != one.name || op.value != one.value) continue;
        query.statuses.*one.flag = !op.is_negated;
        return true;
    }
    return false;
}

bool apply_day(SearchQuery& query, const Operator& op) {
    if (op.is_negated) return false;
    const auto day = day_of(op.value);
    if (!day) return false;
    constexpr std::chrono::hours whole_day{24};
    if (op.name == "before") query.before = *day;
    // The day itself belongs neither to before: nor to after:.
    if (op.name == "after") query.after = *day + whole_day;
    if (op.name == "during") {
        query.after = *day;
        query.before = *day + whole_day;
    }
    return op.name == "before" || op.name == "after" || op.name == "during";
}

bool apply_place(SearchQuery& query, const Operator& op) {
    if (op.name != "in" || op.is_negated) return false;
    if (op.value != "all" && op.value != "library" && op.value != "public") return false;
    query.statuses.in_public = op.value != "library";
    query.statuses.in_library = op.value != "public";
    return true;
}

bool apply(SearchQuery& query, const Operator& op) {
    if (op.value.empty()) return false;
    if (op.name == "from") {
        (op.is_negated ? query.not_from : query.from) = op.value;
        return true;
    }
    if (op.name == "language" && !op.is_negated) {
        query.statuses.language = op.value;
        return true;
    }
    return apply_flag(query, op) || apply_day(query, op) || apply_place(query, op);
}

} // namespace

SearchQuery parse_search(std::string_view typed) {
    SearchQuery query;
    auto rest = trim(typed);
    while (!rest.empty()) {
        const auto part = take_part(rest);
        const bool is_signed = part.starts_with('-') || part.starts_with('+');
        const auto colon = part.find(':');
        if (colon != std::string_view::npos) {
            const std::size_t begin = is_signed ? 1 : 0;
            const Operator op{.name = ascii_lower(part.substr(begin, colon - begin)),
                              .value = ascii_lower(part.substr(colon + 1)),
                              .is_negated = part.starts_with('-')};
            if (apply(query, op)) {
                query.has_operators = true;
                continue;
            }
        }
        if (part.empty()) continue;
        if (!query.statuses.text.empty()) query.statuses.text += ' ';
        query.statuses.text += part;
    }
    return query;
}

} // namespace api
