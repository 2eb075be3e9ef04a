#include "app/roster.h"

#include "app/context.h"
#include "educators/watch.h"

#include <spdlog/spdlog.h>

namespace app {

educators::RosterDesk roster_desk(db::Pool& pool, const Instance& instance, const Config& config) {
    const auto& roster = config.roster;
    return {.pool = pool,
            .settings = {.student_domains = roster.student_domains,
                         .shrink_percent = static_cast<int>(roster.shrink_percent),
                         .shrink_least = static_cast<std::size_t>(roster.shrink_least)},
            .accounts = {.instance = &instance, .terms = attestation_terms(config)}};
}

std::vector<jobs::PeriodicTask> roster_tasks(const educators::RosterDesk& desk,
                                             const Config& config) {
    std::vector<jobs::PeriodicTask> tasks;
    tasks.push_back({.name = "roster.today",
                     .every = std::chrono::hours{6},
                     .run = [desk](const std::stop_token&) {
                         const Time now = system_now();
                         const auto changed = educators::judge_today(desk, now);
                         if (changed > 0) spdlog::info("educators: changed today={}", changed);
                         db::Tx tx(desk.pool);
                         constexpr std::chrono::hours day{24};
                         db::roster_people::forget_removed(tx, now - 400 * day);
                         db::roster_imports::reject_waiting_before(tx, now - 30 * day, now);
                         tx.commit();
                     }});
    if (!config.roster.watch.empty()) {
        tasks.push_back({.name = "roster.watch",
                         .every = std::chrono::minutes{1},
                         .run = [desk, folder = config.roster.watch](const std::stop_token&) {
                             educators::import_watched(desk, folder, system_now());
                         }});
    }
    return tasks;
}

} // namespace app
