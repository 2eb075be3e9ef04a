#pragma once

#include "base/time.h"
#include "db/jobs.h"
#include "db/tx.h"

#include <string>
#include <vector>

namespace jobs {

/// What to do, for whom: {kind, lane, payload, run_at}. Jobs of one lane (a sender's activities)
/// never run at the same time and begin in the order in which they were put in.
using Job = db::NewJob;

/// The job exists, and the workers wake, when the transaction commits.
void enqueue(db::Tx& tx, const Job& job);
/// The same for many, in one statement.
void enqueue(db::Tx& tx, const std::vector<Job>& jobs);

} // namespace jobs
