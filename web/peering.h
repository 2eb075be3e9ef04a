#pragma once

#include "http/router.h"
#include "web/routes.h"

namespace outbox {
struct PolicyReader;
}

namespace web {

struct PeeringPages {
    const WebDeps& pages;
    const outbox::PolicyReader& policies; ///< Reads what other districts promise.
};

/// /admin/peers, the owner's pages about other districts; /covenant and /admin/covenant, what ours
/// promises; /severed_relationships, the member's list of follows that ended with a district.
/// `deps` must outlive the router.
void add_peering_routes(http::Router& router, const PeeringPages& deps);

// Its parts, a file each.
void add_peer_pages(http::Router& router, const PeeringPages& deps);
void add_covenant_pages(http::Router& router, const WebDeps& deps);
void add_severance_pages(http::Router& router, const WebDeps& deps);

} // namespace web
