#pragma once

#include "base/json.h"
#include "base/result.h"

#include <string>

namespace federation {

/// The one text of a JSON value that two parties agree on and sign (JCS, RFC 8785): no blanks,
/// members sorted by UTF-16 code units, numbers as ECMAScript prints them. Pure.
///
/// Errors: Invalid (an integer beyond 2^53, which other readers would round; a number that is not
/// finite; text that is not UTF-8).
Result<std::string> canonicalize(const Json& value);

/// A finite number as ECMAScript prints it (RFC 8785 section 3.2.2.3).
std::string format_ecmascript(double number);

} // namespace federation
