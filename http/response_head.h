#pragma once

#include "http/message.h"

#include <string>
#include <string_view>

namespace http {

struct HeadOptions {
    std::string_view date;        ///< IMF-fixdate.
    std::string_view page_policy; ///< Content-Security-Policy of pages without one.
    bool is_head_request = false;
    bool closes = false;
    bool has_open_end = false; ///< The body ends with the connection, RFC 9112 section 6.3.
    bool is_tls = false;
};

/// The status line and header lines of an answer, with the empty line behind them. Framing and
/// connection headers are ours alone; a line that no header may hold (CR, LF, NUL: ATTACKS E08) is
/// left out. Every answer says nosniff and has a content security policy.
std::string render_head(const Response& response, const HeadOptions& options);

} // namespace http
