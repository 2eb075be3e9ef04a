#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace http {

/// Idle connections by host, bounded in number and time; the least lately used go first.
/// Connections are closed outside of the lock. Safe from any thread.
template <typename Connection>
class ConnectionPool {
  public:
    using Clock = std::chrono::steady_clock;

    ConnectionPool(std::size_t max_idle, std::size_t max_per_host, Clock::duration idle_time)
        : max_idle_(max_idle), max_per_host_(max_per_host), idle_time_(idle_time) {}

    /// An idle connection to `host`, or nothing.
    std::unique_ptr<Connection> take(const std::string& host) {
        std::vector<std::unique_ptr<Connection>> closing;
        const std::lock_guard lock(mutex_);
        drop_old(closing);
        const auto found = by_host_.find(host);
        if (found == by_host_.end()) return nullptr;
        const auto place = found->second.back();
        found->second.pop_back();
        if (found->second.empty()) by_host_.erase(found);
        auto connection = std::move(place->connection);
        idle_.erase(place);
        return connection;
    }

    void put(const std::string& host, std::unique_ptr<Connection> connection) {
        std::vector<std::unique_ptr<Connection>> closing;
        const std::lock_guard lock(mutex_);
        auto& places = by_host_[host];
        if (places.size() >= max_per_host_) {
            closing.push_back(std::move(connection));
            return;
        }
        idle_.push_back({host, std::move(connection), Clock::now()});
        places.push_back(std::prev(idle_.end()));
        drop_old(closing);
    }

  private:
    struct Idle {
        std::string host;
        std::unique_ptr<Connection> connection;
        typename Clock::time_point since;
    };
    using Place = typename std::list<Idle>::iterator;

    void drop_old(std::vector<std::unique_ptr<Connection>>& closing) {
        const auto oldest = Clock::now() - idle_time_;
        while (!idle_.empty() && (idle_.size() > max_idle_ || idle_.front().since < oldest)) {
            auto& idle = idle_.front();
            const auto found = by_host_.find(idle.host);
            std::erase(found->second, idle_.begin());
            if (found->second.empty()) by_host_.erase(found);
            closing.push_back(std::move(idle.connection));
            idle_.pop_front();
        }
    }

    const std::size_t max_idle_;
    const std::size_t max_per_host_;
    const Clock::duration idle_time_;
    std::mutex mutex_;
    std::list<Idle> idle_; ///< Longest idle first.
    std::unordered_map<std::string, std::vector<Place>> by_host_;
};

} // namespace http
