#pragma once

#include "outbox/serving.h"

namespace outbox {

/// GET /cases/{id}: the case that a server's Flag became, for that server alone.
/// Errors: NotFound, the same for others' and missing ones.
Result<http::Response> serve_case(db::Tx& tx, const ServeDeps& deps, const http::Call& call);

} // namespace outbox
