#pragma once

#include "base/result.h"
#include "http/client.h"

#include <cstddef>
#include <functional>
#include <string>

namespace http {

struct Fetched {
    std::string url; ///< Where the answer came from, after redirects.
    Response response;
};

/// Adds a fresh Date and signature to a request that is about to be made; empty: unsigned.
using SignHop = std::function<Result<Done>(Outgoing&)>;

/// GETs, following redirects by ourselves: at most `max_hops`, no URL twice, never from https to
/// http, every hop through the client's guard and allow list and signed anew, within one total
/// deadline. Credentials stay with the origin they were given for (ATTACKS C06, C10, C16).
///
/// Errors: those of Client::send and `sign`; Invalid (a redirect that leads nowhere or too far).
Result<Fetched> get_following(Client& client,
                              const Outgoing& request,
                              const SignHop& sign = {},
                              const Limits& limits = {},
                              std::size_t max_hops = 3);

/// The URL that a Location, relative or not, names from `base`. Errors: Invalid.
/// Source: RFC 3986 section 5.
Result<std::string> resolve_location(const std::string& base, std::string_view location);

} // namespace http
