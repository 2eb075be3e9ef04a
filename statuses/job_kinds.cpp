#include "statuses/job_kinds.h"

#include "base/uri.h"
#include "db/jobs.h"
#include "jobs/queue.h"
#include "statuses/backfill.h"
#include "statuses/quotes.h"

#include <functional>

namespace statuses {
namespace {

constexpr auto thread_job = "backfill_thread";
constexpr auto profile_job = "backfill_profile";
constexpr auto quote_job = "check_quote";
constexpr std::chrono::hours between_checks{1};

jobs::Apply nothing_more() {
    return {};
}

// One job after the other; what it stores it commits itself, since posts are read one by one.
jobs::Kind kind_of(std::string name,
                   std::function<Result<Done>(std::int64_t id)> run,
                   int max_failures) {
    const auto prepare = [run = std::move(run)](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch) {
            const auto id = parse_id(job.payload);
            const auto done = id ? run(*id) : Result<Done>(Done{});
            if (done)
                steps.emplace_back(nothing_more());
            else
                steps.emplace_back(done.error());
        }
        return steps;
    };
    return {.name = std::move(name), .prepare = prepare, .max_failures = max_failures};
}

} // namespace

std::vector<jobs::Kind> job_kinds(Fetcher& fetcher) {
    // Whoever opens the thread again asks again: no second try of a run that failed.
    return {
        kind_of(
            thread_job,
            [&fetcher](std::int64_t id) -> Result<Done> {
                backfill_thread(fetcher, StatusId{id});
                return Done{};
            },
            1),
        kind_of(
            profile_job,
            [&fetcher](std::int64_t id) -> Result<Done> {
                backfill_profile(fetcher, AccountId{id});
                return Done{};
            },
            1),
        kind_of(
            quote_job,
            [&fetcher](std::int64_t id) { return check_quote(fetcher, StatusId{id}); },
            5),
    };
}

bool queue_thread(db::Tx& tx, const db::Status& opened, Time now) {
    if (opened.local || opened.is_boost() || now - opened.created_at < thread_min_age) return false;
    if (!db::statuses::claim_backfill(tx, StatusId{opened.thread}, now, now - thread_cool_down)) {
        return false;
    }
    jobs::enqueue(tx,
                  {
                      .kind = thread_job,
                      .lane = "backfill:" + host_of(opened.uri),
                      .payload = to_string(opened.id),
                  });
    return true;
}

bool is_thread_queued(db::Tx& tx, StatusId opened) {
    return db::jobs::exists(tx, thread_job, to_string(opened));
}

void queue_profile(db::Tx& tx, const db::Account& account, Time now) {
    if (account.is_local() || !account.is_visible()) return;
    if (!db::accounts::claim_featured(tx, account.id, now, now - profile_cool_down)) return;
    jobs::enqueue(tx,
                  {
                      .kind = profile_job,
                      .lane = "backfill:" + account.host,
                      .payload = to_string(account.id),
                  });
}

void queue_quote_checks(db::Tx& tx, const std::vector<StatusId>& seen, Time now) {
    std::vector<jobs::Job> checks;
    for (const auto id : db::statuses::claim_quote_checks(
             tx, seen, now, now - between_checks, now - stamp_lifetime)) {
        checks.push_back({.kind = quote_job, .lane = "", .payload = to_string(id)});
    }
    jobs::enqueue(tx, checks);
}

} // namespace statuses
