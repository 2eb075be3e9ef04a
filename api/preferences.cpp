#include "api/preferences.h"

#include "api/answer.h"

#include <algorithm>
#include <array>

namespace api {
namespace {

constexpr std::array<std::string_view, 4> privacies{"public", "unlisted", "private", "direct"};
constexpr std::array<std::string_view, 4> quote_policies{"public", "followers", "nobody", "ask"};
constexpr std::array<std::string_view, 4> audiences{
    "", "educators", "outside-district", "outside-region"};
constexpr std::array<std::string_view, 3> media_choices{"default", "show_all", "hide_all"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& known, std::string_view text) {
    return std::ranges::find(known, text) != known.end();
}

template <typename T>
T value_or(const Json& settings, const char* key, T fallback) {
    const auto found = settings.find(key);
    if (found == settings.end()) return fallback;
    const bool fits = std::is_same_v<T, bool> ? found->is_boolean() : found->is_string();
    return fits ? found->get<T>() : fallback;
}

} // namespace

bool is_language(std::string_view text) {
    return text.size() <= 35 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-';
           });
}

Preferences read_preferences(const Json& settings) {
    Preferences preferences;
    if (!settings.is_object()) return preferences;
    preferences.privacy = value_or<std::string>(settings, "privacy", "public");
    preferences.sensitive = value_or(settings, "sensitive", false);
    preferences.language = value_or<std::string>(settings, "language", "");
    preferences.quote_policy = value_or<std::string>(settings, "quote_policy", "public");
    preferences.expand_media = value_or<std::string>(settings, "expand_media", "default");
    preferences.expand_spoilers = value_or(settings, "expand_spoilers", false);
    preferences.autoplay_gifs = value_or(settings, "autoplay_gifs", false);
    preferences.audience = value_or<std::string>(settings, "audience", "");
    if (!is_one_of(audiences, preferences.audience)) preferences.audience = "outside-region";
    if (!is_one_of(privacies, preferences.privacy)) preferences.privacy = "public";
    if (!is_one_of(quote_policies, preferences.quote_policy)) preferences.quote_policy = "public";
    if (!is_one_of(media_choices, preferences.expand_media)) preferences.expand_media = "default";
    return preferences;
}

Result<Json> change_preferences(Json settings, const http::Form& source) {
    if (!settings.is_object()) settings = Json::object();
    const auto take_choice =
        [&](const char* name, const auto& known, const char* shown) -> Result<Done> {
        const auto text = source.maybe_text(name);
        if (!text) return Done{};
        if (!is_one_of(known, *text)) {
            return unprocessable(std::string("Validation failed: ") + shown +
                                 " is not included in the list");
        }
        settings[name] = *text;
        return Done{};
    };
    if (const auto done = take_choice("privacy", privacies, "Privacy"); !done) return done.error();
    if (const auto done = take_choice("quote_policy", quote_policies, "Quote policy"); !done)
        return done.error();
    if (const auto done = take_choice("expand_media", media_choices, "Expand media"); !done)
        return done.error();
    if (const auto done = take_choice("audience", audiences, "Audience"); !done)
        return done.error();
    for (const auto* name : {"sensitive", "expand_spoilers", "autoplay_gifs"}) {
        if (const auto flag = source.flag(name)) settings[name] = *flag;
    }
    if (const auto language = source.maybe_text("language")) {
        if (!is_language(*language)) return unprocessable("Validation failed: Language is invalid");
        settings["language"] = *language;
    }
    return settings;
}

} // namespace api
