#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/pool.h"
#include "http/router.h"
#include "members/authorization.h"

namespace api {

struct OAuthDeps {
    db::Pool& pool;
    const Instance& instance;
    Clock now;
    std::string vapid_key{}; ///< As in api::Deps.
};

/// How apps register, become tokens and give them back: /api/v1/apps, /oauth/token, /oauth/revoke,
/// /oauth/userinfo, /.well-known/oauth-authorization-server. The page where a member agrees,
/// /oauth/authorize, is web/authorize.cpp.
void add_oauth_routes(http::Router& router, OAuthDeps deps);

/// https://docs.joinmastodon.org/entities/Token/
http::Response token_response(const members::Grant& grant);

/// The part of the above in api/apps.cpp.
void add_app_routes(http::Router& router, const OAuthDeps& deps);

} // namespace api
