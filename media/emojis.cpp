#include "media/emojis.h"

#include "db/media_garbage.h"
#include "media/links.h"
#include "media/storing.h"

#include <fmt/format.h>

namespace media {

std::string custom_emoji_url(const Instance& instance, const db::CustomEmoji& emoji) {
    const std::string_view file = emoji.original_file;
    return fmt::format("{}/media/custom_emojis/{}/{}",
                       media_origin(instance),
                       to_string(emoji.id),
                       file.substr(file.rfind('/') + 1));
}

Json emoji_row(const Instance& instance, const db::CustomEmoji& emoji) {
    return {{"shortcode", emoji.shortcode}, {"url", custom_emoji_url(instance, emoji)}};
}

Result<Done> store_emoji(const Workshop& workshop,
                         db::CustomEmoji emoji,
                         const WriteInput& write_input) {
    constexpr std::chrono::seconds time_in_box{40};
    const auto made = workshop.box.run(Profile::Emoji, write_input, time_in_box);
    if (!made) return made.error();
    const auto files = store_made(workshop.pool, workshop.store, *made, workshop.clock());
    if (!files) return files.error();
    emoji.original_file = files->original;
    emoji.created_at = workshop.clock();
    db::Tx tx(workshop.pool);
    db::media_garbage::keep(tx, {emoji.original_file});
    db::custom_emojis::put(tx, emoji);
    tx.commit();
    return Done{};
}

} // namespace media
