#pragma once

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "http/form.h"
#include "http/message.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// Who may call a route. There is no default: every row says it, and everything else is 404.
enum class Access {
    Anyone,        ///< The open routes; a test pins their list.
    Peer,          ///< A request signed by an allowed peer's actor.
    Inbox,         ///< The inbox does its own checks, in the order of PROTOCOL section 11.
    AppToken,      ///< A token of an app, with or without a member.
    Token,         ///< A token of a member, with the row's scope.
    OptionalToken, ///< Open, but a token changes the answer; a bad token is refused.
    Session,       ///< A browser session (cookie); without it: off to the sign-in page.
    OptionalSession,
};

/// What the answer is; chooses between rows at one URL by the Accept header.
enum class Media { Any, Html, ActivityPub };

/// The member or app behind a token or session.
struct Caller {
    AccountId account{}; ///< 0 for an app's own token.
    TokenId token{};     ///< 0 for a browser session.
    AppId app{};
    std::vector<std::string> scopes{};
    std::string session{}; ///< Hash of the session's cookie, "" for a token.
    /// "write:favourites" is held by "write"; "follow" holds what it held before it was split.
    /// Several wanted ones, with blanks between, mean: any of them.
    bool has_scope(std::string_view wanted) const;
};

/// The actor whose key signed a peer's request.
struct Signer {
    AccountId account{}; ///< 0 for a server actor that is not stored.
    std::string uri{};
    std::string host{};
};

/// One request on its way through a handler.
struct Call {
    const Request& request;
    std::map<std::string, std::string, std::less<>>
        params{}; ///< {name} parts of the pattern, decoded.
    Form form{};  ///< Query, urlencoded, multipart or JSON body, as one tree.
    Caller caller{};
    std::optional<Signer> signer{};

    AccountId me() const { return caller.account; }
    std::string_view param(std::string_view name) const;
    /// NotFound when it is no id: ids that cannot exist are not found.
    template <typename Tag>
    Result<Id<Tag>> id(std::string_view name) const {
        const auto value = parse_id(param(name));
        if (!value) return Error{Error::Kind::NotFound, "not an id"};
        return Id<Tag>{*value};
    }
    Result<StatusId> status_id(std::string_view name = "id") const { return id<StatusTag>(name); }
    Result<AccountId> account_id(std::string_view name = "id") const {
        return id<AccountTag>(name);
    }
};

class RateLimiter;

using Handler = std::function<Result<Response>(const Call&)>;

struct Route {
    std::string method;
    /// "/api/v1/statuses/{id}/favourite"; {name} is one segment, never empty. Text may stand before
    /// it: "/@{name}". A literal segment is chosen before one with a name.
    std::string pattern;
    Access access;
    std::string
        scope{}; ///< With Token: what the token must hold; "" only where any member token does.
    Handler handler{};
    Media media = Media::Any;
};

/// How callers are recognised; filled in app/, since tokens, sessions and keys live in other
/// folders.
struct Recognise {
    std::function<Result<Caller>(std::string_view bearer)> token;
    std::function<std::optional<Caller>(const Request&)> session;
    std::function<Result<Signer>(const Request&)> peer;
};

/// How often a client or browser may call in one window; 0 switches a limit off. Peers' requests
/// (Access::Peer, Inbox, and open rows outside of /api and /oauth) have limits of their own.
struct RateLimits {
    std::size_t per_address = 300; ///< Without a token; IPv6 by its /64.
    std::size_t per_token = 300;   ///< Also per browser session.
    std::chrono::seconds window{300};
    std::size_t max_tracked = 65'536; ///< Beyond it the table forgets its oldest windows.
};

/// Chooses a row and answers; denies by default. Immutable once serving (but for the counters of
/// the rate limits, which are locked), safe from any thread.
class Router {
  public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    /// Throws std::logic_error when the row is malformed or stands there already.
    void add(Route route);
    void recognise_with(Recognise recognise);
    void limit_with(const RateLimits& limits, Clock clock = system_now);

    /// Never throws: an exception is a 500 without detail. HEAD is answered as GET without a body;
    /// OPTIONS by CORS rules on /api, /oauth, /.well-known, /nodeinfo. A known path with another
    /// method is 405 with Allow.
    Response answer(const Request& request) const;

    const std::vector<Route>& routes() const { return routes_; }

  private:
    struct Node;

    Response answer_for(const Request& request, std::string_view method) const;
    Response refuse_method(const Request& request, const Node& node) const;

    std::vector<Route> routes_;
    Recognise recognise_;
    std::unique_ptr<Node> root_;
    std::unique_ptr<RateLimiter> limiter_;
};

/// The one table of kinds, status codes and safe texts. `Clients` get {"error": …}, `Peers` get
/// application/problem+json (RFC 9457) with the reason code as `type` and `code`, `Browsers` a
/// page.
enum class Audience { Clients, Peers, Browsers };
Response error_response(const Error& error, Audience audience);
/// 500, for what is thrown.
Response internal_error_response(Audience audience);

} // namespace http
