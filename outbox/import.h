#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/imports.h"
#include "db/pool.h"
#include "db/tx.h"
#include "jobs/periodic.h"
#include "jobs/worker.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace actors {
class Resolver;
}
namespace moderation {
class Peers;
}
namespace statuses {
class Fetcher;
}

/// What members bring from another server as CSV, in the formats of outbox/export.h.
namespace outbox {

constexpr std::size_t max_import_rows = 20'000;
constexpr std::size_t max_import_bytes = 2UL * 1024 * 1024;
constexpr std::chrono::hours import_lifetime{24 * 7};

enum class ImportKind { Following, Lists, Blocks, Mutes, DomainBlocks, Bookmarks };

struct ImportKindRow {
    ImportKind kind{};
    std::string_view name{};   ///< In `imports` and in forms.
    std::string_view title{};  ///< For people.
    std::string_view header{}; ///< The columns.
    bool has_header = true;    ///< Whether an export begins with it.
};
std::span<const ImportKindRow> import_kinds();
const ImportKindRow* find_import_kind(std::string_view name);

/// Reads a file. A line that says nothing we can use is a row of state "bad" with what to do about
/// it. A header chooses the columns; without one they stand in the order of an export. Pure.
///
/// Errors: Unprocessable (not text, too many rows, nothing in it), with a text to show.
Result<std::vector<db::ImportRow>> parse_import(ImportKind kind,
                                                const Instance& instance,
                                                std::string_view text);

/// Begins the work on a preview. Errors: Unprocessable, with a text to show, when another import of
/// the member is at work or this is no preview.
Result<Done> confirm_import(db::Tx& tx, AccountId account, db::ImportId id);

struct ImportDeps {
    db::Pool& pool;
    const Instance& instance;
    moderation::Peers& peers;
    actors::Resolver& resolver;
    statuses::Fetcher& posts;
    Clock clock = system_now;
};

/// A few rows, then the next job after a pause. Rows are marked in the transaction that holds their
/// effect, and every effect can happen twice: a kill loses nothing. Hosts that we may not contact
/// are not asked.
jobs::Kind import_job(const ImportDeps& deps);
jobs::PeriodicTask forget_imports(const ImportDeps& deps);

} // namespace outbox
