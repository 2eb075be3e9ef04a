#include "db/tx.h"

#include "db/connection.h"

#include <spdlog/spdlog.h>

namespace db {

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
}

void Tx::savepoint() {
    work_->pqxx.exec("SAVEPOINT nested");
}
void Tx::release_savepoint() {
    work_->pqxx.exec("RELEASE SAVEPOINT nested");
}
void Tx::rollback_to_savepoint() {
    work_->pqxx.exec("ROLLBACK TO SAVEPOINT nested");
}

} // namespace db
