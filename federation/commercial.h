#pragma once

#include "base/json.h"

#include <optional>
#include <string>
#include <string_view>

/// The property `commercial` of actors and posts: for which organisation they speak. Where it
/// stands a visible text stands, too, for software that does not know it.
namespace federation {

struct Commercial {
    std::string organisation{}; ///< An actor id on the origin of who says it.
    std::string name{};         ///< Plain text; may be empty.
    bool stopped = false;       ///< Its district lets it send no more.
};

/// Of an actor document: {"type": "Organization", "id", "name", "stopped"}, an id, or true. What
/// cannot be read still makes its actor commercial, for itself: a mark only ever takes rights
/// away. An organisation of another origin counts as none named.
std::optional<Commercial> find_commercial(const Json& actor_document);

/// Writes the property, and its terms into @context.
void add_commercial(Json& actor_document, const Commercial& commercial);
/// The same of a post: only whose it is.
void add_commercial(Json& object, std::string_view organisation);

/// `category` of a Flag by a server actor: one of its people did not want what a partner sent.
constexpr std::string_view not_wanted_category = "not-wanted";
void add_category(Json& flag, std::string_view category);

} // namespace federation
