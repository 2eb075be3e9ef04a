#pragma once

#include "base/json.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace federation {

/// What a server tells the privacy contact of another: a post of yours is held here, since it may
/// name a student of ours (POLICY section 2). Own term, so that nobody takes it for a post; it
/// brings nothing of the post but its id.
struct PrivacyNote {
    std::string id{};
    std::string actor{};  ///< The server actor who says it.
    std::string about{};  ///< The post's id.
    std::string reason{}; ///< A reason code of filter 9.
};

/// The Offer that carries it, to their server actor or privacy contact.
Json render_privacy_note(const PrivacyNote& note, std::string_view to);

/// From the object of an Offer.
/// Errors: NotFound (something else); Invalid (one that cannot be used).
Result<PrivacyNote> parse_privacy_note(const Json& document);

} // namespace federation
