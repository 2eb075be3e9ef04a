#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Names of people, in every script, as they are shown.

/// Unicode Normalization Form C. Invalid UTF-8 comes back as it was.
std::string to_nfc(std::string_view utf8);

/// Without control characters, bidirectional controls, zero-width characters and U+FEFF: what
/// lets one name pass for another.
std::string drop_invisible(std::string_view utf8);

/// At most `max_characters` as a reader counts them (UAX 29): never between a letter and its
/// accent.
std::string shorten(std::string_view utf8, std::size_t max_characters);

/// What the text looks like (UTS 39): two texts that a reader takes for each other have one
/// skeleton, also across scripts.
std::string confusable_skeleton(std::string_view utf8);

/// The words that a reader sees: skeletons of runs of letters and digits, without case and
/// accents. Signs, emoji and blanks divide, hidden characters do not; letters in boxes and those
/// that flags are made of are letters.
std::vector<std::string> seen_words(std::string_view utf8);
