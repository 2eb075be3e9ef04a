#include "http/watchdog.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace http {

WatchedSocket::~WatchedSocket() {
    if (copy_ >= 0) ::close(copy_);
}

void WatchedSocket::replace(int socket) {
    const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    const std::lock_guard lock(mutex_);
    if (copy_ >= 0) ::close(copy_);
    copy_ = copy;
}

void WatchedSocket::shut() {
    const std::lock_guard lock(mutex_);
    is_shut_ = true;
    if (copy_ >= 0) ::shutdown(copy_, SHUT_RDWR);
}

bool WatchedSocket::is_shut() const {
    const std::lock_guard lock(mutex_);
    return is_shut_;
}

void WatchedSocket::begin() {
    const std::lock_guard lock(mutex_);
    is_shut_ = false;
}

Watchdog::Watchdog() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

Watchdog::~Watchdog() = default;

Watchdog::Watch::Watch(Watchdog& dog, WatchedSocket& socket, Clock::time_point deadline)
    : dog_(dog), socket_(socket) {
    const std::lock_guard lock(dog_.mutex_);
    place_ = dog_.watches_.emplace(dog_.is_over_ ? Clock::now() : deadline, this);
    if (place_ == dog_.watches_.begin()) dog_.changed_.notify_one();
}

Watchdog::Watch::~Watch() {
    const std::lock_guard lock(dog_.mutex_);
    dog_.watches_.erase(place_);
}

void Watchdog::end_all() {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    std::multimap<Clock::time_point, Watch*> ended;
    for (const auto& entry : watches_)
        entry.second->place_ = ended.emplace(Clock::now(), entry.second);
    watches_ = std::move(ended);
    changed_.notify_one();
}

// What is late stays in the list, moved on a little: a connection made after the first shutdown
// falls to the next. shutdown() does not wait, so the lock may be held.
void Watchdog::run(const std::stop_token& stop) {
    constexpr auto again = std::chrono::milliseconds(200);
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (watches_.empty()) {
            changed_.wait(lock, stop, [&] { return !watches_.empty(); });
            continue;
        }
        const auto [deadline, watch] = *watches_.begin();
        const auto now = Clock::now();
        if (deadline > now) {
            changed_.wait_until(lock, stop, deadline, [&, until = deadline] {
                return watches_.empty() || watches_.begin()->first < until;
            });
            continue;
        }
        watch->socket_.shut();
        watches_.erase(watch->place_);
        watch->place_ = watches_.emplace(now + again, watch);
    }
}

} // namespace http
