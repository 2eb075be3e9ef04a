#pragma once

#include "api/stream_topics.h"
#include "base/result.h"

namespace api {

struct Api;

/// A list is streamed to its owner only, and what is public to nobody who is a guest. Errors: Unauthorized, with Mastodon's text. Throws
/// db::Unavailable.
Result<Done> check_list(const Api& api, AccountId reader, const Topic& topic);

} // namespace api
