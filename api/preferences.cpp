#include "api/preferences.h"

#include "api/answer.h"

#include <algorithm>
#include <array>

namespace api {
namespace {

bool is_privacy(std::string_view text) {
    constexpr std::array<std::string_view, 4> known{"public", "unlisted", "private", "direct"};
    return std::ranges::find(known, text) != known.end();
}

bool is_quote_policy(std::string_view text) {
    constexpr std::array<std::string_view, 3> known{"public", "followers", "nobody"};
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
    if (!is_privacy(preferences.privacy)) preferences.privacy = "public";
    if (!is_quote_policy(preferences.quote_policy)) preferences.quote_policy = "public";
    return preferences;
}

Result<Json> change_preferences(Json settings, const http::Form& source) {
    if (!settings.is_object()) settings = Json::object();
    if (const auto privacy = source.maybe_text("privacy")) {
        if (!is_privacy(*privacy)) return unprocessable("Validation failed: Privacy is invalid");
        settings["privacy"] = *privacy;
    }
    if (const auto sensitive = source.flag("sensitive")) settings["sensitive"] = *sensitive;
    if (const auto language = source.maybe_text("language")) {
        if (!is_language(*language)) return unprocessable("Validation failed: Language is invalid");
        settings["language"] = *language;
    }
    if (const auto policy = source.maybe_text("quote_policy")) {
        if (!is_quote_policy(*policy)) {
            return unprocessable("Validation failed: Quote policy is not included in the list");
        }
        settings["quote_policy"] = *policy;
    }
    return settings;
}

} // namespace api
