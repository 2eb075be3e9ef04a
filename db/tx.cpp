#include "db/tx.h"

#include "db/connection.h"

#include <spdlog/spdlog.h>

namespace db {

// What was written stands by now, so nothing that happens here may look like a failure of it.
static void tell(Connection& connection, const std::vector<std::string>& payloads) {
    try {
        pqxx::nontransaction work(connection.pqxx);
        for (const auto& payload : payloads)
            work.exec_params("SELECT pg_notify($1, $2)", events::channel, payload);
    } catch (const std::exception& error) {
        connection.broken = true;
        spdlog::debug("db: events are not told: {}", error.what());
    }
}

Tx::Tx(Pool& pool, Durability durability) : pool_(pool) {
    // A pooled connection may have died since it was last used (PostgreSQL was restarted): one
    // fresh connection is tried before giving up.
    for (int attempt = 0;; ++attempt) {
        connection_ = pool_.take();
        try {
            work_ = std::make_unique<Work>(*connection_, durability);
            if (durability == Durability::Lazy) {
                work_->pqxx.exec("SET LOCAL synchronous_commit = off");
            }
            return;
        } catch (const pqxx::failure& error) {
            work_.reset();
            connection_->broken = true;
            pool_.give_back(std::move(connection_));
            if (attempt == 1) throw Unavailable(error.what());
        }
    }
}

Tx::~Tx() {
    work_.reset(); // Rolls back unless committed; libpqxx's destructors do not throw.
    if (!connection_->pqxx.is_open()) connection_->broken = true;
    pool_.give_back(std::move(connection_));
}

void Tx::commit() {
    try {
        work_->pqxx.commit();
    } catch (const pqxx::broken_connection& error) {
        connection_->broken = true;
        throw Unavailable(error.what());
    } catch (const pqxx::in_doubt_error& error) {
        connection_->broken = true;
        throw Unavailable(error.what());
    }
    if (work_->events.empty()) return;
    const auto payloads = events::render(work_->events);
    work_.reset(); // A connection has one transaction at a time.
    tell(*connection_, payloads);
}

void Tx::savepoint() {
    work_->pqxx.exec("SAVEPOINT nested");
    work_->savepoints.push_back(work_->events.size());
}
void Tx::release_savepoint() {
    work_->pqxx.exec("RELEASE SAVEPOINT nested");
    work_->savepoints.pop_back();
}
void Tx::rollback_to_savepoint() {
    work_->pqxx.exec("ROLLBACK TO SAVEPOINT nested");
    work_->events.resize(work_->savepoints.back());
    work_->savepoints.pop_back();
}

} // namespace db
