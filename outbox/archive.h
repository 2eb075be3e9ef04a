#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/archives.h"
#include "db/pool.h"
#include "db/tx.h"
#include "jobs/periodic.h"
#include "jobs/worker.h"
#include "media/store.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

/// Everything that a member wrote and keeps, as one file: FEP-6fcd around ActivityStreams, the CSV
/// tables and the member's media. No keys: whoever has the file must not be able to sign.
/// Source: https://codeberg.org/fediverse/fep/src/branch/main/fep/6fcd/fep-6fcd.md
namespace outbox {

constexpr std::chrono::hours between_archives{24};
constexpr std::chrono::hours archive_lifetime{24 * 7};

struct ArchiveDeps {
    db::Pool& pool;
    const Instance& instance;
    media::Store& archives; ///< Where they lie: only the download page reads there.
    media::Store& media;
    std::uint64_t reserve_bytes = 0; ///< What must stay free on the disk.
    Clock clock = system_now;
    const std::atomic<bool>* stopping = nullptr; ///< When true, what is being made is given up.
};

/// Has one made. Errors: RateLimited, with a text to show, when the last is younger than
/// between_archives.
Result<Done> request_archive(db::Tx& tx, AccountId account, Time now);

/// Makes one and returns what set_made() is told. Uses the disk and transactions of its own.
/// Errors: NotFound (no such member), Unavailable (the disk; the server stops).
Result<db::Archive> make_archive(const ArchiveDeps& deps, AccountId account);

/// Making them, and removing those that a newer one replaces.
std::vector<jobs::Kind> archive_jobs(const ArchiveDeps& deps);
/// Removes files after archive_lifetime, those of members who left, and what a kill left over.
jobs::PeriodicTask forget_archives(const ArchiveDeps& deps);

} // namespace outbox
