#pragma once

#include "db/tx.h"

#include <pqxx/pqxx>

#include <string>
#include <unordered_set>

namespace db {

/// A connection with the statements that were prepared on it.
struct Connection {
    explicit Connection(const std::string& url) : pqxx(url) {}
    pqxx::connection pqxx;
    std::unordered_set<const char*> prepared;
    bool broken = false;
};

struct Tx::Work {
    explicit Work(Connection& connection_of)
        : connection(connection_of), pqxx(connection_of.pqxx) {}
    Connection& connection;
    pqxx::work pqxx;
};

} // namespace db
