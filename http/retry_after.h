#pragma once

#include "base/time.h"
#include "http/message.h"

#include <chrono>
#include <optional>

namespace http {

/// What a Retry-After header asks to wait, as seconds or a date; at most `longest`. Nothing when
/// there is none, or none that can be read, or one that lies in the past.
/// Source: RFC 9110 section 10.2.3.
std::optional<std::chrono::seconds> retry_after(const Headers& headers,
                                                Time now,
                                                std::chrono::seconds longest);

} // namespace http
