#include "http/follow.h"

#include "base/text.h"
#include "base/uri.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

namespace http {

namespace {

Error invalid(std::string detail) {
    return Error{Error::Kind::Invalid, std::move(detail)};
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// "/a/./b/../c" is "/a/c"; RFC 3986 section 5.2.4.
std::string without_dots(std::string_view path) {
    std::vector<std::string_view> kept;
    bool ends_open = false;
    for (std::size_t start = 1; start <= path.size();) {
        const auto end = std::min(path.find('/', start), path.size());
        const auto segment = path.substr(start, end - start);
        ends_open = end == path.size() && (segment == "." || segment == "..");
        if (segment == "..") {
            if (!kept.empty()) kept.pop_back();
        } else if (segment != ".") {
            kept.push_back(segment);
        }
        start = end + 1;
    }
    std::string result;
    for (const auto segment : kept)
        result.append("/").append(segment);
    if (ends_open || result.empty()) result += '/';
    return result;
}

Outgoing without_credentials(Outgoing request) {
    Headers kept;
    constexpr std::array<std::string_view, 4> secret{
        "Authorization", "Cookie", "Proxy-Authorization", "X-CSRF-Token"};
    for (const auto& line : request.headers.lines()) {
        const bool is_secret = std::ranges::any_of(
            secret, [&](std::string_view name) { return iequals(line.name, name); });
        if (!is_secret) kept.add(line.name, line.value);
    }
    request.headers = std::move(kept);
    return request;
}

} // namespace

Result<std::string> resolve_location(const std::string& base, std::string_view location) {
    const auto from = parse_uri(base);
    if (!from) return from.error();
    std::string url;
    const auto colon = location.find(':');
    if (colon != std::string_view::npos && colon < location.find_first_of("/?#")) {
        url = location;
    } else if (location.starts_with("//")) {
        url = from->scheme + ":" + std::string(location);
    } else if (location.starts_with('?')) {
        url = from->origin() + from->path + std::string(location);
    } else if (location.empty() || location.starts_with('#')) {
        return invalid("redirect to the same document");
    } else {
        const auto end = std::min(location.find_first_of("?#"), location.size());
        auto path = std::string(location.substr(0, end));
        if (path.front() != '/') path = from->path.substr(0, from->path.rfind('/') + 1) + path;
        url = from->origin() + without_dots(path) + std::string(location.substr(end));
    }
    const auto target = parse_uri(url);
    if (!target) return target.error();
    if (from->scheme == "https" && target->scheme != "https")
        return invalid("redirect to plain http");
    return target->without_fragment();
}

Result<Fetched> get_following(Client& client,
                              const Outgoing& request,
                              const SignHop& sign,
                              const Limits& limits,
                              std::size_t max_hops) {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + limits.total;
    std::set<std::string> seen;
    auto next = request;
    for (std::size_t hop = 0; hop <= max_hops; ++hop) {
        if (!seen.insert(next.url).second) return invalid("redirect loop");
        auto limits_left = limits;
        limits_left.total =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (limits_left.total.count() <= 0) {
            return Error{Error::Kind::Unavailable, "redirects took too long"};
        }
        auto signed_request = next;
        if (sign) {
            if (const auto done = sign(signed_request); !done) return done.error();
        }
        auto response = client.send(signed_request, limits_left);
        if (!response) return response.error();
        const auto location = response->headers.find("Location");
        if (!is_redirect(response->status) || !location) {
            return Fetched{.url = next.url, .response = std::move(*response)};
        }
        const auto target = resolve_location(next.url, *location);
        if (!target) return target.error();
        if (!same_origin(next.url, *target)) next = without_credentials(std::move(next));
        next.url = *target;
    }
    return invalid("too many redirects");
}

} // namespace http
