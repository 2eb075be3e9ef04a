#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace app {

/// The PostgreSQL that an instance without database.url runs for itself, under <data_dir>/postgres.
///
/// It listens on a Unix socket only, in a short folder of mode 0700 (a socket's path may have 107
/// bytes). Our process as root runs it as the user `staffroom`, since PostgreSQL refuses root.
/// A postmaster that outlived us (after kill -9) is found by its pid file and used again. Several
/// processes may use one data directory: the first one (holder of a file lock) starts, watches and
/// stops it.
class PrivatePostgres {
  public:
    /// Makes the cluster on the first start, starts it unless it runs, waits until it answers.
    /// Throws std::runtime_error with what to do about it.
    explicit PrivatePostgres(const std::string& data_dir);
    /// Stops it, if this process is the one that manages it.
    ~PrivatePostgres();
    PrivatePostgres(const PrivatePostgres&) = delete;
    PrivatePostgres& operator=(const PrivatePostgres&) = delete;

    /// What to connect to.
    const std::string& url() const { return url_; }
    /// Starts it again when it is gone (killed, crashed), until a stop is requested. Also takes
    /// over from a manager that ended. One thread of app/.
    void watch(const std::stop_token& stop, std::chrono::milliseconds interval);

  private:
    void make_cluster();
    void start();
    bool runs() const;
    bool become_manager();

    std::string data_dir_; ///< <data_dir>/postgres, absolute.
    std::string socket_dir_;
    std::string user_; ///< Whom it runs as: "" for ourselves.
    std::string url_;
    int lock_ = -1; ///< Of <data_dir>/postgres.lock; -1 while another process manages.
};

/// The newest folder of PostgreSQL's programs (initdb, pg_ctl, pg_dump); "" when none is installed.
std::string postgres_programs();

} // namespace app
