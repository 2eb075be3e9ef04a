#pragma once

#include "base/json.h"
#include "base/result.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "http/router.h"
#include "outbox/serve.h"

#include <functional>
#include <string>

/// What the files of serve have in common.
namespace outbox {

constexpr int page_size = 40; ///< PROTOCOL section 18.

/// Answers one GET of a signed peer; runs in a transaction of its own.
using PeerHandler = std::function<Result<http::Response>(
    db::Tx& tx, const ServeDeps& deps, const http::Call& call)>;

/// A row for signed peers at one of our ActivityPub URLs; 403 to a signer who is suspended here.
http::Route peer_route(std::string pattern, const ServeDeps& deps, PeerHandler handler);

/// One of ours by name. Errors: NotFound (also who waits to be let in: decision 13); Gone.
Result<db::Account> find_member(db::Tx& tx, std::string_view name);

/// The member whom the path names. Errors: NotFound; Gone; Forbidden when the member has blocked
/// the signer or the signer's server.
Result<db::Account> find_owner(db::Tx& tx, const http::Call& call);

/// The post or boost of that member that the path names, if the signer may read it.
/// Errors: NotFound, the same for hidden and missing ones (ATTACKS B18, P08); Gone.
Result<db::Status> find_served(db::Tx& tx, const ServeDeps& deps, const http::Call& call);

http::Response answer(const Json& document);

void add_actor_routes(http::Router& router, const ServeDeps& deps);
void add_status_routes(http::Router& router, const ServeDeps& deps);
void add_register_routes(http::Router& router, const ServeDeps& deps);
void add_discovery_routes(http::Router& router, const ServeDeps& deps);

} // namespace outbox
