#pragma once

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "statuses/fetch.h"

#include <chrono>
#include <string_view>

/// Quotes that others made (FEP-044f): shown as such only with the quoted author's stamp.
namespace statuses {

/// A stamp is read again when it is older, at the next view (PROTOCOL section 15).
constexpr std::chrono::hours stamp_lifetime{24 * 3};

/// Is `stamp_uri` a stamp that we gave `quoting` for our post `quoted`?
bool is_our_stamp(db::Tx& tx,
                  const Instance& instance,
                  std::string_view stamp_uri,
                  const db::Status& quoted,
                  std::string_view quoting_uri);

/// Decides about the quote in a stored post: fetches the quoted post and the stamp, and writes what
/// came of it. What cannot be had now is left as it is. Uses the network.
/// Errors: Unavailable, RateLimited.
Result<Done> check_quote(Fetcher& fetcher, StatusId quoting);

} // namespace statuses
