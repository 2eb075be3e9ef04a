#include "db/migrate.h"

#include "base/embedded.h"
#include "db/connection.h"
#include "db/query.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace db {
namespace {

// Any number that no other program of this database uses as an advisory lock.
constexpr auto take_lock = "SELECT pg_advisory_xact_lock(6027341)";

constexpr auto create_table = R"sql(
    CREATE TABLE IF NOT EXISTS migrations (
        name   text PRIMARY KEY,
        run_at timestamptz NOT NULL DEFAULT now()
    )
)sql";

constexpr auto select_names = "SELECT name FROM migrations ORDER BY name";

constexpr auto insert_name = "INSERT INTO migrations (name) VALUES ($1)";

std::vector<std::string> names_in_database(Tx& tx) {
    std::vector<std::string> names;
    for (const auto& row : exec(tx, select_names))
        names.push_back(Columns(row).text());
    return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

std::vector<std::string> migrate(Pool& pool) {
    std::vector<std::string> run_now;
    // Index creation on a large table may take longer than a statement of daily work.
    PoolOptions patient = pool.options();
    patient.size = 1;
    patient.statement_timeout = std::chrono::milliseconds{0};
    Pool own(patient);
    for (const Embedded& file : migrations()) {
        Tx tx(own);
        exec(tx, take_lock);
        exec(tx, create_table);
        const auto present = names_in_database(tx);
        for (const auto& name : present) {
            const auto files = migrations();
            const bool known =
                std::any_of(files.begin(), files.end(), [&](const Embedded& own_file) {
                    return own_file.name == name;
                });
            if (!known) {
                throw std::runtime_error(fmt::format("the database was made by a newer program: it "
                                                     "has {}, which this one does not know",
                                                     name));
            }
        }
        if (contains(present, file.name)) continue;
        tx.work().pqxx.exec(std::string(file.text));
        exec(tx, insert_name, file.name);
        tx.commit();
        spdlog::info("db: migrated name={}", file.name);
        run_now.emplace_back(file.name);
    }
    return run_now;
}

int missing_migrations(Pool& pool) {
    Tx tx(pool);
    exec(tx, create_table);
    const auto present = names_in_database(tx);
    const auto files = migrations();
    return static_cast<int>(std::count_if(files.begin(), files.end(), [&](const Embedded& file) {
        return !contains(present, file.name);
    }));
}

} // namespace db
