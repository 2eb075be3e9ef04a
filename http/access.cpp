#include "http/access.h"

#include "base/text.h"
#include "base/uri.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace http {

namespace {

bool is_safe(std::string_view method) {
    return method == "GET" || method == "HEAD";
}

// A form on another site may not act with our cookie (O06). Old browsers send neither header;
// the pages' own form tokens stop those.
bool is_cross_site(const Request& request) {
    if (is_safe(request.method)) return false;
    const auto site = request.headers.find("Sec-Fetch-Site");
    if (site && *site != "same-origin" && *site != "none") return true;
    const auto origin = request.headers.find("Origin");
    if (!origin) return false;
    return host_of(*origin) != ascii_lower(request.headers.get("Host"));
}

/// The token of an Authorization header; nothing when there is no such header.
Result<std::optional<std::string_view>> bearer_of(const Request& request) {
    const auto lines = request.headers.all("Authorization");
    if (lines.empty()) return std::optional<std::string_view>();
    const auto blank = lines.front().find(' ');
    if (lines.size() > 1 || blank == std::string_view::npos ||
        !iequals(lines.front().substr(0, blank), "Bearer")) {
        return Error{Error::Kind::Unauthorized, "no single bearer token"};
    }
    return std::optional(trim(lines.front().substr(blank + 1)));
}

/// A browser's WebSocket and EventSource send no header of the page's choice; for them alone the
/// token may stand where Mastodon's clients put it (elsewhere never, O09).
bool is_stream(const Route& route) {
    return route.pattern.starts_with("/api/v1/streaming");
}

std::optional<std::string> stream_token_of(const Request& request) {
    if (const auto form = parse_form(request.query, "", "")) {
        if (auto token = form->maybe_text("access_token")) return token;
    }
    const auto protocol = request.headers.find("Sec-WebSocket-Protocol");
    if (!protocol) return std::nullopt;
    return std::string(*protocol);
}

Result<Done> check_token(const Route& route, const Recognise& recognise, Call& call) {
    const auto in_header = bearer_of(call.request);
    if (!in_header) return in_header.error();
    std::optional<std::string> bearer;
    if (*in_header) bearer = std::string(**in_header);
    if (!bearer && is_stream(route)) bearer = stream_token_of(call.request);
    if (!bearer) {
        if (route.access == Access::OptionalToken) return Done{};
        return Error{
            Error::Kind::Unauthorized, "no token", is_stream(route) ? "Missing access token" : ""};
    }
    if (!recognise.token) return Error{Error::Kind::Unauthorized, "no tokens here"};
    auto caller = recognise.token(*bearer);
    if (!caller) return caller.error();
    call.caller = std::move(*caller);
    if (!call.caller.has_scope(route.scope)) {
        return Error{Error::Kind::Forbidden,
                     "token without the scope",
                     "This action is outside the authorized scopes"};
    }
    if (route.access == Access::Token && !call.caller.account) {
        return Error{Error::Kind::Unprocessable,
                     "app token where a member's is needed",
                     "This method requires an authenticated user"};
    }
    return Done{};
}

Result<Done> check_session(const Route& route, const Recognise& recognise, Call& call) {
    if (is_cross_site(call.request)) return Error{Error::Kind::Forbidden, "cross-site form"};
    if (recognise.session) {
        if (auto caller = recognise.session(call.request)) call.caller = std::move(*caller);
    }
    if (route.access == Access::Session && !call.caller.account) {
        return Error{Error::Kind::Unauthorized, "no session"};
    }
    return Done{};
}

} // namespace

Result<Done> check_access(const Route& route, const Recognise& recognise, Call& call) {
    switch (route.access) {
    case Access::Anyone:
    case Access::Inbox:
        return Done{};
    case Access::Peer: {
        if (!recognise.peer) return Error{Error::Kind::Unauthorized, "no peers here"};
        auto signer = recognise.peer(call.request);
        if (!signer) return signer.error();
        call.signer = std::move(*signer);
        return Done{};
    }
    case Access::AppToken:
    case Access::Token:
    case Access::OptionalToken:
        return check_token(route, recognise, call);
    case Access::Session:
    case Access::OptionalSession:
        return check_session(route, recognise, call);
    }
    return Error{Error::Kind::Unauthorized, "unknown access"};
}

// Off to the sign-in page, and back here afterwards; the way back is a path of ours, which
// cannot name another host (O08).
Response redirect_to_sign_in(const Request& request) {
    if (!is_safe(request.method)) return redirect_response("/sign-in");
    const auto& here = request.target.empty() ? request.path : request.target;
    return redirect_response("/sign-in?return_to=" + percent_encode(here));
}

bool Caller::has_scope(std::string_view wanted) const {
    if (wanted.empty()) return true;
    constexpr std::array<std::string_view, 6> follow_scopes{"read:blocks",
                                                            "write:blocks",
                                                            "read:follows",
                                                            "write:follows",
                                                            "read:mutes",
                                                            "write:mutes"};
    const auto holds = [&](std::string_view one) {
        return std::ranges::any_of(scopes, [&](std::string_view held) {
            if (held == "follow" && std::ranges::find(follow_scopes, one) != follow_scopes.end()) {
                return true;
            }
            return one == held || (one.starts_with(held) && one[held.size()] == ':');
        });
    };
    for (std::size_t start = 0; start < wanted.size();) {
        const auto end = std::min(wanted.find(' ', start), wanted.size());
        if (end > start && holds(wanted.substr(start, end - start))) return true;
        start = end + 1;
    }
    return false;
}

} // namespace http
