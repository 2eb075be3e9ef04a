#pragma once

#include "base/id.h"
#include "http/message.h"

namespace api {

/// Adds `Mastodon-Async-Refresh`: more of what was asked for is on its way, and
/// GET /api/v1_alpha/async_refreshes/:id tells when it is there.
void announce_refresh(http::Response& response, StatusId thread);
/// The same for the caller's annual report.
void announce_report(http::Response& response, int year);

} // namespace api
