#pragma once

#include "actors/keys.h"
#include "base/instance.h"
#include "base/time.h"
#include "db/deliveries.h"
#include "db/peer_health.h"
#include "db/pool.h"
#include "http/client.h"
#include "jobs/wake.h"
#include "moderation/peers.h"
#include "outbox/knock.h"
#include "outbox/outcome.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace outbox {

/// Starts a thread; app/ hands it in, where all threads are made.
using StartThread = std::function<std::jthread(std::function<void(std::stop_token)>)>;

struct DeliveryOptions {
    /// Requests in flight; each has a thread, started when there is work for it. Enough that hosts
    /// which hang hold up nobody else.
    std::size_t senders = 96;
    int per_host = 4;
    /// A host that keeps us waiting for longer than this gets nothing more until it answers.
    std::chrono::milliseconds slow{1'000};
    std::chrono::milliseconds lease{90'000};
    std::chrono::milliseconds poll{1'000}; ///< The longest wait when no notification came.
    federation::Scheme first_scheme = federation::Scheme::Cavage; ///< For hosts not known yet.
};

/// Sends what is in the queue. One thread claims and writes results back, many in one transaction;
/// the senders sign and post.
///
/// At most per_host requests at a time to one host over all processes, one to a host in trouble;
/// what one of ours sends to one inbox arrives in order.
class Delivery {
  public:
    struct Deps {
        db::Pool& pool;
        http::Client& client; ///< The peer client.
        const Instance& instance;
        actors::KeyRing& keys;
        moderation::Peers& peers;
        jobs::Wake& wake; ///< Woken by staffroom_deliveries.
        StartThread start_thread{};
        Clock clock = system_now;
    };
    Delivery(Deps deps, DeliveryOptions options = {});
    ~Delivery();
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    /// Until stopped; then what is in flight is waited for, and the rest is left to others. A
    /// database that is away is waited for. Called by one thread.
    void run(const std::stop_token& stop);

  private:
    struct Task {
        db::Delivery delivery{};
        std::shared_ptr<const std::string> body{}; ///< Shared by all deliveries of one activity.
        std::shared_ptr<const actors::SigningKey> key{}; ///< Likewise.
        std::string followers_sync{};
    };
    struct Sent {
        db::Delivery delivery{};
        Knocked knocked{};
    };
    struct InFlight {
        int count = 0;
        std::chrono::steady_clock::time_point since{};
    };

    /// Writes what came back, claims more and hands it out. False when there was nothing to do.
    bool cycle();
    db::deliveries::Claim next_claim();
    std::vector<Task> prepare(db::Tx& tx, std::vector<db::Delivery> claimed);
    void write(db::Tx& tx, const std::vector<Sent>& sent);
    void write_health(db::Tx& tx, const std::vector<Sent>& sent);
    void hand_out(std::vector<Task> tasks);
    void give_back();

    void send_until(const std::stop_token& stop);
    Sent send(const Task& task);

    Deps deps_;
    DeliveryOptions options_;

    std::mutex mutex_; ///< For all below.
    std::condition_variable_any work_;
    std::deque<Task> queue_;
    std::vector<Sent> sent_;                    ///< Not yet written.
    std::map<std::string, InFlight> in_flight_; ///< By host.
    std::size_t busy_ = 0;                      ///< Senders that hold a task.
    std::vector<std::jthread> senders_;
};

} // namespace outbox
