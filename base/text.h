#pragma once

#include <string>
#include <string_view>

/// Text that strangers wrote, for display; ICU's and libidn2's home.

bool is_valid_utf8(std::string_view text);

/// Removes control characters (but line breaks and tabs when `lines` is kept), bidirectional
/// overrides and isolates, zero-width characters at the ends and U+FEFF, what exceeds runs of 8
/// combining marks or 4 line breaks; replaces invalid UTF-8; cuts at `max_code_points`. With
/// Lines::Join also blanks at the ends.
enum class Lines { Keep, Join };
std::string clean_text(std::string_view text, std::size_t max_code_points, Lines lines = Lines::Join);

/// The number of code points; Mastodon counts a status's length so (URLs count 23, apart).
std::size_t count_code_points(std::string_view utf8);

/// Case-folded and NFKC-normalised: hashtags, names, searches.
std::string fold(std::string_view utf8);

/// A tag's name without "#": letters, marks, digits and underscores, not digits alone, at most 100.
bool is_hashtag(std::string_view name);

/// Cut at most at `max_code_points`, never inside a code point.
std::string truncate(std::string_view utf8, std::size_t max_code_points);

std::string_view trim(std::string_view text);
std::string ascii_lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b); ///< ASCII only.

/// The ASCII form of a host (IDNA 2008, UTS 46); empty when it is no valid host name.
std::string host_to_ascii(std::string_view host);
