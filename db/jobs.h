#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// Work that must survive a restart, before it is in the table.
struct NewJob {
    std::string kind{};
    std::string lane{}; ///< Jobs of one lane never run at the same time; "" is no lane.
    std::string payload{};
    std::optional<Time> run_at{}; ///< Nothing: at once.
};

/// A row of `jobs` that a worker holds until its lease ends.
struct Job {
    std::int64_t id = 0;
    std::string kind{};
    std::string lane{};
    std::string payload{};
    int attempts = 0;      ///< Claims, this one counted; so it also says which claim this is.
    int failures = 0;      ///< Claims that ended with an error.
    int interruptions = 0; ///< Claims that never ended: their process died.
    Time created_at{};
};

} // namespace db

namespace db::jobs {

/// All of them in one statement, in order.
void insert(Tx& tx, const std::vector<NewJob>& jobs);
/// Wakes the workers of all processes when the transaction commits.
void notify(Tx& tx);

/// Only one transaction of all processes claims at a time, so that what it reads about lanes holds.
void lock_claims(Tx& tx);
/// A job that was interrupted so often is claimed alone.
constexpr int suspect_after = 3;

/// Leases up to `most` ready jobs of these kinds, oldest first; jobs of a lane that another worker
/// holds are passed over. Of the lanes that are ready it takes one in `servers`, at least one, so
/// that the other servers find work, too. After lock_claims() only.
std::vector<Job> claim(Tx& tx,
                       const std::vector<std::string>& kinds,
                       int most,
                       std::chrono::milliseconds lease,
                       int servers = 1);

/// Removes those that are still held by this claim and returns their ids: what is not among them
/// was taken by somebody else meanwhile and must have no effect here. Locks the rows.
std::vector<std::int64_t> finish(Tx& tx, const std::vector<Job>& jobs);
/// Gives a job that failed back, to be run again at `run_at`.
void put_back(Tx& tx, const Job& job, Time run_at, std::string_view error);
/// Moves a job to `failed_jobs`.
void fail(Tx& tx, const Job& job, std::string_view error);

/// One of that kind with that payload waits or runs. Looks through the queue.
bool exists(Tx& tx, std::string_view kind, std::string_view payload);

struct QueueSize {
    std::int64_t waiting = 0;
    std::int64_t failed = 0;
};
QueueSize size(Tx& tx);

} // namespace db::jobs
