#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/jobs.h"
#include "db/pool.h"
#include "db/tx.h"
#include "jobs/wake.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace jobs {

using Claimed = db::Job;

/// What a job does to rows, in the transaction in which it also ends. When the batch fails it is
/// called a second time, alone; so it changes nothing but rows. Empty: nothing is to be done.
using Apply = std::function<void(db::Tx&)>;

/// 10 s, 1, 5, 15, 30 min, 1, 2, 4 h, then every 8 h, each with up to a quarter more.
/// `random` is in [0, 1).
std::chrono::milliseconds backoff(int failures, double random);

/// A job whose process dies under it so often is taken for the cause and given up. Above what a
/// day of restarts can do to an honest job, and each time is later than the one before.
constexpr int max_interruptions = 30;

/// What runs a kind of job.
struct Kind {
    std::string name{};
    /// Called with no transaction open; it may use the network and transactions of its own.
    /// Returns one step for each job, in order. An error of kind Unavailable or RateLimited is
    /// tried again (RateLimited after its retry_after_s), any other gives the job up. What is
    /// thrown counts as Unavailable for all of them.
    std::function<std::vector<Result<Apply>>(std::span<const Claimed>)> prepare{};
    int max_failures = 10;
};

struct WorkerOptions {
    std::vector<Kind> kinds{}; ///< What this worker takes; slow kinds get a worker of their own.
    int batch = 64;
    bool shares = false; ///< Leaves lanes to other servers, where some live.
    std::chrono::milliseconds lease{60'000};
    std::chrono::milliseconds poll{1'000}; ///< The longest wait when no notification came.
    /// What comes so soon after a claim is gathered for the next one: a batch costs as much as
    /// a few of its jobs.
    std::chrono::milliseconds gathering{10};
};

/// Takes jobs from the table and runs them: claim a batch, prepare, apply all in one transaction;
/// when that fails, each in one of its own, so that a bad job holds up nobody. Jobs end in the
/// transaction that holds their effects; a worker that lost its lease has none.
/// run() may be called by several threads.
class Worker {
  public:
    Worker(db::Pool& pool, Wake& wake, WorkerOptions options, Clock clock = system_now);

    /// Until stopped. A database that is away is waited for.
    void run(const std::stop_token& stop);

    /// One claim and what follows from it; returns how many jobs it held. For run() and tests.
    /// Throws db::Unavailable.
    std::size_t run_once(const std::stop_token& stop = {});

  private:
    using Steps = std::vector<Result<Apply>>;

    bool is_turn(const std::stop_token& stop);
    std::vector<Claimed> claim();
    Steps prepare(const std::vector<Claimed>& batch) const;
    void apply(const std::vector<Claimed>& batch, const Steps& steps);
    void apply_together(const std::vector<Claimed>& batch, const Steps& steps);
    void apply_alone(const Claimed& job, const Result<Apply>& step);
    void settle(db::Tx& tx, const Claimed& job, const Error& error);
    const Kind* find_kind(std::string_view name) const;

    db::Pool& pool_;
    Wake& wake_;
    WorkerOptions options_;
    Clock clock_;
    std::vector<std::string> kind_names_;
    std::atomic<bool> is_gathering_{false};
    std::atomic<std::chrono::steady_clock::duration> claimed_at_{};
    std::atomic<int> servers_{1}; ///< That live; counted now and then by one that shares.
    std::atomic<std::chrono::steady_clock::duration> counted_at_{};
};

} // namespace jobs
