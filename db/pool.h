#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace db {

struct Connection;

/// The database cannot be reached, or every connection stayed busy until the deadline. Thrown,
/// since only the machine can cause it; the HTTP server answers 503, workers try again.
struct Unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct PoolOptions {
    std::string url;                                     ///< A libpq connection string or URL.
    int size = 8;                                        ///< At most; made when first needed.
    std::chrono::milliseconds wait{5'000};               ///< How long take() waits for a free one.
    std::chrono::milliseconds statement_timeout{15'000}; ///< PostgreSQL ends longer statements.
};

/// A bounded number of database connections. Safe from any thread.
/// A broken connection is thrown away and replaced by the next take(), so that the server comes
/// back by itself when the database does.
class Pool {
  public:
    explicit Pool(PoolOptions options);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// Throws Unavailable.
    std::unique_ptr<Connection> take();
    void give_back(std::unique_ptr<Connection> connection) noexcept;

    const PoolOptions& options() const { return options_; }

  private:
    PoolOptions options_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<std::unique_ptr<Connection>> idle_;
    int made_ = 0;
};

} // namespace db
