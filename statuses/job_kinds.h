#pragma once

#include "base/time.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "jobs/worker.h"
#include "statuses/fetch.h"

#include <vector>

/// What this folder does in the background: threads, profiles, quotes. All of it waits for other
/// hosts, one job after the other: these kinds get a worker of their own, with a batch of 1 and a
/// lease of 5 minutes.
namespace statuses {

std::vector<jobs::Kind> job_kinds(Fetcher& fetcher);

/// Somebody opened a thread. Nothing happens, and the answer is false, for ours, for posts of the
/// last 5 minutes, and when the thread was read in the last 15.
bool queue_thread(db::Tx& tx, const db::Status& opened, Time now);
/// Whether the thread that was asked for with this post is still being read.
bool is_thread_queued(db::Tx& tx, StatusId opened);
/// Somebody opened a profile or began to follow. Nothing happens for ours and within a day.
void queue_profile(db::Tx& tx, const db::Account& account, Time now);
/// Posts were seen: the quotes among them that wait for an answer, or whose stamp is older than 3
/// days, are checked; each at most once an hour.
void queue_quote_checks(db::Tx& tx, const std::vector<StatusId>& seen, Time now);

} // namespace statuses
