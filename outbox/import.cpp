#include "outbox/import.h"

#include "actors/resolve.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "jobs/queue.h"
#include "moderation/peers.h"
#include "outbox/import_row.h"
#include "statuses/fetch.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>

namespace outbox {
namespace {

constexpr auto job_kind = "import";
constexpr int rows_at_once = 10;
/// Between two jobs, so that an import neither fills the queue nor floods other servers.
constexpr std::chrono::seconds pause{1};

std::string explain(const Error& error, std::string_view host) {
    switch (error.kind) {
    case Error::Kind::NotFound:
    case Error::Kind::Gone:
        return fmt::format("Not found at {}.", host);
    case Error::Kind::Forbidden:
        return fmt::format("{} does not let us see it.", host);
    case Error::Kind::Unavailable:
        return fmt::format("{} does not answer. Please try this line again later.", host);
    default:
        return fmt::format("{} answered something that cannot be used.", host);
    }
}

/// Whose answer a row needs.
std::string host_in(const db::Import& import, const std::string& subject) {
    if (import.kind == "bookmarks") return host_of(subject);
    return subject.substr(std::min(subject.find('@') + 1, subject.size()));
}

/// Looks one row up. Errors: RateLimited, when the row must wait.
Result<FoundRow> find_row(const ImportDeps& deps, const db::Import& import, db::ImportRow row) {
    FoundRow found{.row = std::move(row)};
    if (import.kind == "domain_blocks") return found; // Its name is all that is needed.
    const std::string subject = found.row.subject;
    const auto host = host_in(import, subject);
    const bool is_ours = host == deps.instance.handle_host || host == deps.instance.host;
    // The resolver and the client ask this, too; here it spares the look-up and says why.
    if (!is_ours && !deps.peers.may_contact(host)) {
        found.problem = fmt::format("The server {} is not on our list.", host);
        return found;
    }
    const auto note = [&found, &host](const Error& error) -> Result<FoundRow> {
        if (error.kind == Error::Kind::RateLimited) return error;
        // Once: it may have been we who went away.
        found.may_try_again = error.kind == Error::Kind::Unavailable && found.row.problem.empty();
        found.problem = explain(error, host);
        return std::move(found);
    };
    if (import.kind == "bookmarks") {
        const auto status = deps.posts.fetch(subject, import.account);
        if (!status) return note(status.error());
        found.status = status->id;
        return found;
    }
    const auto account = deps.resolver.resolve_handle(subject);
    if (!account) return note(account.error());
    found.account = account->id;
    return found;
}

void queue_next(db::Tx& tx, const db::Import& import, Time at) {
    jobs::enqueue(tx,
                  jobs::Job{.kind = job_kind,
                            .lane = fmt::format("import:{}", to_string(import.account)),
                            .payload = to_string(import.id),
                            .run_at = at});
}

Acting acting_of(const ImportDeps& deps, const db::Import& import) {
    return {.instance = deps.instance,
            .peers = deps.peers,
            .account = import.account,
            .now = deps.clock()};
}

/// What became of a row, for people; "" when all is well. A row that even the database refuses
/// must not stop the others.
std::string apply_one(db::Tx& tx,
                      const Acting& acting,
                      const db::Import& import,
                      const FoundRow& found) {
    if (!found.problem.empty()) return found.problem;
    const std::string impossible = "This is not possible.";
    try {
        const auto applied = tx.nested([&] { return apply_row(tx, acting, import, found); });
        if (applied) return "";
        // What is hidden must look like what does not exist (ATTACKS P04).
        if (applied.error().kind == Error::Kind::NotFound)
            return explain(applied.error(), host_in(import, found.row.subject));
        return applied.error().shown.empty() ? impossible : applied.error().shown;
    } catch (const db::Unavailable&) {
        throw;
    } catch (const std::exception& error) {
        spdlog::warn(
            "outbox: import id={} line={}: {}", to_string(import.id), found.row.line, error.what());
        return impossible;
    }
}

void apply_rows(db::Tx& tx,
                const ImportDeps& deps,
                const db::Import& import,
                const std::vector<FoundRow>& rows) {
    const auto acting = acting_of(deps, import);
    for (const FoundRow& found : rows) {
        const auto problem = apply_one(tx, acting, import, found);
        const auto* const failed = found.may_try_again ? "waiting" : "failed";
        db::imports::set_row(
            tx, import.id, found.row.line, problem.empty() ? "done" : failed, problem);
    }
}

/// One job: the removals first, then a few rows.
Result<jobs::Apply> prepare_import(const ImportDeps& deps, db::ImportId id) {
    std::optional<db::Import> import;
    std::vector<db::ImportRow> waiting;
    {
        db::Tx tx(deps.pool);
        import = db::imports::find(tx, id);
        if (import && import->state == "working")
            waiting = db::imports::list_waiting(tx, id, rows_at_once);
    }
    if (!import || import->state == "preview" || import->state == "done") return jobs::Apply{};
    if (import->state == "removing") {
        return jobs::Apply([&deps, import = *import](db::Tx& tx) {
            if (!remove_excess(tx, acting_of(deps, import), import))
                db::imports::set_state(tx, import.id, "working", std::nullopt);
            queue_next(tx, import, deps.clock() + pause);
        });
    }
    std::vector<FoundRow> rows;
    for (db::ImportRow& row : waiting) {
        auto found = find_row(deps, *import, std::move(row));
        if (!found && rows.empty()) return found.error();
        if (!found) break; // The others have their effect first.
        rows.push_back(std::move(*found));
    }
    return jobs::Apply([&deps, import = *import, rows = std::move(rows)](db::Tx& tx) {
        apply_rows(tx, deps, import, rows);
        if (db::imports::list_waiting(tx, import.id, 1).empty())
            db::imports::set_state(tx, import.id, "done", deps.clock());
        else
            queue_next(tx, import, deps.clock() + pause);
    });
}

} // namespace

Result<Done> confirm_import(db::Tx& tx, AccountId account, db::ImportId id) {
    if (!db::imports::confirm(tx, account, id)) {
        const std::string shown = "Another import is at work. Please wait until it is done.";
        return Error{Error::Kind::Unprocessable, "import: cannot begin", shown};
    }
    jobs::enqueue(tx,
                  jobs::Job{.kind = job_kind,
                            .lane = fmt::format("import:{}", to_string(account)),
                            .payload = to_string(id)});
    return Done{};
}

jobs::Kind import_job(const ImportDeps& deps) {
    const auto prepare = [&deps](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch) {
            const auto id = parse_id(job.payload);
            steps.push_back(prepare_import(deps, db::ImportId{id.value_or(0)}));
        }
        return steps;
    };
    // A budget of look-ups that is spent is waited for, hour after hour.
    return {.name = job_kind, .prepare = prepare, .max_failures = 50};
}

jobs::PeriodicTask forget_imports(const ImportDeps& deps) {
    return {.name = "forget imports",
            .every = std::chrono::hours{6},
            .run = [&deps](const std::stop_token&) {
                db::Tx tx(deps.pool);
                db::imports::remove_older(tx, deps.clock() - import_lifetime);
                tx.commit();
            }};
}

} // namespace outbox
