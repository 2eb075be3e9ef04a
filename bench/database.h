#pragma once

#include <memory>
#include <string>
#include <vector>

struct pg_conn;

namespace bench {

/// A connection to the instance's PostgreSQL: to fill tables that would take hours to fill over
/// HTTP, and to count rows. The load itself never goes this way.
class Database {
  public:
    explicit Database(const std::string& url);

    /// Runs one statement; the first value of its first row, or "". Throws std::runtime_error.
    std::string run(const std::string& sql, const std::vector<std::string>& values = {});
    double number(const std::string& sql, const std::vector<std::string>& values = {});

  private:
    struct Close {
        void operator()(pg_conn* connection) const;
    };
    std::unique_ptr<pg_conn, Close> connection_;
};

} // namespace bench
