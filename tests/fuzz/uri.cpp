// URLs, authorities, redirect targets, and the guard's reading of hosts.
#include "base/uri.h"

#include "http/follow.h"
#include "http/guard.h"
#include "tests/fuzz/planted.h"

#include <algorithm>
#include <cstdint>

static Result<std::vector<http::Address>> resolve_nothing(const std::string&) {
    return Error{Error::Kind::Unavailable, "fuzzing"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto uri = parse_uri(text)) {
        // What was read once reads the same again, and its host is a host.
        const auto again = parse_uri(uri->without_fragment());
        require(again && again->origin() == uri->origin() && again->target() == uri->target());
        require(uri->host.find_first_of("@/?#\\ ") == std::string::npos);
        require(host_of(text) == uri->authority());
        planted_bug(uri->port > 1000 && uri->has_query);
    }
    static_cast<void>(parse_authority(text));
    canonical_id(text);

    const auto target = http::resolve_location("https://cedar.example/a/b?c", text);
    require(!target || target->starts_with("https://"));

    const auto addresses = http::resolve_checked(text, resolve_nothing);
    require(!addresses || std::ranges::all_of(*addresses, http::is_globally_routable));
    return 0;
}
