#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// A point in time, UTC, to the millisecond; what the database and the API show.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where code gets the time from; tests hand in their own.
using Clock = std::function<Time()>;

Time system_now();

/// "2026-03-01T08:30:00.000Z" (RFC 3339).
std::string format_iso8601(Time at);
/// RFC 3339 with any fraction and offset, also a bare date or a missing zone (read as UTC).
std::optional<Time> parse_iso8601(std::string_view text);

/// "Sun, 01 Mar 2026 08:30:00 GMT" (IMF-fixdate, RFC 9110 section 5.6.7).
std::string format_http_date(Time at);
std::optional<Time> parse_http_date(std::string_view text);

/// "2026-03-01".
std::string format_date(Time at);
