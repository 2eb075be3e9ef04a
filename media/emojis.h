#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "db/custom_emojis.h"
#include "db/tx.h"
#include "media/box.h"
#include "media/uploads.h"

#include <string>

/// The house's own emoji.
namespace media {

/// Where everybody sees it; it dies with its row.
std::string custom_emoji_url(const Instance& instance, const db::CustomEmoji& emoji);

/// What posts and accounts keep of it: {shortcode, url}, as of emoji from elsewhere.
Json emoji_row(const Instance& instance, const db::CustomEmoji& emoji);

/// Processes a picture and makes it the emoji's, in place of the one before. Blocks; no transaction
/// open. Errors: Unprocessable, Unavailable.
Result<Done> store_emoji(const Workshop& workshop,
                         db::CustomEmoji emoji,
                         const WriteInput& write_input);

} // namespace media
