#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

/// A checked http or https URI. The one parser of the project: what passes here has no user
/// information, no trailing dot, no control characters and a canonical host.
struct Uri {
    std::string scheme;      ///< "http" or "https".
    std::string host;        ///< Lower case, IDN in its ASCII form; IPv6 without brackets.
    std::uint16_t port = 0;  ///< Default filled in.
    std::string path;        ///< As written, at least "/".
    std::string query;       ///< As written, without "?".
    bool has_query = false;
    std::string fragment;

    /// "https://host" or "https://host:8443": scheme, host and port if it is not the default.
    std::string origin() const;
    /// "host" or "host:8443": how a peer is named in tables and lists.
    std::string authority() const;
    /// Path with query, as it stands in a request line.
    std::string target() const;
    /// Everything but the fragment.
    std::string without_fragment() const;
};

/// At most 2048 bytes. Errors: Invalid.
Result<Uri> parse_uri(std::string_view text);

/// The origin of an id, or "" when it is no http(s) URI: two such ids never share an origin.
std::string origin_of(std::string_view uri);
/// The authority ("host" or "host:port") of an id, or "".
std::string host_of(std::string_view uri);
/// True when both parse and have the same origin.
bool same_origin(std::string_view a, std::string_view b);

/// An id with scheme and host in lower case and the default port dropped, nothing else changed;
/// "" when it does not parse.
std::string canonical_id(std::string_view uri);

/// A bare host or host:port as an administrator or a handle gives it, canonical; Invalid otherwise.
Result<std::string> parse_authority(std::string_view text);

std::string percent_decode(std::string_view text);
std::string percent_encode(std::string_view text);
