#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace http {

/// Threads that run what is handed to them; the queue is bounded. Safe from any thread.
class WorkPool {
  public:
    WorkPool(std::size_t threads, std::size_t max_queued);
    /// Finishes what runs; what waits is dropped.
    ~WorkPool();

    /// False when the queue is full; then `work` is not run. Must not throw when run.
    bool submit(std::function<void()> work);

  private:
    void run(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable_any has_work_;
    std::deque<std::function<void()>> queue_;
    std::size_t max_queued_;
    std::vector<std::jthread> threads_;
};

} // namespace http
