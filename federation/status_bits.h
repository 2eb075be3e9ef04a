#pragma once

#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// The bits of a status list. Index 0 is the left-most bit of the first byte.
/// Source: https://www.w3.org/TR/vc-bitstring-status-list/ sections 3.2 and 3.3
namespace federation {

/// The shortest list that the standard allows, so that one entry hides among many.
constexpr std::int64_t status_list_bits = 131'072;

/// "u", then base64url of the GZIPped bits, of which those at `set` are 1.
/// Throws std::out_of_range for an index that is not in a list of status_list_bits.
std::string encode_status_bits(std::span<const std::int64_t> set);

/// The bits, eight to a byte. Errors: Invalid (another base, no GZIP, shorter than the standard
/// allows, more than 1 MiB).
Result<std::string> decode_status_bits(std::string_view encoded);

/// Errors: Invalid (the list is shorter than that).
Result<bool> status_bit(std::string_view bits, std::int64_t index);

} // namespace federation
