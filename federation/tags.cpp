#include "federation/tags.h"

#include "base/text.h"
#include "federation/uris.h"
#include "federation/values.h"
#include "federation/webfinger.h"

#include <algorithm>

namespace federation {

namespace {

constexpr std::size_t max_mentions = 51;
constexpr std::size_t max_hashtags = 30;
constexpr std::size_t max_emojis = 50;
constexpr std::size_t max_tags = 1000;

bool is_shortcode(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

std::string_view without_colons(std::string_view name) {
    if (name.starts_with(':')) name.remove_prefix(1);
    if (name.ends_with(':')) name.remove_suffix(1);
    return name;
}

/// An icon is an Image object, a list of them, or a URL.
Link icon_of(JsonReader& json) {
    const auto links = links_in(json, "icon");
    if (!links.empty()) return links.front();
    for (const Json* icon : json.list("icon", 5)) {
        if (!icon->is_object()) continue;
        JsonReader image(*icon);
        auto inner = links_in(image, "url");
        if (!inner.empty()) return inner.front();
    }
    return {};
}

std::string local_mention(std::string_view name, const Instance& instance) {
    const auto handle = parse_handle(name);
    if (!handle) return {};
    const bool ours = handle->host == instance.handle_host || handle->host == instance.host;
    return ours ? actor_uri(instance, handle->user) : std::string{};
}

} // namespace

std::vector<Emoji> read_emojis(JsonReader& json) {
    std::vector<Emoji> emojis;
    for (const Json* tag : json.list("tag", max_tags)) {
        if (!has_type(*tag, "Emoji")) continue;
        JsonReader entry(*tag);
        const std::string name = entry.lenient_text("name");
        const Link icon = icon_of(entry);
        const std::string_view shortcode = without_colons(name);
        if (!is_shortcode(shortcode) || icon.url.empty()) continue;
        emojis.push_back({.shortcode = std::string(shortcode),
                          .url = icon.url,
                          .media_type = icon.media_type,
                          .id = id_of(*tag),
                          .updated = time_in(entry, "updated")});
        if (emojis.size() == max_emojis) break;
    }
    return emojis;
}

std::vector<Hashtag> read_hashtags(JsonReader& json) {
    std::vector<Hashtag> hashtags;
    for (const Json* tag : json.list("tag", max_tags)) {
        if (!has_type(*tag, "Hashtag")) continue;
        JsonReader entry(*tag);
        const std::string name = entry.lenient_text("name");
        std::string_view display = name;
        if (display.starts_with('#')) display.remove_prefix(1);
        const std::string folded = fold(display.substr(0, 1000));
        const bool known = std::ranges::find(hashtags, folded, &Hashtag::name) != hashtags.end();
        if (known || !is_hashtag(display) || !is_hashtag(folded)) continue;
        hashtags.push_back({.name = folded,
                            .display = std::string(display),
                            .href = web_url(entry.lenient_text("href"))});
        if (hashtags.size() == max_hashtags) break;
    }
    return hashtags;
}

std::vector<Mention> read_mentions(JsonReader& json, const Instance& instance) {
    constexpr std::size_t max_name = 500;
    std::vector<Mention> mentions;
    for (const Json* tag : json.list("tag", max_tags)) {
        if (!has_type(*tag, "Mention")) continue;
        JsonReader entry(*tag);
        Mention mention{.name = clean_text(entry.lenient_text("name"), max_name)};
        if (const Json* href = entry.find("href")) mention.href = id_of(*href);
        if (mention.href.empty()) mention.href = local_mention(mention.name, instance);
        if (mention.href.empty() && !parse_handle(mention.name)) continue;
        const bool known = std::ranges::any_of(mentions, [&](const Mention& other) {
            return other.href == mention.href &&
                   (!other.href.empty() || other.name == mention.name);
        });
        if (!known) mentions.push_back(std::move(mention));
        if (mentions.size() == max_mentions) break;
    }
    return mentions;
}

Json render_tags(std::span<const Mention> mentions,
                 std::span<const Hashtag> hashtags,
                 std::span<const Emoji> emojis) {
    Json tags = Json::array();
    for (const auto& mention : mentions) {
        tags.push_back({{"type", "Mention"}, {"href", mention.href}, {"name", mention.name}});
    }
    for (const auto& hashtag : hashtags) {
        tags.push_back(
            {{"type", "Hashtag"}, {"href", hashtag.href}, {"name", "#" + hashtag.display}});
    }
    for (const auto& emoji : emojis) {
        Json tag = {{"type", "Emoji"}, {"name", ":" + emoji.shortcode + ":"}};
        tag["icon"] = {{"type", "Image"}, {"url", emoji.url}};
        if (!emoji.media_type.empty()) tag["icon"]["mediaType"] = emoji.media_type;
        if (!emoji.id.empty()) tag["id"] = emoji.id;
        if (emoji.updated) tag["updated"] = format_iso8601(*emoji.updated);
        tags.push_back(std::move(tag));
    }
    return tags;
}

} // namespace federation
