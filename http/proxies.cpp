#include "http/proxies.h"

#include "base/text.h"

namespace http {

/// Proxies write "192.0.2.1", some "192.0.2.1:4711" or "[2001:db8::1]:4711".
static std::optional<Address> parse_entry(std::string_view text) {
    text = trim(text);
    if (text.starts_with('[')) return parse_address(text.substr(1, text.find(']') - 1));
    if (const auto address = parse_address(text)) return address;
    return parse_address(text.substr(0, text.find(':')));
}

std::string caller_address(const Address& socket,
                           const Headers& headers,
                           const std::vector<Network>& trusted) {
    auto caller = socket;
    if (!contains(trusted, socket)) return to_string(caller);
    const auto lines = headers.all("X-Forwarded-For");
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        auto rest = *line;
        for (;;) {
            const auto comma = rest.rfind(',');
            const auto start = comma == std::string_view::npos ? 0 : comma + 1;
            const auto address = parse_entry(rest.substr(start));
            if (!address) return to_string(caller);
            caller = *address;
            if (!contains(trusted, caller)) return to_string(caller);
            if (start == 0) break;
            rest = rest.substr(0, comma);
        }
    }
    return to_string(caller);
}

} // namespace http
