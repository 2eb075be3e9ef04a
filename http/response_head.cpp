#include "http/response_head.h"

#include "base/text.h"

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <iterator>
#include <utility> // Boost 1.74 needs it before its own headers.

namespace http {

static bool is_ours(std::string_view name) {
    return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding") ||
           iequals(name, "Connection") || iequals(name, "Date");
}

static bool has_no_body(int status) {
    return status < 200 || status == 204 || status == 304;
}

std::string render_head(const Response& response, const HeadOptions& options) {
    std::string head;
    head.reserve(512);
    const auto out = std::back_inserter(head);
    const auto reason = boost::beast::http::obsolete_reason(
        boost::beast::http::int_to_status(static_cast<unsigned>(response.status)));
    fmt::format_to(out,
                   "HTTP/1.1 {} {}\r\nDate: {}\r\n",
                   response.status,
                   std::string_view(reason.data(), reason.size()),
                   options.date);
    bool has_policy = false;
    bool has_referrer = false;
    bool is_page = false;
    for (const auto& [name, value] : response.headers.lines()) {
        if (is_ours(name)) continue;
        if (!is_header_name(name) || !is_header_value(value)) {
            spdlog::debug("http: left out a header line that would break the answer");
            continue;
        }
        has_policy |= iequals(name, "Content-Security-Policy");
        has_referrer |= iequals(name, "Referrer-Policy");
        is_page |= iequals(name, "Content-Type") && value.starts_with("text/html");
        head.append(name).append(": ").append(value).append("\r\n");
    }
    head.append("X-Content-Type-Options: nosniff\r\n");
    // "no-referrer" would make browsers send "Origin: null" with our own forms.
    if (!has_referrer) head.append("Referrer-Policy: same-origin\r\n");
    if (!has_policy) {
        constexpr std::string_view nothing = "default-src 'none'; frame-ancestors 'none'";
        head.append("Content-Security-Policy: ");
        head.append(is_page ? options.page_policy : nothing).append("\r\n");
    }
    if (options.is_tls) head.append("Strict-Transport-Security: max-age=31536000\r\n");
    if (options.is_head_request) {
        const auto length = response.headers.get("Content-Length");
        if (!length.empty() && is_header_value(length)) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
    } else if (!options.has_open_end && !has_no_body(response.status)) {
        fmt::format_to(out, "Content-Length: {}\r\n", response.size());
    }
    if (options.closes) head.append("Connection: close\r\n");
    head.append("\r\n");
    return head;
}

} // namespace http
