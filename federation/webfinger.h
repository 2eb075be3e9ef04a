#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace federation {

struct Handle {
    std::string user{}; ///< As written.
    std::string host{}; ///< Canonical authority.
    std::string text() const { return user + '@' + host; }
};

/// "alice@host", "@alice@host", "acct:alice@host", "acct:@alice@host".
/// Errors: Invalid (user outside [A-Za-z0-9_.-], no valid host).
Result<Handle> parse_handle(std::string_view text);

/// User names that we store: ASCII letters, digits and "_"; "." and "-" inside; at most 253, since a
/// server actor is named after its host.
bool is_username(std::string_view name);

/// What a query at our own /.well-known/webfinger asks for.
struct WebfingerQuery {
    enum class Kind {
        Account,      ///< `name`; to be compared without case.
        ServerActor,  ///< acct:host@host or the actor's URI.
        InstanceRoot, ///< https://host/ (FEP-d556)
    };
    Kind kind = Kind::Account;
    std::string name{};
};

/// `resource` was percent-decoded once. Errors: NotFound (other host, or nothing of ours).
Result<WebfingerQuery> parse_webfinger_resource(const Instance& instance,
                                                std::string_view resource);

/// `username` in the stored spelling.
Json render_webfinger(const Instance& instance, std::string_view username);
Json render_server_webfinger(const Instance& instance, WebfingerQuery::Kind asked_for);

/// A peer's answer (RFC 7033).
struct Webfinger {
    std::optional<Handle> subject{};   ///< When it is an acct: URI.
    std::vector<std::string> actors{}; ///< `self` links with an ActivityPub type, in their order.
};

/// Errors: Invalid (no object, no usable self link).
Result<Webfinger> parse_webfinger(const Json& jrd);

/// The subject names another host than was asked: that host must be asked too, once, and must give
/// the same actor (PROTOCOL 1.1).
bool needs_second_lookup(const Webfinger& answer, const Handle& asked);

std::string render_host_meta_xml(const Instance& instance);
Json render_host_meta(const Instance& instance);

} // namespace federation
