#pragma once

#include <string_view>

/// Looking for words in text of any script.

enum class Words { Whole, Parts };

/// Whether `text` holds `phrase`; both folded (fold() of base/text.h). With Words::Whole no letter,
/// mark or digit may join on to it, unless the script writes without blanks between words (Han,
/// Kana, Thai, ...), where nothing tells. An empty phrase is held by nothing.
bool holds_phrase(std::string_view text, std::string_view phrase, Words words);

/// Whether `text` is one emoji, as a reader counts it: with skin tone, joiners, flags.
bool is_emoji(std::string_view text);
