#include "http/lookups.h"

namespace http {

Lookups::~Lookups() {
    std::vector<std::jthread> threads;
    {
        const std::lock_guard lock(mutex_);
        queue_.clear();
        threads.swap(threads_);
    }
    for (auto& thread : threads)
        thread.request_stop();
}

Result<std::vector<Address>> Lookups::find(const std::string& host) {
    auto task = std::make_shared<Task>();
    task->host = host;
    task->deadline = SteadyClock::now() + longest_;
    std::unique_lock lock(mutex_);
    queue_.push_back(task);
    if (idle_ < queue_.size() && threads_.size() < most_threads_) {
        threads_.emplace_back([this](const std::stop_token& stop) { look_up(stop); });
    }
    asked_.notify_one();
    if (answered_.wait_until(lock, task->deadline, [&] { return task->is_done; })) {
        return std::move(task->answer);
    }
    std::erase(queue_, task); // Nobody has begun with it.
    return Error{Error::Kind::Unavailable, "look-up: no answer in time"};
}

void Lookups::look_up(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        const bool has_work = asked_.wait(lock, stop, [this] { return !queue_.empty(); });
        --idle_;
        if (!has_work || stop.stop_requested()) return;
        const auto task = queue_.front();
        queue_.pop_front();
        lock.unlock();
        auto answer = resolve_(task->host);
        lock.lock();
        task->answer = std::move(answer);
        task->is_done = true;
        answered_.notify_all();
    }
}

} // namespace http
