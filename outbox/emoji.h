#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "db/tx.h"

#include <string>
#include <string_view>
#include <vector>

/// The house's own emoji in what members write.
namespace outbox {

constexpr std::size_t max_emojis = 50; ///< In one post or profile; peers read no more.

/// 2 to 64 letters without accents, digits and underscores.
bool is_shortcode(std::string_view text);

/// What stands between colons and could name an emoji, each once, in order: "hi :apple:, 10:30:15"
/// names apple alone, since letters and digits next to the colons make it something else. Pure.
std::vector<std::string> find_shortcodes(std::string_view text);

/// Those that there are, as rows of posts and accounts keep them.
Json emojis_in(db::Tx& tx, const Instance& instance, std::string_view text);

} // namespace outbox
