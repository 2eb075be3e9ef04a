#include "federation/status_bits.h"

#include "base/crypto.h"
#include "http/deflate.h"
#include "http/inflate.h"

#include <fmt/format.h>

#include <stdexcept>

namespace federation {
namespace {

constexpr std::size_t max_bytes = 1024UL * 1024;
constexpr std::size_t least_bytes = status_list_bits / 8;
/// GZIP cannot make more of one byte; an empty list comes close.
constexpr std::size_t max_ratio = 1'100;

Error invalid(std::string_view why) {
    return {.kind = Error::Kind::Invalid, .detail = fmt::format("status list: {}", why)};
}

constexpr unsigned mask_of(std::int64_t index) {
    return 0x80U >> static_cast<unsigned>(index % 8);
}

} // namespace

std::string encode_status_bits(std::span<const std::int64_t> set) {
    std::string bits(least_bytes, '\0');
    for (const auto index : set) {
        if (index < 0 || index >= status_list_bits) throw std::out_of_range("status list: index");
        auto& byte = bits[static_cast<std::size_t>(index / 8)];
        byte = static_cast<char>(static_cast<unsigned char>(byte) | mask_of(index));
    }
    return 'u' + crypto::base64url(http::gzip(bits));
}

Result<std::string> decode_status_bits(std::string_view encoded) {
    if (!encoded.starts_with('u')) return invalid("not base64url");
    const auto compressed = crypto::base64url_decode(encoded.substr(1));
    if (!compressed) return invalid("not base64url");
    http::Inflater inflater(max_bytes, max_ratio);
    std::string bits;
    if (const auto done = inflater.add(*compressed, bits); !done)
        return invalid(done.error().detail);
    if (!inflater.is_finished()) return invalid("GZIP ends early");
    if (bits.size() < least_bytes) return invalid("shorter than the standard allows");
    return bits;
}

Result<bool> status_bit(std::string_view bits, std::int64_t index) {
    if (index < 0 || static_cast<std::size_t>(index / 8) >= bits.size())
        return invalid("no such index");
    const auto byte = static_cast<unsigned char>(bits[static_cast<std::size_t>(index / 8)]);
    return (byte & mask_of(index)) != 0;
}

} // namespace federation
