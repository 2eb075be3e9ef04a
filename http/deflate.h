#pragma once

#include <string>
#include <string_view>

namespace http {

/// GZIP (RFC 1952) of `bytes`, without name and time: the same bytes give the same result.
std::string gzip(std::string_view bytes);

} // namespace http
