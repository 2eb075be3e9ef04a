#include "app/roster.h"

#include "app/context.h"
#include "base/uri.h"
#include "educators/watch.h"

#include <spdlog/spdlog.h>

namespace app {

educators::RosterDesk roster_desk(db::Pool& pool, const Instance& instance, const Config& config) {
    const auto& roster = config.roster;
    return {.pool = pool,
            .settings = {.student_domains = roster.student_domains,
                         .shrink_percent = static_cast<int>(roster.shrink_percent),
                         .shrink_least = static_cast<std::size_t>(roster.shrink_least),
                         .service_host = host_of(roster.rest_url),
                         .service_reads_students = roster.rest_students},
            .accounts = {.instance = &instance, .terms = attestation_terms(config)}};
}

educators::RestService roster_service(const Config& config) {
    const auto& roster = config.roster;
    using enum educators::RosterVersion;
    return {.version = roster.rest_version == "1.1" ? V1p1 : V1p2,
            .base_url = roster.rest_url,
            .token_url = roster.rest_token_url,
            .client_id = roster.rest_client_id,
            .client_secret = roster.rest_client_secret,
            .scope = roster.rest_scope,
            .reads_students = roster.rest_students};
}

static Result<jobs::Apply> pull(const educators::PullDeps& deps, const std::string& who) {
    using enum educators::ImportMode;
    const auto report = educators::pull_roster(deps,
                                               {.mode = who.empty() ? Apply : Preview,
                                                .now = system_now(),
                                                .actor = who.empty() ? "roster service" : who});
    if (!report) return report.error();
    return jobs::Apply{};
}

jobs::Kind roster_pull_kind(const educators::PullDeps& deps) {
    const auto prepare = [&deps](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch)
            steps.push_back(pull(deps, job.payload));
        return steps;
    };
    return {.name = std::string(educators::pull_job), .prepare = prepare};
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
    if (!config.roster.rest_url.empty() && config.roster.rest_hours > 0) {
        tasks.push_back({.name = "roster.pull",
                         .every = std::chrono::hours{config.roster.rest_hours},
                         .run = [desk](const std::stop_token&) {
                             db::Tx tx(desk.pool);
                             educators::request_pull(tx, "");
                             tx.commit();
                         }});
    }
    return tasks;
}

} // namespace app
