#pragma once

#include "base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

using Json = nlohmann::json;

struct JsonLimits {
    std::size_t max_depth = 32;       ///< Objects and arrays inside each other; the root is 1.
    std::size_t max_members = 20'000; ///< Object members and array entries of the whole document.
};

/// Reads JSON that a stranger wrote; the only way foreign JSON comes in.
/// Refuses: invalid UTF-8, NUL characters and lone surrogates in strings, duplicate keys, more depth or
/// members than `limits`, numbers that fit neither 64 bits nor a finite double, and anything after
/// the document. Never throws, never recurses deeper than max_depth.
///
/// Errors: Invalid; TooLarge (depth or members).
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

/// UTF-8 without blanks; invalid bytes are replaced. Never throws.
std::string dump_json(const Json& value);
