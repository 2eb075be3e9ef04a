#include "http/router.h"

#include "http/accept.h"
#include "http/access.h"
#include "http/rate_limiter.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>

namespace http {

namespace {

constexpr std::size_t max_segments = 16;

using Segments = std::vector<std::string_view>;

bool is_below(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool is_for_clients(std::string_view path) {
    return is_below(path, "/api") || is_below(path, "/oauth");
}

/// Nothing when the path is none that a row could have: empty, dotted or too many segments.
std::optional<Segments> split_path(std::string_view path) {
    if (path.empty() || path.front() != '/') return std::nullopt;
    // toot asks for /oauth/authorize/, Mastodon.py for /api/v1/instance/; Rails, which clients are
    // written for, ignores the slash.
    if (is_for_clients(path) && path.ends_with('/')) path.remove_suffix(1);
    Segments segments;
    if (path == "/") return segments;
    for (std::size_t start = 1; start <= path.size();) {
        const auto end = std::min(path.find('/', start), path.size());
        const auto segment = path.substr(start, end - start);
        if (segment.empty() || segment == "." || segment == "..") return std::nullopt;
        if (segments.size() == max_segments) return std::nullopt;
        segments.push_back(segment);
        start = end + 1;
    }
    return segments;
}

bool has_cors(std::string_view path) {
    for (const auto* folder : {"/api", "/oauth", "/.well-known", "/nodeinfo"}) {
        if (is_below(path, folder)) return true;
    }
    return false;
}

// Without credentials: a page elsewhere can use a token that it holds, never a cookie (O16).
void add_cors(Headers& headers) {
    headers.set("Access-Control-Allow-Origin", "*");
    headers.set("Access-Control-Expose-Headers",
                "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, "
                "Mastodon-Async-Refresh");
}

Response preflight() {
    Response response{.status = 204};
    response.headers.add("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
    response.headers.add("Access-Control-Allow-Headers",
                         "Authorization, Content-Type, Idempotency-Key, Accept");
    response.headers.add("Access-Control-Max-Age", "86400");
    return response;
}

Audience audience_of(const Request& request) {
    if (has_cors(request.path)) return Audience::Clients;
    if (wants_activity_pub(request.headers)) return Audience::Peers;
    return names_html(request.headers) ? Audience::Browsers : Audience::Clients;
}

Audience audience_of(const Route& route, const Request& request) {
    switch (route.access) {
    case Access::Peer:
    case Access::Inbox:
        return Audience::Peers;
    case Access::Session:
    case Access::OptionalSession:
        return Audience::Browsers;
    case Access::AppToken:
    case Access::Token:
    case Access::OptionalToken:
        return Audience::Clients;
    case Access::Anyone:
        break;
    }
    if (route.media == Media::Html) return Audience::Browsers;
    return route.media == Media::ActivityPub ? Audience::Peers : audience_of(request);
}

/// The inbox reads its body itself, after the signature; a peer's GET has none. SCIM's bodies have
/// a type of their own, and so have its errors (RFC 7644 section 3.12).
bool has_form(const Route& route) {
    return !route.pattern.starts_with("/scim/") && route.access != Access::Inbox &&
           route.access != Access::Peer;
}

Result<Done> read_form(const Route& route, Call& call) {
    const auto& request = call.request;
    if (request.spooled && has_form(route)) {
        auto form = parse_form(request.query, request.headers.get("Content-Type"), request.spooled);
        if (!form) return form.error();
        call.form = std::move(*form);
        return Done{};
    }
    if (request.query.empty() && (request.body.empty() || !has_form(route))) return Done{};
    auto form = parse_form(request.query,
                           request.headers.get("Content-Type"),
                           has_form(route) ? std::string_view(request.body) : "");
    if (!form) return form.error();
    call.form = std::move(*form);
    return Done{};
}

/// Nothing for callers that these limits do not cover.
std::optional<RateLimiter::Count> count_call(RateLimiter* limiter,
                                             const Route& route,
                                             const Call& call) {
    if (!limiter || route.access == Access::Peer || route.access == Access::Inbox) {
        return std::nullopt;
    }
    if (route.access == Access::Anyone && !is_for_clients(call.request.path)) return std::nullopt;
    const auto& limits = limiter->limits();
    auto count = call.caller.token
                     ? limiter->count(fmt::format("t{}", call.caller.token.value), limits.per_token)
                 : !call.caller.session.empty()
                     ? limiter->count(fmt::format("s{}", call.caller.session), limits.per_token)
                     : limiter->count(address_key(call.request.address), limits.per_address);
    if (count.limit == 0) return std::nullopt;
    return count;
}

void add_limits(Headers& headers, const RateLimiter::Count& count) {
    headers.set("X-RateLimit-Limit", std::to_string(count.limit));
    headers.set("X-RateLimit-Remaining", std::to_string(count.remaining));
    headers.set("X-RateLimit-Reset", format_iso8601(count.reset));
}

Response handle(const Route& route, const Recognise& recognise, Call& call, RateLimiter* limiter) {
    const auto audience = audience_of(route, call.request);
    const auto refuse = [&](const Error& error) {
        spdlog::debug("http: refused {} {}: {}", route.method, route.pattern, error.detail);
        return error_response(error, audience);
    };
    const auto access = check_access(route, recognise, call);
    const auto count = count_call(limiter, route, call);
    const auto answer = [&] {
        if (count && count->is_exceeded) {
            return refuse({.kind = Error::Kind::RateLimited,
                           .detail = "rate limit",
                           .retry_after_s = count->retry_after_s});
        }
        if (!access) {
            const bool is_signed_out =
                route.access == Access::Session && access.error().kind == Error::Kind::Unauthorized;
            return is_signed_out ? redirect_to_sign_in(call.request) : refuse(access.error());
        }
        if (const auto form = read_form(route, call); !form) return refuse(form.error());
        auto handled = route.handler(call);
        return handled ? std::move(*handled) : refuse(handled.error());
    };
    auto response = answer();
    if (count) add_limits(response.headers, *count);
    // What was made for one caller stays out of shared caches, unless the handler says otherwise.
    if (route.access != Access::Anyone && !response.headers.find("Cache-Control")) {
        response.headers.add("Cache-Control", "private, no-store");
    }
    return response;
}

} // namespace

std::string_view Call::param(std::string_view name) const {
    const auto found = params.find(name);
    return found == params.end() ? std::string_view() : std::string_view(found->second);
}

/// One segment of the patterns; the rows that end here differ by method and media.
struct Router::Node {
    struct Named {
        std::string prefix;
        std::unique_ptr<Node> node;
    };
    struct Row {
        std::size_t route = 0;
        std::vector<std::string> names{};
    };
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::vector<Named> named; ///< Longest prefix first.
    std::vector<Row> rows;

    Node& child(const std::string& literal) {
        auto& node = literals[literal];
        if (!node) node = std::make_unique<Node>();
        return *node;
    }

    Node& named_child(std::string_view prefix) {
        const auto found = std::ranges::find(named, prefix, &Named::prefix);
        if (found != named.end()) return *found->node;
        const auto place = std::ranges::find_if(
            named, [&](const Named& other) { return other.prefix.size() < prefix.size(); });
        return *named.insert(place, {std::string(prefix), std::make_unique<Node>()})->node;
    }

    /// The node of a path, its named segments put into `values`.
    const Node* find(std::span<const std::string_view> path, Segments& values) const {
        if (path.empty()) return rows.empty() ? nullptr : this;
        const auto segment = path.front();
        if (const auto literal = literals.find(segment); literal != literals.end()) {
            if (const auto* found = literal->second->find(path.subspan(1), values)) return found;
        }
        for (const auto& [prefix, node] : named) {
            if (segment.size() <= prefix.size() || !segment.starts_with(prefix)) continue;
            values.push_back(segment.substr(prefix.size()));
            if (const auto* found = node->find(path.subspan(1), values)) return found;
            values.pop_back();
        }
        return nullptr;
    }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Route route) {
    const auto segments = split_path(route.pattern);
    if (!segments || route.method.empty() || !route.handler) {
        throw std::logic_error("malformed route " + route.method + " " + route.pattern);
    }
    Node* node = root_.get();
    Node::Row row{.route = routes_.size()};
    for (const auto segment : *segments) {
        const auto open = segment.find('{');
        if (open == std::string_view::npos) {
            node = &node->child(std::string(segment));
            continue;
        }
        if (segment.back() != '}' || segment.size() < open + 3) {
            throw std::logic_error("malformed route " + route.pattern);
        }
        node = &node->named_child(segment.substr(0, open));
        row.names.emplace_back(segment.substr(open + 1, segment.size() - open - 2));
    }
    for (const auto& other : node->rows) {
        const auto& taken = routes_[other.route];
        if (taken.method == route.method && taken.media == route.media) {
            throw std::logic_error("route stands twice: " + route.method + " " + route.pattern);
        }
    }
    node->rows.push_back(std::move(row));
    routes_.push_back(std::move(route));
}

void Router::recognise_with(Recognise recognise) {
    recognise_ = std::move(recognise);
}

void Router::limit_with(const RateLimits& limits, Clock clock) {
    limiter_ = std::make_unique<RateLimiter>(limits, std::move(clock));
}

// Html before ActivityPub before Any unless ActivityPub was asked for; of one row there is no
// choice.
static int preference(Media media, bool wants_ap) {
    if (media == Media::Any) return 0;
    return (media == Media::ActivityPub) == wants_ap ? 2 : 1;
}

/// The ids of objects begin so, and their pages are elsewhere: whoever asks for anything but HTML
/// gets the object (PROTOCOL section 2).
constexpr std::string_view object_prefix = "/users/";

Response Router::refuse_method(const Request& request, const Node& node) const {
    Response response{.status = 204};
    if (request.method != "OPTIONS") {
        const Error error{.detail = "method", .shown = "Method not allowed"};
        response = error_response(error, audience_of(request));
        response.status = 405;
    }
    std::set<std::string> methods{"OPTIONS"};
    for (const auto& row : node.rows) {
        const auto& method = routes_[row.route].method;
        methods.insert(method);
        if (method == "GET") methods.insert("HEAD");
    }
    response.headers.add("Allow", fmt::format("{}", fmt::join(methods, ", ")));
    return response;
}

Response Router::answer_for(const Request& request, std::string_view method) const {
    if (method == "OPTIONS" && has_cors(request.path)) return preflight();

    const auto segments = split_path(request.path);
    Segments values;
    const auto* node = segments ? root_->find(*segments, values) : nullptr;
    if (!node) {
        return error_response({Error::Kind::NotFound, "no such path"}, audience_of(request));
    }
    const bool is_object = request.path.starts_with(object_prefix);
    const bool wants_ap = node->rows.size() > 1 && (wants_activity_pub(request.headers) ||
                                                    (is_object && !names_html(request.headers)));
    const Node::Row* chosen = nullptr;
    bool has_choice = false;
    for (const auto& row : node->rows) {
        const auto& route = routes_[row.route];
        if (route.method != method) continue;
        has_choice = chosen != nullptr;
        if (!chosen || preference(route.media, wants_ap) >
                           preference(routes_[chosen->route].media, wants_ap)) {
            chosen = &row;
        }
    }
    if (!chosen) return refuse_method(request, *node);

    Call call{.request = request};
    for (std::size_t i = 0; i < values.size(); ++i) {
        call.params.emplace(chosen->names[i], values[i]);
    }
    auto response = handle(routes_[chosen->route], recognise_, call, limiter_.get());
    if (has_choice) response.headers.add_vary("Accept");
    return response;
}

Response Router::answer(const Request& request) const {
    const bool is_head = request.method == "HEAD";
    Response response;
    try {
        response = answer_for(request, is_head ? "GET" : std::string_view(request.method));
    } catch (const std::exception& exception) {
        spdlog::error("http: {} {}: {}", request.method, request.path, exception.what());
        response = internal_error_response(audience_of(request));
    }
    if (has_cors(request.path)) add_cors(response.headers);
    if (is_head) {
        response.headers.set("Content-Length", std::to_string(response.size()));
        response.body.clear();
        response.stream.reset();
        response.file.reset();
    }
    return response;
}

} // namespace http
