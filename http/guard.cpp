#include "http/guard.h"

#include "base/text.h"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace http {

namespace {

Error forbidden(std::string detail) {
    return Error{Error::Kind::Forbidden, std::move(detail)};
}

// IANA's special-purpose registries and what has been taken out of use; ATTACKS group S.
constexpr std::array not_routable{
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
    "::/96",         "64:ff9b::/96",    "64:ff9b:1::/48", "100::/64",       "2001::/23",
    "2001:db8::/32", "2002::/16",       "3fff::/20",      "fc00::/7",       "fe80::/10",
    "fec0::/10",     "ff00::/8",        "5f00::/16",
};

std::vector<Network> parse_networks() {
    std::vector<Network> networks;
    for (const auto* text : not_routable)
        networks.push_back(*parse_network(text));
    return networks;
}

// Names that lead inside wherever they lead: RFC 6761, RFC 6762, RFC 8375, clouds' metadata hosts.
bool is_inside_name(std::string_view host) {
    if (host.find('.') == std::string_view::npos) return true;
    return std::ranges::any_of(
        std::array{".localhost", ".local", ".internal", ".home.arpa", ".onion"},
        [&](std::string_view ending) { return host.ends_with(ending); });
}

// What inet_aton would take for an address: its last label is a number, also octal or hexadecimal.
bool is_odd_number(std::string_view host) {
    const auto label = host.substr(host.rfind('.') + 1);
    if (label.starts_with("0x")) return true;
    return !label.empty() && label.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<Address> addresses_of(const addrinfo* list) {
    std::vector<Address> addresses;
    for (const auto* entry = list; entry; entry = entry->ai_next) {
        Address address;
        if (entry->ai_family == AF_INET6) {
            sockaddr_in6 v6{};
            std::memcpy(&v6, entry->ai_addr, sizeof v6);
            std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
        } else if (entry->ai_family == AF_INET) {
            sockaddr_in v4{};
            std::memcpy(&v4, entry->ai_addr, sizeof v4);
            address.bytes[10] = address.bytes[11] = 0xff;
            std::memcpy(&address.bytes[12], &v4.sin_addr, 4);
        } else {
            continue;
        }
        addresses.push_back(address);
    }
    return addresses;
}

} // namespace

bool is_globally_routable(const Address& address) {
    static const auto networks = parse_networks();
    return !contains(networks, address);
}

Result<std::vector<Address>> resolve_by_system(const std::string& host) {
    // getaddrinfo has no deadline; the resolver's state is per thread and can be made impatient.
    thread_local const bool is_impatient = [] {
        if (res_init() != 0) return false;
        _res.retrans = 2;
        _res.retry = 1;
        return true;
    }();
    static_cast<void>(is_impatient);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    // The dot at the end keeps search domains out.
    if (getaddrinfo((host + ".").c_str(), nullptr, &hints, &list) != 0) {
        return Error{Error::Kind::Unavailable, "host name does not resolve"};
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, freeaddrinfo);
    auto addresses = addresses_of(list);
    if (addresses.empty()) return Error{Error::Kind::Unavailable, "host name without an address"};
    return addresses;
}

Result<std::vector<Address>> resolve_checked(const std::string& host, const Resolver& resolve) {
    if (host.find('%') != std::string::npos) return forbidden("address with a zone");
    std::vector<Address> addresses;
    if (const auto literal = parse_address(host)) {
        addresses.push_back(*literal);
    } else {
        const auto name = ascii_lower(host);
        if (is_odd_number(name)) return forbidden("odd spelling of an address");
        if (is_inside_name(name)) return forbidden("name that is never public");
        auto resolved = resolve(name);
        if (!resolved) return resolved;
        addresses = std::move(*resolved);
    }
    // One private address among public ones is an attempt to be connected to it (C05).
    if (addresses.empty() || !std::ranges::all_of(addresses, is_globally_routable)) {
        return forbidden("address that is not globally routable");
    }
    return addresses;
}

} // namespace http
