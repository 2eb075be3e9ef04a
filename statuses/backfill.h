#pragma once

#include "base/id.h"
#include "statuses/fetch.h"

#include <chrono>

/// Fills threads and profiles from their origins, within the limits of PROTOCOL section 18. Each
/// post is fetched from its own origin and checked for itself; being listed proves nothing.
namespace statuses {

constexpr int max_ancestors = 40;
constexpr int max_descendants = 200;
constexpr int max_levels = 5;
/// Of one host that does not serve the thread: we are nobody's means to flood it (ATTACKS C19).
constexpr int max_per_other_host = 20;
constexpr int max_outbox_posts = 20;
/// A run ends by then and keeps what it has.
constexpr std::chrono::seconds longest_run{40};
constexpr std::chrono::minutes thread_cool_down{15};
constexpr std::chrono::minutes thread_min_age{5};
constexpr std::chrono::hours profile_cool_down{24};

struct Backfilled {
    int ancestors = 0;
    int descendants = 0; ///< Read now or stored already.
    int fetches = 0;
};

/// Ancestors by inReplyTo; then what the thread's `context` lists, or else replies of replies.
Backfilled backfill_thread(Fetcher& fetcher, StatusId opened);

/// A remote actor's featured posts, which become their pins, and the first page of the outbox.
void backfill_profile(Fetcher& fetcher, AccountId account);

} // namespace statuses
