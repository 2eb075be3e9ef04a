#include "media/tasks.h"

#include "db/media_attachments.h"
#include "db/media_garbage.h"
#include "db/remote_media.h"

#include <spdlog/spdlog.h>

namespace media {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr int files_at_once = 500;
constexpr hours unposted_time{24};

} // namespace

// First the file, then the note of it: what is interrupted is done again.
void remove_garbage(const TaskDeps& deps, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::vector<std::string> due;
        {
            db::Tx tx(deps.pool, db::Durability::PerStatement);
            due = db::media_garbage::list_due(tx, deps.clock(), files_at_once);
        }
        std::vector<std::string> gone;
        for (const auto& file : due) {
            if (deps.store.remove(file)) gone.push_back(file);
        }
        if (gone.empty()) return;
        db::Tx tx(deps.pool);
        db::media_garbage::remove(tx, gone);
        tx.commit();
    }
}

void remove_unposted(const TaskDeps& deps) {
    db::Tx tx(deps.pool);
    db::media_attachments::remove_unused(tx, deps.clock() - unposted_time);
    tx.commit();
}

void bound_copies(const TaskDeps& deps) {
    db::Tx tx(deps.pool);
    db::remote_media::remove_unused(tx, deps.clock() - deps.cache_time);
    auto most = deps.cache_bytes;
    const auto free = free_bytes(deps.folder);
    if (free > 0 && free < deps.reserve_bytes) {
        // What is missing, and a tenth more, so that it is not the same an hour later.
        const auto missing = static_cast<std::int64_t>((deps.reserve_bytes - free) / 10 * 11);
        most = std::max<std::int64_t>(0, db::remote_media::total_bytes(tx) - missing);
        spdlog::warn("media: the disk has less than its reserve; copies of remote media go");
    }
    db::remote_media::shrink_to(tx, most);
    tx.commit();
}

std::vector<jobs::PeriodicTask> periodic_tasks(const TaskDeps& deps) {
    return {
        {"media garbage",
         minutes{5},
         [deps](const std::stop_token& stop) { remove_garbage(deps, stop); }},
        {"unposted media", hours{1}, [deps](const std::stop_token&) { remove_unposted(deps); }},
        {"media copies",
         hours{1},
         [deps](const std::stop_token&) {
             bound_copies(deps);
             deps.store.trim_copies();
         }},
    };
}

} // namespace media
