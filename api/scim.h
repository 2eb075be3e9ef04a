#pragma once

#include "base/time.h"
#include "educators/scim.h"
#include "http/router.h"

/// SCIM 2.0 for the district's directory (RFC 7644): /scim/v2. Users only. Every request carries a
/// token of `staffroom scim token make`; members' tokens open nothing here.
namespace api {

struct ScimDeps {
    const educators::ScimDesk& desk;
    Clock now;
};
void add_scim_routes(http::Router& router, const ScimDeps& deps);

} // namespace api
