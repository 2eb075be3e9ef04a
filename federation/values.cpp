#include "federation/values.h"

#include "base/html.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/activity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>

namespace federation {

namespace {

constexpr std::int64_t max_count = std::int64_t{1} << 53;
constexpr std::size_t max_languages = 200;

bool rearranges(std::string_view keyword) {
    constexpr std::array<std::string_view, 5> keywords{
        "@graph", "@included", "@reverse", "@nest", "@import"};
    return std::ranges::find(keywords, keyword) != keywords.end();
}

/// Types are known by their short names; servers whose context binds a prefix write that, or the
/// whole IRI.
std::string_view without_prefix(std::string_view type) {
    constexpr std::array<std::string_view, 12> prefixes{
        "as:",
        "https://www.w3.org/ns/activitystreams#",
        "toot:",
        "http://joinmastodon.org/ns#",
        "schema:",
        "http://schema.org#",
        "http://schema.org/",
        "litepub:",
        "http://litepub.social/ns#",
        "gts:",
        "https://gotosocial.org/ns#",
        "https://w3id.org/security#",
    };
    const auto found = std::ranges::find_if(
        prefixes, [&](std::string_view prefix) { return type.starts_with(prefix); });
    return found == prefixes.end() ? type : type.substr(found->size());
}

std::string raw_id_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_object()) return {};
    JsonReader json(value);
    std::string id = json.lenient_text("id");
    // A Link has no id of its own; it stands for what it leads to.
    return id.empty() && json.lenient_text("type") == "Link" ? json.lenient_text("href") : id;
}

bool is_language(std::string_view tag) {
    return !tag.empty() && tag.size() <= 35 && std::ranges::all_of(tag, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

void add_link(std::vector<Link>& links, const Json& value) {
    if (value.is_string()) {
        if (std::string url = web_url(value.get<std::string>()); !url.empty()) {
            links.push_back({.url = std::move(url)});
        }
        return;
    }
    if (!value.is_object()) return;
    JsonReader json(value);
    std::string url = web_url(json.lenient_text("href"));
    if (url.empty()) url = web_url(json.lenient_text("url"));
    if (url.empty()) return;
    links.push_back(
        {.url = std::move(url), .media_type = ascii_lower(json.lenient_text("mediaType"))});
}

Text from_map(const Json& map, std::span<const std::string> languages) {
    const auto take = [](const Json::const_iterator& entry) {
        return Text{.text = entry->get<std::string>(),
                    .language = is_language(entry.key()) ? entry.key() : std::string{}};
    };
    for (const auto& language : languages) {
        const auto entry = map.find(language);
        if (entry != map.end() && entry->is_string()) return take(entry);
    }
    for (auto entry = map.begin(); entry != map.end(); ++entry) {
        if (entry->is_string()) return take(entry);
    }
    return {};
}

std::string language_of(const Json* map, const std::string& text) {
    if (!map || !map->is_object() || map->size() > max_languages) return {};
    for (auto entry = map->begin(); entry != map->end(); ++entry) {
        if (entry->is_string() && *entry == text && is_language(entry.key())) return entry.key();
    }
    return {};
}

} // namespace

Result<Done> check_plain(const Json& document) {
    struct Part {
        const Json* value = nullptr;
        bool in_context = false;
    };
    const auto refused = [](const std::string& keyword) {
        return Error{.kind = Error::Kind::Invalid, .detail = keyword + ": not taken"};
    };
    std::vector<Part> parts{{.value = &document}};
    while (!parts.empty()) {
        const Part part = parts.back();
        parts.pop_back();
        for (auto member = part.value->begin(); member != part.value->end(); ++member) {
            const bool named = part.value->is_object();
            if (named && rearranges(member.key())) return refused(member.key());
            const bool in_context = part.in_context || (named && member.key() == "@context");
            if (member->is_structured()) {
                parts.push_back({.value = &*member, .in_context = in_context});
            } else if (in_context && member->is_string()) {
                const auto& alias = member->get_ref<const std::string&>();
                if (rearranges(alias)) return refused(alias);
            }
        }
    }
    return Done{};
}

std::string id_of(const Json& value) {
    return canonical_id(raw_id_of(value));
}

std::vector<std::string> ids_in(JsonReader& json, std::string_view key, std::size_t most) {
    std::vector<std::string> ids;
    std::unordered_set<std::string> seen;
    for (const Json* entry : json.list(key, most)) {
        const std::string raw = raw_id_of(*entry);
        std::string id = is_public(raw) ? std::string(public_collection) : canonical_id(raw);
        if (!id.empty() && seen.insert(id).second) ids.push_back(std::move(id));
    }
    return ids;
}

std::string first_id_in(JsonReader& json, std::string_view key) {
    const auto entries = json.list(key, 1);
    return entries.empty() ? std::string{} : id_of(*entries.front());
}

std::vector<std::string> types_of(const Json& object) {
    std::vector<std::string> types;
    if (!object.is_object()) return types;
    constexpr std::size_t most = 10;
    JsonReader json(object);
    for (const Json* type : json.list("type", most)) {
        if (type->is_string()) types.emplace_back(without_prefix(type->get<std::string>()));
    }
    return types;
}

bool has_type(const Json& object, std::string_view type) {
    const auto types = types_of(object);
    return std::ranges::find(types, type) != types.end();
}

std::string web_url(std::string_view text) {
    std::string url(text);
    for (const std::string_view escaped : {"&#038;", "&#38;", "&amp;"}) {
        for (auto at = url.find(escaped); at != std::string::npos; at = url.find(escaped, at + 1)) {
            url.replace(at, escaped.size(), "&");
        }
    }
    return canonical_id(url);
}

std::vector<Link> links_in(JsonReader& json, std::string_view key) {
    constexpr std::size_t most = 50;
    std::vector<Link> links;
    for (const Json* entry : json.list(key, most))
        add_link(links, *entry);
    return links;
}

std::string plain_text(std::string_view text, std::size_t max_code_points) {
    const auto opens = text.find('<');
    const bool is_markup = opens != std::string_view::npos && opens + 1 < text.size() &&
                           text.find('>', opens) != std::string_view::npos;
    // Most servers send these unescaped, so that entities are left alone where no tag is.
    return clean_text(is_markup ? html_to_text(text) : std::string(text), max_code_points);
}

std::optional<Time> time_in(JsonReader& json, std::string_view key) {
    return parse_iso8601(json.lenient_text(key));
}

std::optional<std::int64_t> count_in(JsonReader& json, std::string_view key) {
    const Json* value = json.find(key);
    if (!value) return std::nullopt;
    if (value->is_string()) {
        const auto& text = value->get_ref<const std::string&>();
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool whole = error == std::errc{} && end == text.data() + text.size();
        return whole ? std::optional(std::clamp<std::int64_t>(number, 0, max_count)) : std::nullopt;
    }
    if (!value->is_number()) return std::nullopt;
    const double number = value->get<double>();
    if (!(number > 0)) return 0;
    return number >= static_cast<double>(max_count) ? max_count : static_cast<std::int64_t>(number);
}

bool is_set(JsonReader& json, std::string_view key, bool fallback) {
    const Json* value = json.find(key);
    if (value == nullptr) return fallback;
    if (value->is_boolean()) return value->get<bool>();
    if (value->is_number()) return *value != 0;
    const std::string text = ascii_lower(json.lenient_text(key));
    return text.empty() ? fallback : text == "true" || text == "1";
}

Text text_in(JsonReader& json, std::string_view key, std::span<const std::string> languages) {
    const Json* map = json.find(std::string(key) + "Map");
    Text text{.text = json.lenient_text(key)};
    if (!text.text.empty()) {
        const Json* value = json.find(key);
        if (value->is_object()) {
            text.language = value->value("@language", Json()).is_string()
                                ? value->at("@language").get<std::string>()
                                : std::string{};
            if (!is_language(text.language)) text.language.clear();
        } else {
            text.language = language_of(map, text.text);
        }
        return text;
    }
    const bool usable = map && map->is_object() && map->size() <= max_languages;
    return usable ? from_map(*map, languages) : text;
}

} // namespace federation
