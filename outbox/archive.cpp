#include "outbox/archive.h"

#include "db/accounts.h"
#include "jobs/queue.h"
#include "outbox/archive_file.h"

#include <filesystem>

namespace outbox {
namespace {

constexpr auto job_kind = "make_archive";
constexpr auto removal_kind = "remove_archive";

} // namespace

Result<Done> request_archive(db::Tx& tx, AccountId account, Time now) {
    if (!db::archives::request(tx, account, now, now - between_archives)) {
        return Error{Error::Kind::RateLimited,
                     "an archive was asked for lately",
                     "One archive a day can be made."};
    }
    jobs::enqueue(tx,
                  jobs::Job{.kind = job_kind, .lane = "archive", .payload = to_string(account)});
    return Done{};
}

Result<db::Archive> make_archive(const ArchiveDeps& deps, AccountId id) {
    std::optional<db::Account> account;
    {
        db::Tx tx(deps.pool);
        account = db::accounts::find(tx, id);
    }
    if (!account || !account->is_local() || account->deleted_at)
        return Error{Error::Kind::NotFound, "archive: no member of ours"};
    const std::string name = media::new_name("tgz");
    const auto put =
        deps.archives.put(name, [&](int target) { return write_archive(deps, *account, target); });
    if (!put) return put.error();
    const auto file = deps.archives.open(name);
    if (!file) return file.error();
    return db::Archive{.account = id,
                       .made_at = deps.clock(),
                       .file = name,
                       .bytes = static_cast<std::int64_t>(file->size)};
}

namespace {

// A stop of the server is a failure, too: some of them are nobody's fault.
jobs::Kind making_job(const ArchiveDeps& deps) {
    const auto prepare = [&deps](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch) {
            const auto id = parse_id(job.payload);
            const auto made = make_archive(deps, AccountId{id.value_or(0)});
            if (!made) {
                steps.emplace_back(made.error());
                continue;
            }
            steps.emplace_back(jobs::Apply([archive = *made](db::Tx& tx) {
                const auto before = db::archives::set_made(tx, archive);
                // Once this is committed, and not before.
                if (!before.empty())
                    jobs::enqueue(tx, jobs::Job{.kind = removal_kind, .payload = before});
            }));
        }
        return steps;
    };
    return {.name = job_kind, .prepare = prepare, .max_failures = 10};
}

jobs::Kind removal_job(const ArchiveDeps& deps) {
    const auto prepare = [&deps](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch) {
            if (deps.archives.remove(job.payload))
                steps.emplace_back(jobs::Apply{});
            else
                steps.emplace_back(Error{Error::Kind::Unavailable, "archive: cannot be removed"});
        }
        return steps;
    };
    return {.name = removal_kind, .prepare = prepare};
}

/// Files that no row names, since a process ended in between.
void remove_strays(const ArchiveDeps& deps) {
    namespace fs = std::filesystem;
    const auto oldest = fs::file_time_type::clock::now() - archive_lifetime - between_archives;
    std::error_code failure;
    for (fs::recursive_directory_iterator at(archive_folder(deps), failure), end;
         !failure && at != end;
         at.increment(failure)) {
        std::error_code gone;
        const bool is_old = at->is_regular_file(gone) && at->last_write_time(gone) < oldest;
        if (!gone && is_old) fs::remove(at->path(), gone);
    }
}

} // namespace

std::vector<jobs::Kind> archive_jobs(const ArchiveDeps& deps) {
    return {making_job(deps), removal_job(deps)};
}

jobs::PeriodicTask forget_archives(const ArchiveDeps& deps) {
    return {.name = "forget archives",
            .every = std::chrono::hours{1},
            .run = [&deps](const std::stop_token&) {
                db::Tx tx(deps.pool);
                const auto names = db::archives::remove_older(tx, deps.clock() - archive_lifetime);
                tx.commit();
                for (const auto& name : names)
                    deps.archives.remove(name);
                remove_strays(deps);
            }};
}

} // namespace outbox
