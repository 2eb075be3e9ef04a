#include "app/work.h"

#include "app/clock_work.h"
#include "app/roster.h"
#include "outbox/annual_report.h"
#include "outbox/held_posts.h"
#include "outbox/moderators.h"
#include "outbox/policy_job.h"
#include "outbox/profile_job.h"
#include "statuses/job_kinds.h"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace app {
namespace {

using std::chrono::minutes;
using Kinds = std::vector<jobs::Kind>;

constexpr int push_workers = 2;

/// Counts the jobs that this process runs. A job that another process takes over counts in both.
Kinds counted(Kinds kinds, http::Metrics& metrics) {
    for (jobs::Kind& kind : kinds) {
        const auto runs =
            metrics.counter("staffroom_jobs_total", "jobs run, by kind", {{"kind", kind.name}});
        kind.prepare = [prepare = std::move(kind.prepare),
                        runs](std::span<const jobs::Claimed> batch) {
            runs.add(static_cast<double>(batch.size()));
            return prepare(batch);
        };
    }
    return kinds;
}

Kinds inbox_kinds(const Work& work) {
    Kinds kinds = inbox::job_kinds(work.inbox_work);
    kinds.push_back(
        outbox::held_post_kind({.instance = work.parts.instance, .peers = work.parts.peers}));
    kinds.push_back(outbox::profile_changed_kind(work.parts.instance));
    kinds.push_back(outbox::annual_report_job());
    return kinds;
}

// Pages that posts and profiles link to, and server actors that ask to be peers: foreign hosts,
// and nobody's peers yet.
Kinds link_kinds(const Work& work) {
    Kinds kinds = statuses::card_job_kinds(work.card_deps);
    kinds.push_back(outbox::verify_job_kind(work.verify_deps));
    kinds.push_back(outbox::peering_post_kind(work.peering_deps));
    kinds.push_back(outbox::policy_check_kind(work.doors.policies));
    kinds.push_back(outbox::register_check_kind(work.registers));
    kinds.push_back(outbox::find_moderators_kind(work.doors.policies));
    kinds.push_back(outbox::case_files_kind(work.doors.case_copies));
    return kinds;
}

// What members take away or bring along: long, and never urgent.
Kinds moving_kinds(const Work& work, const Config& config) {
    Kinds kinds = outbox::archive_jobs(work.archive_deps);
    kinds.push_back(outbox::import_job(work.import_deps));
    kinds.push_back(outbox::move_job(work.move_deps));
    if (!config.roster.rest_url.empty()) kinds.push_back(roster_pull_kind(work.pull_deps));
    return kinds;
}

/// One job after the other; a lease long enough for the slowest.
jobs::WorkerOptions one_by_one(Kinds kinds, std::chrono::milliseconds lease) {
    return {.kinds = std::move(kinds), .batch = 1, .lease = lease};
}

outbox::DeliveryOptions delivery_options(const Config& config) {
    return {
        .senders = static_cast<std::size_t>(config.federation.delivery_senders),
        .first_scheme = config.federation.rfc9421_first ? federation::Scheme::Rfc9421
                                                        : federation::Scheme::Cavage,
    };
}

/// False: it is time to stop.
bool pause(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

// What the door refused is counted in memory, in each process for itself, and written once a
// minute.
void flush_refusals(inbox::RefusalCounters& refusals, db::Pool& pool, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pause(stop, minutes{1});
        try {
            refusals.flush(pool, system_now());
        } catch (const std::exception& error) {
            spdlog::debug("app: refusals are not written: {}", error.what());
        }
    }
}

} // namespace

Work::Work(const Context& context,
           Parts& the_parts,
           Doors& the_doors,
           http::Metrics& metrics,
           std::stop_token stop)
    : inbox_workers(context.config.federation.inbox_workers), doors(the_doors),
      parts(the_parts), inbox_work{.pool = parts.pool,
                                   .house = {.instance = parts.instance,
                                             .peers = parts.peers,
                                             .signers = parts.signers,
                                             .server_actor = parts.server_actor},
                                   .resolver = parts.resolver,
                                   .posts = doors.posts},
      card_deps{.pool = parts.pool,
                .client = doors.open_client,
                .resolver = parts.resolver,
                .pictures = doors.media.cards},
      verify_deps{.pool = parts.pool, .client = doors.open_client, .instance = parts.instance},
      peering_deps{.pool = parts.pool,
                   .client = doors.open_client,
                   .keys = parts.keys,
                   .server_actor = parts.server_actor},
      push_deps{.pool = parts.pool,
                .client = doors.open_client,
                .instance = parts.instance,
                .links = doors.media.links,
                .vapid_key = parts.vapid_key},
      archive_deps{.pool = parts.pool,
                   .instance = parts.instance,
                   .archives = doors.archives,
                   .media = *doors.media.store,
                   .reserve_bytes =
                       static_cast<std::uint64_t>(context.config.media.reserve_mb) * 1024 * 1024,
                   .stopping = &is_stopping},
      import_deps{.pool = parts.pool,
                  .instance = parts.instance,
                  .peers = parts.peers,
                  .resolver = parts.resolver,
                  .posts = doors.posts},
      move_deps{.pool = parts.pool, .instance = parts.instance, .peers = parts.peers},
      pull_deps{
          .desk = parts.roster,
          .client = doors.open_client,
          .service = roster_service(context.config),
          .waiting = {.pause = [stop = std::move(stop)](
                                   std::chrono::milliseconds time) { return pause(stop, time); }}},
      task_deps{.pool = parts.pool,
                .client = parts.peer_client,
                .instance = parts.instance,
                .peers = parts.peers},
      check_deps{.pool = parts.pool, .resolver = parts.resolver},
      registers{.pool = parts.pool, .client = doors.open_client, .instance = parts.instance},
      inbox_worker(parts.pool,
                   parts.inbox_wake,
                   {.kinds = counted(inbox_kinds(*this), metrics), .shares = true}),
      backfill_worker(parts.pool,
                      parts.job_wake,
                      one_by_one(counted(statuses::job_kinds(doors.posts), metrics), minutes{5})),
      mail_worker(parts.pool,
                  parts.job_wake,
                  one_by_one(counted(mail::job_kinds(parts.post), metrics), minutes{1})),
      link_worker(
          parts.pool, parts.job_wake, one_by_one(counted(link_kinds(*this), metrics), minutes{5})),
      push_worker(parts.pool,
                  parts.job_wake,
                  {.kinds = counted({api::push_kind(push_deps)}, metrics),
                   .batch = 4,
                   .lease = minutes{5}}),
      media_worker(
          parts.pool,
          parts.job_wake,
          one_by_one(counted(media::job_kinds(doors.media.workshop), metrics), media::longest_job)),
      moving_worker(parts.pool,
                    parts.job_wake,
                    one_by_one(counted(moving_kinds(*this, context.config), metrics), minutes{15})),
      delivery({.pool = parts.pool,
                .client = parts.peer_client,
                .instance = parts.instance,
                .keys = parts.keys,
                .peers = parts.peers,
                .wake = parts.delivery_wake,
                .start_thread = [](auto run) { return std::jthread(std::move(run)); }},
               delivery_options(context.config)),
      periodic(parts.pool,
               clock_work({.context = context,
                           .parts = parts,
                           .doors = doors,
                           .outbox = task_deps,
                           .archives = archive_deps,
                           .imports = import_deps,
                           .checking = check_deps})) {}

std::vector<Loop> Work::loops() {
    std::vector<Loop> loops;
    const auto add = [&loops](auto& runner, std::int64_t threads = 1) {
        for (std::int64_t i = 0; i < threads; ++i)
            loops.emplace_back([&runner](const std::stop_token& stop) { runner.run(stop); });
    };
    add(doors.door_writer);
    add(inbox_worker, inbox_workers);
    add(backfill_worker);
    add(media_worker);
    add(mail_worker);
    add(push_worker, push_workers);
    add(link_worker);
    add(moving_worker);
    add(delivery);
    add(periodic);
    loops.emplace_back(
        [this](const std::stop_token& stop) { doors.streams.run(*doors.api, stop); });
    loops.emplace_back(
        [this](const std::stop_token& stop) { flush_refusals(doors.refusals, parts.pool, stop); });
    return loops;
}

void Work::abandon() {
    is_stopping = true;
    parts.peer_client.stop();
    doors.open_client.stop();
    doors.media.box.stop();
}

} // namespace app
