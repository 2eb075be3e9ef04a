#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <string>

/// The second level of an appeal (POLICY section 3): moderators of two other districts are asked,
/// by an Offer between server actors, and answer by another one. Own types, so that nobody takes
/// them for posts. Whom it is about is not said.
namespace federation {

constexpr std::size_t max_review_text = 2'000; ///< Characters of each text.

struct AppealReview {
    std::string id{};
    std::string actor{}; ///< The server actor that asks.
    Time at{};
    std::string act{};    ///< As in db::Strike: "suspend", "remove-media", ...
    std::string reason{}; ///< The moderator's; these texts are plain.
    std::string appeal{}; ///< The member's,
    std::string answer{}; ///< and what the district's own other moderator said.
};

struct AppealOpinion {
    std::string id{};
    std::string actor{};  ///< The server actor that answers.
    std::string review{}; ///< Id of the AppealReview.
    Time at{};
    bool overturned = false;
    std::string note{};
};

Json render_appeal_review(const AppealReview& review);
Json render_appeal_opinion(const AppealOpinion& opinion);

/// Errors: NotFound (something else); Invalid (one that cannot be used). Texts come back clean and
/// bounded.
Result<AppealReview> parse_appeal_review(const Json& document);
Result<AppealOpinion> parse_appeal_opinion(const Json& document);

} // namespace federation
