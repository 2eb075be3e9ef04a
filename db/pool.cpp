#include "db/pool.h"

#include "db/connection.h"

#include <fmt/format.h>

namespace db {
namespace {

std::unique_ptr<Connection> connect(const PoolOptions& options) {
    try {
        auto connection = std::make_unique<Connection>(options.url);
#if PQXX_VERSION_MAJOR < 7
        // libpqxx 6 would reconnect silently and lose the settings below. (Deprecated there because
        // libpqxx 7 never reconnects.)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        connection->pqxx.inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
        // Times are read and written as UTC text; see query.cpp. Plans of prepared statements are
        // kept, so they must not depend on how full a table was when they were made: a queue is
        // empty then and has 10,000 rows in the next minute. Every statement has its index.
        pqxx::nontransaction set_up(connection->pqxx);
        set_up.exec(fmt::format("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; "
                                "SET client_min_messages = warning; SET statement_timeout = {}; "
                                "SET idle_in_transaction_session_timeout = '60s'; SET jit = off; "
                                "SET enable_seqscan = off; SET random_page_cost = 1.1; "
                                "SET plan_cache_mode = force_generic_plan",
                                options.statement_timeout.count()));
        return connection;
    } catch (const pqxx::failure& error) {
        throw Unavailable(error.what());
    }
}

} // namespace

Pool::Pool(PoolOptions options) : options_(std::move(options)) {}
Pool::~Pool() = default;

std::unique_ptr<Connection> Pool::take() {
    {
        std::unique_lock lock(mutex_);
        const bool free = freed_.wait_for(
            lock, options_.wait, [this] { return !idle_.empty() || made_ < options_.size; });
        if (!free) throw Unavailable("no database connection became free in time");
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
        ++made_;
    }
    // Connecting is I/O, so it happens outside the lock; the place is already counted.
    try {
        return connect(options_);
    } catch (...) {
        const std::lock_guard lock(mutex_);
        --made_;
        freed_.notify_one();
        throw;
    }
}

void Pool::give_back(std::unique_ptr<Connection> connection) noexcept {
    const std::lock_guard lock(mutex_);
    if (connection->broken) {
        // The database restarted: its idle connections are most likely gone too.
        made_ -= 1 + static_cast<int>(idle_.size());
        idle_.clear();
        freed_.notify_all();
        return;
    }
    idle_.push_back(std::move(connection));
    freed_.notify_one();
}

} // namespace db
