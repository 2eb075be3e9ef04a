#pragma once

#include "db/events.h"
#include "db/tx.h"

#include <pqxx/pqxx>

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace db {

/// A connection with the statements that were prepared on it.
struct Connection {
    explicit Connection(const std::string& url) : pqxx(url) {}
    pqxx::connection pqxx;
    std::unordered_set<const char*> prepared;
    bool broken = false;
};

struct Tx::Work {
    Work(Connection& connection_of, Durability durability)
        : connection(connection_of), owned(begin(connection_of.pqxx, durability)), pqxx(*owned) {}
    Connection& connection;
    std::unique_ptr<pqxx::transaction_base> owned;
    pqxx::transaction_base& pqxx;
    std::vector<Event> events{};           ///< Told after the commit.
    std::vector<std::size_t> savepoints{}; ///< How many events there were at each.

  private:
    static std::unique_ptr<pqxx::transaction_base> begin(pqxx::connection& on,
                                                         Durability durability) {
        if (durability == Durability::PerStatement) {
            return std::make_unique<pqxx::nontransaction>(on);
        }
        return std::make_unique<pqxx::work>(on);
    }
};

} // namespace db
