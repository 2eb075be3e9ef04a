#pragma once

#include "base/result.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// One part of a multipart/form-data body; `bytes` points into the body.
struct Part {
    std::string name;
    std::string media_type; ///< "type/subtype" in lower case, "" when the sender gave none.
    std::string_view bytes;
    bool is_file = false; ///< It had a file name, which is thrown away (ATTACKS E12).
};

/// Told of stretches of the body that were searched, so that a mapped file can be let go.
using Passed = std::function<void(std::string_view)>;

/// Cuts a multipart/form-data body into its parts; linear, without regular expressions.
/// Errors: Invalid (boundary, framing, headers, transfer encodings), TooLarge (parts, headers).
/// Source: RFC 7578, RFC 2046 section 5.1.
Result<std::vector<Part>> parse_multipart(std::string_view content_type,
                                          std::string_view body,
                                          std::size_t max_parts,
                                          const Passed& passed = {});

/// The value of `name` in the parameters of a header such as Content-Type or Content-Disposition,
/// with quotes and backslashes undone; Invalid when the parameters are malformed or it comes twice.
/// NotFound when it is absent.
Result<std::string> header_parameter(std::string_view header, std::string_view name);

} // namespace http
