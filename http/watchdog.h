#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace http {

/// The socket of an outgoing request, held twice: whoever watches it can shut it down at any moment
/// and never hits another one that got its number. Safe from any thread.
class WatchedSocket {
  public:
    WatchedSocket() = default;
    WatchedSocket(const WatchedSocket&) = delete;
    WatchedSocket& operator=(const WatchedSocket&) = delete;
    ~WatchedSocket();

    /// A new connection takes the place of the old one.
    void replace(int socket);
    /// Ends every read and write on it, also a handshake.
    void shut();
    /// Whether shut() was called since the last begin().
    bool is_shut() const;
    void begin();

  private:
    mutable std::mutex mutex_;
    int copy_ = -1;
    bool is_shut_ = false;
};

/// One thread that shuts sockets down when their request's time is over: cpp-httplib has timeouts
/// per read only, and a slow stranger can drip a handshake or headers for ever. Safe from any
/// thread.
class Watchdog {
  public:
    Watchdog();
    ~Watchdog();

    using Clock = std::chrono::steady_clock;

    /// Every request's time is over now, also of those that come.
    void end_all();

    /// Ends the watch when it goes; `socket` outlives it.
    class Watch {
      public:
        Watch(Watchdog& dog, WatchedSocket& socket, Clock::time_point deadline);
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        ~Watch();

      private:
        friend class Watchdog;
        Watchdog& dog_;
        WatchedSocket& socket_;
        std::multimap<Clock::time_point, Watch*>::iterator place_;
    };

  private:
    void run(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::multimap<Clock::time_point, Watch*> watches_;
    bool is_over_ = false;
    std::jthread thread_; ///< Last, so that it ends first.
};

} // namespace http
