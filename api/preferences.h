#pragma once

#include "base/json.h"
#include "base/result.h"
#include "http/form.h"

#include <string>

namespace api {

/// How a member likes to post, from `users.settings`.
struct Preferences {
    std::string privacy = "public"; ///< public, unlisted, private or direct.
    bool sensitive = false;
    std::string language{};              ///< "" not said.
    std::string quote_policy = "public"; ///< public, followers or nobody.
};

Preferences read_preferences(const Json& settings);

/// The settings after `source[privacy]`, `source[sensitive]`, `source[language]` and
/// `source[quote_policy]`; everything else in them stays. Errors: Unprocessable.
Result<Json> change_preferences(Json settings, const http::Form& source);

/// "en", "zh-Hant": letters, digits and hyphens, at most 35 (BCP 47); "" is none.
bool is_language(std::string_view text);

} // namespace api
