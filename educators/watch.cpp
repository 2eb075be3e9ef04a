#include "educators/watch.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

namespace educators {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr seconds settled_after{60};

/// One package in the folder, and what it looks like from outside.
struct Found {
    fs::path path;
    Time changed_at{};
    std::uintmax_t bytes = 0;
    std::string stamp() const {
        return fmt::format("{} {} {}", path.filename().string(), bytes, format_iso8601(changed_at));
    }
};

Time time_of(const fs::directory_entry& entry) {
    return std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::file_clock::to_sys(entry.last_write_time()));
}

std::optional<Found> examine(const fs::directory_entry& entry) {
    Found found{.path = entry.path()};
    if (entry.is_symlink()) return std::nullopt;
    if (entry.is_regular_file() && entry.path().extension() == ".zip") {
        found.changed_at = time_of(entry);
        found.bytes = entry.file_size();
        return found;
    }
    if (!entry.is_directory() || !fs::exists(entry.path() / "manifest.csv")) return std::nullopt;
    for (const auto& file : fs::directory_iterator(entry.path())) {
        if (!file.is_regular_file()) continue;
        found.changed_at = std::max(found.changed_at, time_of(file));
        found.bytes += file.file_size();
    }
    return found;
}

std::vector<Found> list(const std::string& folder) {
    std::vector<Found> packages;
    for (const auto& entry : fs::directory_iterator(folder)) {
        // A file may vanish while it is looked at.
        try {
            if (auto found = examine(entry)) packages.push_back(std::move(*found));
        } catch (const fs::filesystem_error& error) {
            spdlog::debug("educators: watched package skipped: {}", error.what());
        }
    }
    // Oldest first: a delta comes after its snapshot.
    std::ranges::sort(packages, [](const Found& a, const Found& b) {
        return std::tie(a.changed_at, a.path) < std::tie(b.changed_at, b.path);
    });
    return packages;
}

bool was_seen(db::Pool& pool, const std::string& stamp) {
    db::Tx tx(pool);
    return db::roster_imports::has_stamp(tx, stamp);
}

void import_one(const RosterDesk& desk, const Found& found, Time now) {
    Findings findings;
    auto files = open_package(found.path, findings);
    if (!files) {
        spdlog::warn("educators: watched package cannot be read: {}", files.error().detail);
        return;
    }
    const auto report = run_import(desk,
                                   *files,
                                   std::move(findings),
                                   {.now = now,
                                    .taken_at = found.changed_at,
                                    .source = "folder",
                                    .name = found.path.filename().string(),
                                    .stamp = found.stamp(),
                                    .actor = "watched folder"});
    if (report.end == ImportEnd::Applied) {
        spdlog::info("educators: roster import={} changed={}",
                     to_string(report.id),
                     report.differences.size());
    } else {
        spdlog::warn("educators: roster import={} {}",
                     to_string(report.id),
                     report.end == ImportEnd::Waits ? "waits for a person" : "was refused");
    }
}

} // namespace

int import_watched(const RosterDesk& desk, const std::string& folder, Time now) {
    int looked_at = 0;
    try {
        for (const auto& found : list(folder)) {
            if (found.changed_at > now - settled_after || was_seen(desk.pool, found.stamp()))
                continue;
            import_one(desk, found, now);
            ++looked_at;
        }
    } catch (const fs::filesystem_error& error) {
        spdlog::error("educators: roster.watch cannot be read: {}", error.what());
    }
    return looked_at;
}

} // namespace educators
