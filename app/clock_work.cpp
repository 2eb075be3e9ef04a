#include "app/clock_work.h"

#include "app/roster.h"
#include "educators/attestation.h"
#include "educators/surge.h"
#include "educators/vouching.h"
#include "mail/queue.h"
#include "members/accounts.h"
#include "members/guests.h"
#include "outbox/partners.h"
#include "outbox/policy_job.h"
#include "outbox/register_job.h"

#include <spdlog/spdlog.h>

namespace app {
namespace {

using Tasks = std::vector<jobs::PeriodicTask>;

/// One transaction each time.
template <typename Step>
jobs::PeriodicTask task(const char* name, std::chrono::seconds every, db::Pool& pool, Step step) {
    const auto run = [&pool, step = std::move(step)](const std::stop_token&) {
        db::Tx tx(pool);
        step(tx, system_now());
        tx.commit();
    };
    return {.name = name, .every = every, .run = run};
}

void add(Tasks& tasks, Tasks more) {
    for (auto& task : more)
        tasks.push_back(std::move(task));
}

void add_members(Tasks& tasks, const ClockDeps& deps) {
    using namespace std::chrono_literals;
    db::Pool& pool = deps.parts.pool;
    tasks.push_back(task("members.forget_expired", 24h, pool, members::forget_expired));
    tasks.push_back(task("members.end_guests", 5min, pool, [](db::Tx& tx, Time now) {
        members::end_guests(tx, now);
    }));
    tasks.push_back(
        task("outbox.end_partners", 5min, pool, [&parts = deps.parts](db::Tx& tx, Time now) {
            outbox::end_due_partners(tx, parts.instance, now);
        }));
    tasks.push_back(
        task("mail.digests", 6h, pool, [](db::Tx& tx, Time now) { mail::post_digests(tx, now); }));
}

void add_educators(Tasks& tasks, const ClockDeps& deps) {
    using namespace std::chrono_literals;
    db::Pool& pool = deps.parts.pool;
    add(tasks, roster_tasks(deps.parts.roster, deps.context.config));
    tasks.push_back({.name = "attestations.statuses",
                     .every = 5min,
                     .run = [&checking = deps.checking](const std::stop_token& stop) {
                         educators::refresh_statuses(checking, stop);
                     }});
    tasks.push_back(task("attestations.sign_again",
                         1h,
                         pool,
                         [&context = deps.context, &parts = deps.parts](db::Tx& tx, Time now) {
                             const auto issuer = educators::load_issuer(
                                 tx, parts.instance, attestation_terms(context.config), now);
                             educators::sign_again(tx, issuer, now);
                         }));
    tasks.push_back(
        task("attestations.watch", 15min, pool, [&parts = deps.parts](db::Tx& tx, Time now) {
            for (const auto& host : educators::watch_attestations(tx, parts.instance, now))
                spdlog::warn("educators: attests many new people host={}", host);
        }));
    tasks.push_back(task("vouchings.settle", 1h, pool, [](db::Tx& tx, Time now) {
        educators::settle_vouchings(tx, now);
    }));
}

} // namespace

std::vector<jobs::PeriodicTask> clock_work(const ClockDeps& deps) {
    Tasks tasks = outbox::periodic_tasks(deps.outbox);
    add_members(tasks, deps);
    add(tasks, media::periodic_tasks(deps.doors.media.tasks));
    tasks.push_back(outbox::forget_archives(deps.archives));
    tasks.push_back(outbox::forget_imports(deps.imports));
    add_educators(tasks, deps);
    tasks.push_back(outbox::policy_check_task(deps.parts.pool));
    tasks.push_back(outbox::register_check_task(deps.parts.pool));
    tasks.push_back(outbox::publish_policy_task(deps.parts.pool, deps.parts.instance));
    return tasks;
}

} // namespace app
