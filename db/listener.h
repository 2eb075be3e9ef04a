#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

namespace db {

/// The one connection of a process that LISTENs. It has a URL of its own, since a pooler in between
/// may not pass notifications on. It also says to other processes that this one lives
/// (db/leases.h).
class Listener {
  public:
    using Heard = std::function<void(std::string_view payload)>;

    explicit Listener(std::string url) : url_(std::move(url)) {}

    /// Before run(). `heard` must be quick; it is called on run()'s thread, and once with "" after
    /// each (re)connection, since what was said meanwhile is lost. `channel` is a constant of ours.
    void on(const std::string& channel, Heard heard) { channels_[channel] = std::move(heard); }

    /// Listens until stopped; connects again when the database went away.
    void run(const std::stop_token& stop);

  private:
    void listen(const std::stop_token& stop);

    std::string url_;
    std::map<std::string, Heard> channels_;
};

} // namespace db
