#include "base/uri.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace {

constexpr std::size_t max_uri_bytes = 2048;

Error invalid(const char* why) {
    return {.kind = Error::Kind::Invalid, .detail = fmt::format("URI: {}", why)};
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// What no parser agrees on: blanks, controls, the backslash that browsers take for a slash, and
/// the characters RFC 3986 keeps for delimiting a URI in text.
bool is_forbidden(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f || c == '\\' || c == '<' || c == '>' || c == '"';
}

struct HostPort {
    std::string host;
    std::optional<std::uint16_t> port;
};

std::optional<std::string> parse_ipv6(std::string_view text) {
    std::array<unsigned char, 16> address{};
    std::array<char, INET6_ADDRSTRLEN> shown{};
    // inet_pton wants a terminated string, and knows no zone ids.
    if (inet_pton(AF_INET6, std::string(text).c_str(), address.data()) != 1) return std::nullopt;
    if (inet_ntop(AF_INET6, address.data(), shown.data(), shown.size()) == nullptr) {
        return std::nullopt;
    }
    return std::string(shown.data());
}

/// True for what some resolvers take for an IPv4 address: "127.1", "0x7f.0.0.1", "2130706433".
bool ends_in_number(std::string_view host) {
    const auto last = host.substr(host.rfind('.') + 1); // npos + 1 is 0
    return !last.empty() && (std::ranges::all_of(last, is_digit) || last.starts_with("0x"));
}

bool is_dotted_quad(std::string_view host) {
    in_addr address{};
    std::array<char, INET_ADDRSTRLEN> shown{};
    return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1 &&
           inet_ntop(AF_INET, &address, shown.data(), shown.size()) != nullptr &&
           host == shown.data();
}

/// Labels of letters, digits, hyphens and underscores, none of them empty: a trailing dot, two dots
/// or an escape would be a second spelling of another host.
bool is_host_name(std::string_view host) {
    constexpr std::size_t max_host_bytes = 253;
    constexpr std::size_t max_label_bytes = 63;
    if (host.empty() || host.size() > max_host_bytes) return false;
    std::size_t label = 0;
    for (const char c : host) {
        if (c == '.') {
            if (label == 0) return false;
            label = 0;
        } else {
            const bool allowed = is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
            if (!allowed || ++label > max_label_bytes) return false;
        }
    }
    return label > 0;
}

std::optional<std::string> parse_host(std::string_view text) {
    if (text.starts_with('[')) {
        if (!text.ends_with(']')) return std::nullopt;
        return parse_ipv6(text.substr(1, text.size() - 2));
    }
    const std::string host = host_to_ascii(text);
    if (!is_host_name(host)) return std::nullopt;
    if (ends_in_number(host) && !is_dotted_quad(host)) return std::nullopt;
    return host;
}

/// 1 to 65535 without leading zeros.
std::optional<std::uint16_t> parse_port(std::string_view text) {
    if (text.empty() || text.front() == '0' || !std::ranges::all_of(text, is_digit)) {
        return std::nullopt;
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return port;
}

std::optional<HostPort> parse_host_port(std::string_view text) {
    // The colons of an IPv6 address stand inside its brackets.
    const auto bracket = text.rfind(']');
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const auto host = parse_host(text.substr(0, colon));
    if (!host) return std::nullopt;
    if (colon == std::string_view::npos) return HostPort{.host = *host, .port = std::nullopt};
    const auto port = parse_port(text.substr(colon + 1));
    if (!port) return std::nullopt;
    return HostPort{.host = *host, .port = port};
}

std::uint16_t default_port(std::string_view scheme) {
    return scheme == "https" ? 443 : 80;
}

std::string in_brackets(const std::string& host) {
    return host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
}

/// Where the authority ends; `text` begins with a scheme and "://".
std::size_t authority_end(std::string_view text) {
    return std::min(text.find_first_of("/?#", text.find("://") + 3), text.size());
}

bool is_unreserved(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::optional<unsigned> hex_value(char c) {
    if (is_digit(c)) return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

} // namespace

std::string Uri::authority() const {
    if (port == default_port(scheme)) return in_brackets(host);
    return fmt::format("{}:{}", in_brackets(host), port);
}

std::string Uri::origin() const {
    return fmt::format("{}://{}", scheme, authority());
}

std::string Uri::target() const {
    return has_query ? fmt::format("{}?{}", path, query) : path;
}

std::string Uri::without_fragment() const {
    return origin() + target();
}

Result<Uri> parse_uri(std::string_view text) {
    if (text.size() > max_uri_bytes) return invalid("too long");
    if (std::ranges::any_of(text, is_forbidden)) return invalid("forbidden character");
    if (!is_valid_utf8(text)) return invalid("not UTF-8");
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return invalid("no scheme");
    Uri uri;
    uri.scheme = ascii_lower(text.substr(0, colon));
    if (uri.scheme != "http" && uri.scheme != "https") return invalid("scheme is not http(s)");

    const auto end = authority_end(text);
    const auto authority = text.substr(colon + 3, end - colon - 3);
    if (authority.find('@') != std::string_view::npos) return invalid("user information");
    auto host = parse_host_port(authority);
    if (!host) return invalid("host or port");
    uri.host = std::move(host->host);
    uri.port = host->port.value_or(default_port(uri.scheme));

    auto rest = text.substr(end);
    if (const auto hash = rest.find('#'); hash != std::string_view::npos) {
        uri.fragment = rest.substr(hash + 1);
        rest = rest.substr(0, hash);
    }
    if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
        uri.query = rest.substr(mark + 1);
        uri.has_query = true;
        rest = rest.substr(0, mark);
    }
    uri.path = rest.empty() ? "/" : rest;
    return uri;
}

std::string origin_of(std::string_view uri) {
    const auto parsed = parse_uri(uri);
    return parsed ? parsed->origin() : std::string{};
}

std::string host_of(std::string_view uri) {
    const auto parsed = parse_uri(uri);
    return parsed ? parsed->authority() : std::string{};
}

bool same_origin(std::string_view a, std::string_view b) {
    const std::string origin = origin_of(a);
    return !origin.empty() && origin == origin_of(b);
}

std::string canonical_id(std::string_view uri) {
    const auto parsed = parse_uri(uri);
    if (!parsed) return {};
    return parsed->origin() + std::string(uri.substr(authority_end(uri)));
}

Result<std::string> parse_authority(std::string_view text) {
    if (text.size() > max_uri_bytes || std::ranges::any_of(text, is_forbidden) ||
        text.find_first_of("/?#@") != std::string_view::npos || !is_valid_utf8(text)) {
        return invalid("not a host name");
    }
    const auto parsed = parse_host_port(text);
    if (!parsed) return invalid("not a host name");
    if (!parsed->port || *parsed->port == default_port("https")) return in_brackets(parsed->host);
    return fmt::format("{}:{}", in_brackets(parsed->host), *parsed->port);
}

std::string percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto high =
            text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
        const auto low = high ? hex_value(text[i + 2]) : std::nullopt;
        if (low) {
            out += static_cast<char>(*high * 16 + *low);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}
