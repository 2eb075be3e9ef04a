#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using CustomEmojiId = Id<struct CustomEmojiTag>;

/// A picture of the house that stands for `:shortcode:`.
struct CustomEmoji {
    CustomEmojiId id{};
    std::string shortcode{};
    std::string category{};
    std::string original_file{};
    bool listed = true; ///< Apps offer it.
    Time created_at{};
};

} // namespace db

namespace db::custom_emojis {

/// In place of the one of that shortcode, with an id of its own.
void put(Tx& tx, const CustomEmoji& emoji);
/// False: there is none.
bool remove(Tx& tx, std::string_view shortcode);
std::optional<CustomEmoji> find(Tx& tx, CustomEmojiId id);
/// Those of these shortcodes that there are, in their alphabetical order.
std::vector<CustomEmoji> find_all(Tx& tx, const std::vector<std::string>& shortcodes);
/// By category and shortcode.
std::vector<CustomEmoji> list(Tx& tx);

} // namespace db::custom_emojis
