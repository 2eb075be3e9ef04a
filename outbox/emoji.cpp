#include "outbox/emoji.h"

#include "media/emojis.h"

#include <algorithm>

namespace outbox {
namespace {

constexpr std::size_t shortest = 2;
constexpr std::size_t longest = 64;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_of_shortcode(char c) {
    return is_letter_or_digit(c) || c == '_';
}

} // namespace

bool is_shortcode(std::string_view text) {
    return text.size() >= shortest && text.size() <= longest &&
           std::ranges::all_of(text, is_of_shortcode);
}

std::vector<std::string> find_shortcodes(std::string_view text) {
    std::vector<std::string> found;
    std::size_t colon = text.find(':');
    while (colon != std::string_view::npos && found.size() < max_emojis) {
        const auto end = text.find(':', colon + 1);
        if (end == std::string_view::npos) break;
        const auto name = text.substr(colon + 1, end - colon - 1);
        const bool begins_free =
            colon == 0 || !(is_letter_or_digit(text[colon - 1]) || text[colon - 1] == ':');
        const bool ends_free =
            end + 1 == text.size() || !(is_letter_or_digit(text[end + 1]) || text[end + 1] == ':');
        const bool is_one = begins_free && ends_free && is_shortcode(name);
        if (is_one && std::ranges::find(found, name) == found.end()) found.emplace_back(name);
        // The colon that ends one begins no other.
        colon = is_one ? text.find(':', end + 1) : end;
    }
    return found;
}

Json emojis_in(db::Tx& tx, const Instance& instance, std::string_view text) {
    Json rows = Json::array();
    for (const auto& emoji : db::custom_emojis::find_all(tx, find_shortcodes(text)))
        rows.push_back(media::emoji_row(instance, emoji));
    return rows;
}

} // namespace outbox
