#include "jobs/worker.h"

#include "db/leases.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <random>
#include <thread>
#include <unordered_set>

namespace jobs {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// How long a server that came or went may be overlooked.
constexpr seconds count_lifetime{5};

double random_fraction() {
    thread_local std::minstd_rand engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

bool may_be_tried_again(const Error& error) {
    return error.kind == Error::Kind::Unavailable || error.kind == Error::Kind::RateLimited;
}

} // namespace

milliseconds backoff(int failures, double random) {
    static constexpr std::array<milliseconds, 8> waits{seconds{10},
                                                       minutes{1},
                                                       minutes{5},
                                                       minutes{15},
                                                       minutes{30},
                                                       hours{1},
                                                       hours{2},
                                                       hours{4}};
    const auto index = static_cast<std::size_t>(std::max(failures - 1, 0));
    const milliseconds wait = index < waits.size() ? waits.at(index) : milliseconds{hours{8}};
    return wait +
           milliseconds{static_cast<std::int64_t>(static_cast<double>(wait.count()) * random / 4)};
}

Worker::Worker(db::Pool& pool, Wake& wake, WorkerOptions options, Clock clock)
    : pool_(pool), wake_(wake), options_(std::move(options)), clock_(std::move(clock)) {
    for (const Kind& kind : options_.kinds)
        kind_names_.push_back(kind.name);
}

void Worker::run(const std::stop_token& stop) {
    Wake::Count seen = wake_.count();
    while (!stop.stop_requested()) {
        std::size_t held = 0;
        try {
            held = run_once(stop);
        } catch (const std::exception& error) {
            // The database is away, or a statement of ours is wrong; both are as they were later.
            spdlog::warn("jobs: cannot work: {}", error.what());
            wake_.wait(stop, wake_.count(), options_.poll);
        }
        if (held == static_cast<std::size_t>(options_.batch)) {
            wake_.all(); // There is more than one batch: the others help.
            continue;
        }
        if (held > 0 && servers_ > 1) continue; // A share: there may be more.
        do {
            seen = wake_.wait(stop, seen, options_.poll);
        } while (!is_turn(stop));
    }
}

// Of the threads that are woken at once the first one gathers; what makes the others stand back was
// committed before its claim begins.
bool Worker::is_turn(const std::stop_token& stop) {
    if (stop.stop_requested()) return true;
    if (is_gathering_.exchange(true)) return false;
    const auto since = std::chrono::steady_clock::now().time_since_epoch() - claimed_at_.load();
    if (since < options_.gathering) std::this_thread::sleep_for(options_.gathering - since);
    is_gathering_ = false;
    return true;
}

std::size_t Worker::run_once(const std::stop_token& stop) {
    const auto batch = claim();
    if (batch.empty()) return 0;
    const Steps steps = prepare(batch);
    // The work is done and only its rows are missing: a database that restarts is waited for, as
    // long as the lease lasts. Jobs that were committed after all are found to be gone.
    const auto deadline = std::chrono::steady_clock::now() + options_.lease;
    for (;;) {
        try {
            apply(batch, steps);
            return batch.size();
        } catch (const db::Unavailable&) {
            if (stop.stop_requested() || std::chrono::steady_clock::now() > deadline) throw;
            wake_.wait(stop, wake_.count(), milliseconds{200});
        }
    }
}

std::vector<Claimed> Worker::claim() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    claimed_at_ = now;
    // A claim that a crash forgets is a job that is run at once instead of later.
    db::Tx tx(pool_, db::Durability::Lazy);
    if (options_.shares && now - counted_at_.load() > count_lifetime) {
        counted_at_ = now;
        servers_ = std::max(db::leases::count_servers(tx), 1);
    }
    db::jobs::lock_claims(tx);
    auto batch = db::jobs::claim(tx, kind_names_, options_.batch, options_.lease, servers_.load());
    tx.commit();
    return batch;
}

Worker::Steps Worker::prepare(const std::vector<Claimed>& batch) const {
    Steps steps(batch.size(), Error{Error::Kind::Unavailable, "not prepared"});
    for (const Kind& kind : options_.kinds) {
        std::vector<Claimed> jobs;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (batch[i].kind != kind.name) continue;
            if (batch[i].interruptions >= max_interruptions) {
                steps[i] = Error{Error::Kind::Invalid, "each time the process died under it"};
                continue;
            }
            jobs.push_back(batch[i]);
            places.push_back(i);
        }
        if (jobs.empty()) continue;
        try {
            auto prepared = kind.prepare(jobs);
            for (std::size_t i = 0; i < places.size() && i < prepared.size(); ++i)
                steps[places[i]] = std::move(prepared[i]);
        } catch (const std::exception& error) {
            spdlog::warn("jobs: prepare failed kind={}: {}", kind.name, error.what());
            for (const std::size_t place : places)
                steps[place] = Error{Error::Kind::Unavailable, error.what()};
        }
    }
    return steps;
}

void Worker::apply(const std::vector<Claimed>& batch, const Steps& steps) {
    try {
        apply_together(batch, steps);
    } catch (const db::Unavailable&) {
        throw;
    } catch (const std::exception& error) {
        if (batch.size() > 1) spdlog::debug("jobs: batch falls apart: {}", error.what());
        for (std::size_t i = 0; i < batch.size(); ++i)
            apply_alone(batch[i], steps[i]);
    }
}

void Worker::apply_together(const std::vector<Claimed>& batch, const Steps& steps) {
    db::Tx tx(pool_);
    std::vector<Claimed> done;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (steps[i]) done.push_back(batch[i]);
    }
    // First the rows of the jobs, which stay locked: who lost the lease has no effect.
    const auto finished = db::jobs::finish(tx, done);
    const std::unordered_set<std::int64_t> held(finished.begin(), finished.end());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!steps[i])
            settle(tx, batch[i], steps[i].error());
        else if (held.contains(batch[i].id) && *steps[i])
            (*steps[i])(tx);
    }
    tx.commit();
}

void Worker::apply_alone(const Claimed& job, const Result<Apply>& step) {
    Error failure{Error::Kind::Unavailable, ""};
    if (step) {
        try {
            db::Tx tx(pool_);
            if (!db::jobs::finish(tx, {job}).empty() && *step) (*step)(tx);
            tx.commit();
            return;
        } catch (const db::Unavailable&) {
            throw;
        } catch (const std::exception& error) {
            failure.detail = error.what();
            spdlog::warn("jobs: failed id={} kind={} failures={}: {}",
                         job.id,
                         job.kind,
                         job.failures + 1,
                         error.what());
        }
    } else {
        failure = step.error();
    }
    db::Tx tx(pool_);
    settle(tx, job, failure);
    tx.commit();
}

void Worker::settle(db::Tx& tx, const Claimed& job, const Error& error) {
    const Kind* kind = find_kind(job.kind);
    const int failures = job.failures + 1;
    const bool is_over = kind == nullptr || failures >= kind->max_failures;
    if (!may_be_tried_again(error) || is_over) {
        db::jobs::fail(tx, job, error.detail);
        return;
    }
    const milliseconds wait = error.retry_after_s > 0 ? milliseconds{seconds{error.retry_after_s}}
                                                      : backoff(failures, random_fraction());
    db::jobs::put_back(tx, job, clock_() + wait, error.detail);
}

const Kind* Worker::find_kind(std::string_view name) const {
    const auto found = std::ranges::find(options_.kinds, name, &Kind::name);
    return found == options_.kinds.end() ? nullptr : &*found;
}

} // namespace jobs
