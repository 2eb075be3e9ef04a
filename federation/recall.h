#pragma once

#include "base/json.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace federation {

/// A server asks another to say that an object is gone there (POLICY section 2, Recall): its Delete
/// went out as well, and this is answered with an Accept once the object is erased. Own term;
/// whoever does not know it has the Delete.
struct RecallRequest {
    std::string id{};      ///< Of the Offer; the Accept names it.
    std::string actor{};   ///< The server actor of the object's house.
    std::string subject{}; ///< The object's id.
};

Json render_recall(const RecallRequest& recall, std::string_view to);

/// From the object of an Offer.
/// Errors: NotFound (something else); Invalid (one that cannot be used).
Result<RecallRequest> parse_recall(const Json& document);

} // namespace federation
