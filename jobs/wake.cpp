#include "jobs/wake.h"

namespace jobs {

void Wake::all() {
    {
        const std::lock_guard lock(mutex_);
        ++count_;
    }
    woken_.notify_all();
}

Wake::Count Wake::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

Wake::Count Wake::wait(const std::stop_token& stop, Count seen, std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, most, [&] { return count_ != seen; });
    return count_;
}

} // namespace jobs
