#pragma once

#include "base/id.h"
#include "db/held_items.h"

#include <cstddef>
#include <string>

namespace moderation {

/// What a moderator is shown of a held item besides who, when and why. Words only of what everybody
/// may read: a post that was written to few stays behind the employer wall (docs/employer-wall.md),
/// and is decided about by its reason.
struct HeldPreview {
    std::string what{}; ///< "a post", "an edited post", "a boost", ...
    bool is_private = false;
    std::string warning{}; ///< Plain, like `text`; both "" where it is private.
    std::string text{};    ///< At most 500 characters.
    std::size_t media = 0;
    std::string uri{};  ///< In: what it is about; "" where it is private.
    StatusId answers{}; ///< Out: the post that it answers or quotes. The caller shows no words
    StatusId quotes{};  ///< when one of them is not open to everybody.
};

/// Pure; a payload that cannot be read is private.
HeldPreview preview_of(const db::HeldItem& item);

} // namespace moderation
