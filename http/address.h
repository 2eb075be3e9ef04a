#pragma once

#include "base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// An IP address; IPv4 is kept in its IPv6 form (::ffff:a.b.c.d), so that both spellings are one.
struct Address {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Address&) const = default;

    bool is_v4() const;
};

/// "192.0.2.1" or "2001:db8::1"; no other spellings of IPv4, no zones, no brackets, no ports.
std::optional<Address> parse_address(std::string_view text);
std::string to_string(const Address& address);

/// A block of addresses: "10.0.0.0/8", "::1".
struct Network {
    Address base{};
    unsigned prefix = 128; ///< Counted in the IPv6 form.

    bool contains(const Address& address) const;
};

/// Errors: Invalid.
Result<Network> parse_network(std::string_view text);
bool contains(const std::vector<Network>& networks, const Address& address);

} // namespace http
