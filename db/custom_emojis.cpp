#include "db/custom_emojis.h"

#include "db/query.h"

namespace db::custom_emojis {
namespace {

// A new picture gets a new id, and so a new URL: caches keep the old one for a week.
constexpr auto upsert_emoji = R"sql(
    INSERT INTO custom_emojis (shortcode, category, original_file, listed, created_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (shortcode) DO UPDATE SET id = new_id(), category = excluded.category,
        original_file = excluded.original_file, listed = excluded.listed,
        created_at = excluded.created_at
)sql";
constexpr auto delete_emoji = "DELETE FROM custom_emojis WHERE shortcode = $1";
constexpr auto select_one = R"sql(
    SELECT id, shortcode, category, original_file, listed, created_at
    FROM custom_emojis WHERE id = $1
)sql";
constexpr auto select_named = R"sql(
    SELECT id, shortcode, category, original_file, listed, created_at
    FROM custom_emojis WHERE shortcode = ANY ($1::text[]) ORDER BY shortcode
)sql";
constexpr auto select_all = R"sql(
    SELECT id, shortcode, category, original_file, listed, created_at
    FROM custom_emojis ORDER BY category, shortcode
)sql";

CustomEmoji read(Columns c) {
    CustomEmoji emoji;
    emoji.id = c.id<CustomEmojiId>();
    emoji.shortcode = c.text();
    emoji.category = c.text();
    emoji.original_file = c.text();
    emoji.listed = c.flag();
    emoji.created_at = c.time();
    return emoji;
}

} // namespace

void put(Tx& tx, const CustomEmoji& emoji) {
    exec(tx,
         upsert_emoji,
         emoji.shortcode,
         emoji.category,
         emoji.original_file,
         emoji.listed,
         emoji.created_at);
}

bool remove(Tx& tx, std::string_view shortcode) {
    return exec(tx, delete_emoji, shortcode).affected_rows() == 1;
}

std::optional<CustomEmoji> find(Tx& tx, CustomEmojiId id) {
    return first_of(exec(tx, select_one, id), read);
}

std::vector<CustomEmoji> find_all(Tx& tx, const std::vector<std::string>& shortcodes) {
    if (shortcodes.empty()) return {};
    return rows_of(exec(tx, select_named, shortcodes), read);
}

std::vector<CustomEmoji> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

} // namespace db::custom_emojis
