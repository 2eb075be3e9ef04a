#include "http/accept.h"

#include "base/text.h"

#include <algorithm>
#include <string_view>

namespace http {
namespace {

/// Takes the next entry of a list off the front of `text`; separators inside quotes do not count.
std::string_view take_entry(std::string_view& text, char separator) {
    bool is_quoted = false;
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        const char c = text[end];
        if (is_quoted && c == '\\') {
            ++end;
        } else if (c == '"') {
            is_quoted = !is_quoted;
        } else if (c == separator && !is_quoted) {
            break;
        }
    }
    end = std::min(end, text.size());
    const auto entry = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trim(entry);
}

/// In thousandths; what is malformed counts as nothing.
int parse_quality(std::string_view text) {
    if (text.empty() || (text.front() != '0' && text.front() != '1')) return 0;
    int quality = text.front() == '1' ? 1000 : 0;
    if (text.size() < 3 || text[1] != '.')
        return text.size() == 1 || text.size() == 2 ? quality : 0;
    int weight = 100;
    for (const char c : text.substr(2, 3)) {
        if (c < '0' || c > '9') return 0;
        quality += (c - '0') * weight;
        weight /= 10;
    }
    return std::min(quality, 1000);
}

struct Wanted {
    int activity_pub = 0;
    int html = 0;
};

Wanted read_accept(const Headers& headers) {
    Wanted wanted;
    for (auto line : headers.all("Accept")) {
        while (!line.empty()) {
            auto entry = take_entry(line, ',');
            const auto type = take_entry(entry, ';');
            int quality = 1000;
            while (!entry.empty()) {
                const auto parameter = take_entry(entry, ';');
                if (parameter.size() > 1 && iequals(parameter.substr(0, 2), "q=")) {
                    quality = parse_quality(trim(parameter.substr(2)));
                }
            }
            if (iequals(type, "application/activity+json") ||
                iequals(type, "application/ld+json")) {
                wanted.activity_pub = std::max(wanted.activity_pub, quality);
            } else if (iequals(type, "text/html") || iequals(type, "application/xhtml+xml")) {
                wanted.html = std::max(wanted.html, quality);
            }
        }
    }
    return wanted;
}

} // namespace

bool wants_activity_pub(const Headers& headers) {
    const auto wanted = read_accept(headers);
    return wanted.activity_pub > 0 && wanted.activity_pub >= wanted.html;
}

bool names_html(const Headers& headers) {
    return read_accept(headers).html > 0;
}

} // namespace http
