#pragma once

#include "base/json.h"
#include "base/result.h"
#include "http/form.h"

#include <string>

namespace api {

/// How a member likes to post and read, from `users.settings`.
struct Preferences {
    std::string privacy = "public"; ///< public, unlisted, private or direct.
    bool sensitive = false;
    std::string language{};               ///< "" not said.
    std::string quote_policy = "public";  ///< public, followers or nobody.
    std::string expand_media = "default"; ///< default, show_all or hide_all.
    bool expand_spoilers = false;
    bool autoplay_gifs = false;
    std::string audience{}; ///< Of followers-only posts: "", or as is_plain_audience() says.
};

Preferences read_preferences(const Json& settings);

/// The settings after what `source` names of privacy, sensitive, language and quote_policy, as
/// Mastodon has them, and of expand_media, expand_spoilers and autoplay_gifs, which Mastodon's own
/// pages alone set, and of audience; everything else in them stays. Errors: Unprocessable.
Result<Json> change_preferences(Json settings, const http::Form& source);

/// "en", "zh-Hant": letters, digits and hyphens, at most 35 (BCP 47); "" is none.
bool is_language(std::string_view text);

} // namespace api
