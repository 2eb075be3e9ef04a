#include "api/paging.h"

#include "base/id.h"
#include "base/instance.h"
#include "base/uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace api {
namespace {

std::int64_t bound(const http::Form& form, std::string_view name) {
    const auto text = form.text(name);
    // "min_id=0" asks for the oldest entries of all.
    if (name == "min_id" && text == "0") return 1;
    return parse_id(text).value_or(0);
}

bool is_page_parameter(std::string_view parameter) {
    constexpr std::array names{"max_id", "since_id", "min_id"};
    const auto name = percent_decode(parameter.substr(0, parameter.find('=')));
    return std::ranges::find(names, name) != names.end();
}

/// The query without its bounds, and with a "&" at its end when there is one. No comma and no
/// quote: clients split the header at them.
std::string kept_query(std::string_view query) {
    std::string kept;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto parameter = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (parameter.empty() || is_page_parameter(parameter)) continue;
        for (const char c : parameter) {
            const bool is_safe =
                c > ' ' && c < 0x7f && c != ',' && c != ';' && c != '"' && c != '<' && c != '>';
            if (is_safe)
                kept += c;
            else
                kept += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
        kept += '&';
    }
    return kept;
}

} // namespace

db::Page page_of(const http::Call& call, PageLimits limits) {
    const auto wanted = call.form.number("limit").value_or(limits.usual);
    return {
        .max = bound(call.form, "max_id"),
        .since = bound(call.form, "since_id"),
        .min = bound(call.form, "min_id"),
        .limit = static_cast<int>(std::clamp<std::int64_t>(wanted, 1, limits.most)),
    };
}

void add_links(http::Response& response,
               const Instance& instance,
               const http::Call& call,
               const db::Page& page,
               const PageKeys& keys) {
    if (keys.count == 0) return;
    const auto base = instance.origin + call.request.path + "?" + kept_query(call.request.query);
    std::string links;
    if (keys.count >= static_cast<std::size_t>(page.limit)) {
        links = fmt::format("<{}max_id={}>; rel=\"next\", ", base, keys.oldest);
    }
    links += fmt::format("<{}min_id={}>; rel=\"prev\"", base, keys.newest);
    response.headers.set("Link", links);
}

} // namespace api
