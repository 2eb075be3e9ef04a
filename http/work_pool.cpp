#include "http/work_pool.h"

#include <utility>

namespace http {

WorkPool::WorkPool(std::size_t threads, std::size_t max_queued) : max_queued_(max_queued) {
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }
}

WorkPool::~WorkPool() {
    for (auto& thread : threads_)
        thread.request_stop();
    threads_.clear();
}

bool WorkPool::submit(std::function<void()> work) {
    {
        std::lock_guard lock(mutex_);
        if (queue_.size() >= max_queued_) return false;
        queue_.push_back(std::move(work));
    }
    has_work_.notify_one();
    return true;
}

void WorkPool::run(const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!has_work_.wait(lock, stop, [&] { return !queue_.empty(); })) return;
        if (stop.stop_requested()) return;
        const auto work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
    }
}

} // namespace http
