#include "http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace http {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool Address::is_v4() const {
    return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
}

std::optional<Address> parse_address(std::string_view text) {
    const std::string copy(text);
    if (copy.size() != text.size() || copy.find('\0') != std::string::npos) return std::nullopt;
    Address address;
    if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
    std::ranges::copy(v4_prefix, address.bytes.begin());
    if (inet_pton(AF_INET, copy.c_str(), &address.bytes[12]) == 1) return address;
    return std::nullopt;
}

std::string to_string(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.is_v4()) {
        inet_ntop(AF_INET, &address.bytes[12], text.data(), text.size());
    } else {
        inet_ntop(AF_INET6, address.bytes.data(), text.data(), text.size());
    }
    return text.data();
}

bool Network::contains(const Address& address) const {
    const auto whole = prefix / 8;
    if (!std::equal(base.bytes.begin(), base.bytes.begin() + whole, address.bytes.begin())) {
        return false;
    }
    const auto rest = prefix % 8;
    return rest == 0 || (base.bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0;
}

Result<Network> parse_network(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto base = parse_address(text.substr(0, slash));
    if (!base) return Error{Error::Kind::Invalid, "no network: " + std::string(text)};
    Network network{.base = *base};
    if (slash == text.size()) return network;
    const auto digits = text.substr(slash + 1);
    const unsigned most = base->is_v4() ? 32 : 128;
    unsigned prefix = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, prefix);
    if (error != std::errc() || stop != end || prefix > most) {
        return Error{Error::Kind::Invalid, "no network: " + std::string(text)};
    }
    network.prefix = 128 - most + prefix;
    return network;
}

bool contains(const std::vector<Network>& networks, const Address& address) {
    return std::ranges::any_of(networks, [&](const auto& one) { return one.contains(address); });
}

} // namespace http
