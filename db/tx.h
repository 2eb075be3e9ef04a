#pragma once

#include "db/pool.h"

#include <memory>
#include <utility>

namespace db {

/// Whether commit() waits for the disk. Lazy is for what may be lost in a crash: claims, counters,
/// the time of last use. PerStatement opens no transaction: every statement stands for itself,
/// which spares the two round trips of BEGIN and COMMIT where one thing is looked up.
enum class Durability { Durable, Lazy, PerStatement };

/// One transaction. Rolls back unless commit() was called. Used by one thread at a time.
///
/// Code outside db/ opens it, passes it on and commits it. Running SQL needs
/// db/query.h, which only db/ includes.
class Tx {
  public:
    explicit Tx(Pool& pool, Durability durability = Durability::Durable);
    ~Tx();
    Tx(const Tx&) = delete;
    Tx& operator=(const Tx&) = delete;

    /// Throws Unavailable when the connection broke; whether the transaction was committed is then
    /// unknown, so whoever opened it must be able to run it twice.
    void commit();

    /// Runs `part` inside a SAVEPOINT: when it throws, its effects are undone, the transaction goes
    /// on, and the exception is passed on.
    template <typename F>
    auto nested(F&& part) {
        savepoint();
        try {
            auto result = std::forward<F>(part)();
            release_savepoint();
            return result;
        } catch (const Unavailable&) {
            throw; // The connection is gone, and the savepoint with it.
        } catch (...) {
            rollback_to_savepoint();
            throw;
        }
    }

    struct Work;
    Work& work() { return *work_; }

  private:
    void savepoint();
    void release_savepoint();
    void rollback_to_savepoint();

    Pool& pool_;
    std::unique_ptr<Connection> connection_;
    std::unique_ptr<Work> work_;
};

} // namespace db
