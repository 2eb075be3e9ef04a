#pragma once

#include "base/time.h"
#include "http/router.h"
#include "outbox/sign_up.h"

namespace api {

struct SignUpApi {
    const outbox::SignUpDesk& desk;
    Clock now = system_now;
};

/// POST /api/v1/accounts and /api/v1/emails/confirmations. `api.desk` must outlive the router.
void add_sign_up_routes(http::Router& router, const SignUpApi& api);

} // namespace api
