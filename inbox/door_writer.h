#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/tx.h"
#include "jobs/wake.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace inbox {

/// What a handler at the door hands over.
struct DoorEntry {
    std::string seen_key{}; ///< Hex; an entry whose key was seen before is answered and forgotten.
    std::string lane{};     ///< The sender.
    std::string host{};     ///< Of the verified signer: it is alive.
    std::string payload{};
};

/// Writes what the door took, for all handler threads in one: an INSERT and a COMMIT per batch, as
/// commits are the scarce thing. A batch is what gathered while the last one was written, and at
/// most 2 ms more.
class DoorWriter {
  public:
    DoorWriter(db::Pool& pool, jobs::Wake& wake, Clock clock = system_now);

    /// Returns after the commit, so that 202 may be said. Errors: Unavailable (the database is
    /// away, or the server stops): nothing is known to be stored, the peer must try again.
    Result<Done> submit(DoorEntry entry);

    /// Until stopped; what waits then is refused. One thread.
    void run(const std::stop_token& stop);

  private:
    enum class Outcome { Waiting, Stored, Failed };
    struct Waiting {
        DoorEntry entry;
        Outcome outcome = Outcome::Waiting;
    };
    // Shared: the handler and the writer both hold it, and either may end first.
    using Slot = std::shared_ptr<Waiting>;

    std::vector<Slot> gather(const std::stop_token& stop);
    bool write(const std::vector<Slot>& batch);
    void note_hosts(db::Tx& tx, const std::vector<Slot>& batch, Time now);
    void settle(const std::vector<Slot>& batch, Outcome outcome);

    db::Pool& pool_;
    jobs::Wake& wake_;
    Clock clock_;
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::condition_variable written_;
    std::vector<Slot> waiting_;
    bool is_open_ = true;
    // Of the writer's thread alone:
    std::size_t last_batch_ = 0;
    std::unordered_map<std::string, Time> noted_hosts_;
    Time notified_at_{};
};

} // namespace inbox
