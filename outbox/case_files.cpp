#include "outbox/case_files.h"

#include "db/case_files.h"
#include "db/covenants.h"
#include "jobs/queue.h"
#include "moderation/covenant.h"

#include <algorithm>

namespace outbox {
namespace {

constexpr auto copy_job = "case_files";
constexpr int max_failures = 5;
constexpr std::int64_t least_days = 30;
constexpr std::int64_t most_days = 3'650;

/// A copy that cannot be had is left out; what is only busy now is asked for again by the queue.
Result<jobs::Apply> copy(const CaseFileDeps& deps, db::CaseId id) {
    std::vector<db::CaseFile> missing;
    {
        db::Tx tx(deps.pool);
        missing = db::case_files::list_missing(tx, id);
    }
    std::vector<db::CaseFile> copied;
    for (auto& file : missing) {
        auto got = deps.remote.get(media::Profile::Attachment, file.remote_url);
        if (!got && got.error().kind == Error::Kind::Unavailable) return got.error();
        if (!got) continue;
        file.file = got->original_file;
        copied.push_back(std::move(file));
    }
    return jobs::Apply{[copied](db::Tx& tx) {
        for (const auto& file : copied)
            db::case_files::set_file(tx, file);
    }};
}

} // namespace

void keep_evidence(db::Tx& tx, db::CaseId id, const std::vector<StatusId>& posts) {
    db::cases::keep_posts(tx, id, posts);
    db::case_files::keep(tx, id, posts);
    if (db::case_files::list_missing(tx, id).empty()) return;
    jobs::enqueue(tx,
                  {.kind = copy_job, .lane = "case:" + to_string(id), .payload = to_string(id)});
}

jobs::Kind case_files_kind(const CaseFileDeps& deps) {
    const auto prepare = [&deps](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch) {
            const auto id = parse_id(job.payload);
            if (id)
                steps.push_back(copy(deps, db::CaseId{*id}));
            else
                steps.emplace_back(jobs::Apply{});
        }
        return steps;
    };
    return {.name = copy_job, .prepare = prepare, .max_failures = max_failures};
}

void forget_evidence(db::Tx& tx, const Instance& instance, Time now) {
    const auto covenant = db::covenants::newest(tx);
    const auto promised =
        covenant ? moderation::promises_of(instance, *covenant).removed_days : least_days;
    const std::chrono::days kept{std::clamp(promised, least_days, most_days)};
    db::cases::forget_posts(tx, now - kept);
    db::case_files::forget(tx, now - kept);
}

} // namespace outbox
