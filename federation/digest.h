#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace federation {

/// "SHA-256=..." for a `Digest` header (RFC 3230, as draft-cavage signatures use it).
std::string make_digest(std::string_view body);
/// "sha-256=:...:" for a `Content-Digest` header (RFC 9530).
std::string make_content_digest(std::string_view body);

/// Checks the value of a `Digest` header against the exact bytes of the body.
/// Algorithm names in any case; SHA-256 and SHA-512 are known, others ignored; every known one
/// must match and one must be known. Pure.
///
/// Errors: Unauthorized. Source: RFC 3230; PROTOCOL section 4.
Result<Done> check_digest(std::string_view header, std::string_view body);

/// The same for `Content-Digest`, a dictionary of byte sequences.
///
/// Errors: Unauthorized. Source: RFC 9530; PROTOCOL section 5.
Result<Done> check_content_digest(std::string_view header, std::string_view body);

} // namespace federation
