#include "outbox/delivery.h"

#include "db/accounts.h"
#include "db/follower_inboxes.h"
#include "db/follows.h"
#include "federation/followers_sync.h"
#include "federation/uris.h"
#include "jobs/worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>
#include <unordered_map>

namespace outbox {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// How many tasks wait beyond those that senders hold, so that nobody waits for the next claim.
constexpr std::size_t ahead = 64;
// Below this many more are claimed; claims of a few would cost as much as large ones.
constexpr std::size_t low_water = 32;
// While answers come in they are gathered for so long: one transaction writes many.
constexpr milliseconds gathering{4};

double random_fraction() {
    thread_local std::minstd_rand engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

std::string_view name_of(federation::Scheme scheme) {
    return scheme == federation::Scheme::Cavage ? "cavage" : "rfc9421";
}

federation::Scheme first_scheme(const db::Delivery& delivery, federation::Scheme otherwise) {
    if (delivery.scheme == "cavage") return federation::Scheme::Cavage;
    if (delivery.scheme == "rfc9421") return federation::Scheme::Rfc9421;
    return otherwise;
}

using Bodies = std::unordered_map<std::int64_t, std::shared_ptr<const std::string>>;
using Keys = std::unordered_map<AccountId, std::shared_ptr<const actors::SigningKey>>;

/// One copy of each body, however many inboxes it goes to.
Bodies load_bodies(db::Tx& tx, const std::vector<db::Delivery>& claimed) {
    Bodies bodies;
    for (const db::Delivery& delivery : claimed) {
        auto& body = bodies[delivery.body];
        if (body) continue;
        body = std::make_shared<const std::string>(db::deliveries::find_body(tx, delivery.body));
    }
    return bodies;
}

/// nullptr for who has no key any more.
Keys load_keys(db::Tx& tx, actors::KeyRing& ring, const std::vector<db::Delivery>& claimed) {
    Keys keys;
    for (const db::Delivery& delivery : claimed) {
        if (keys.contains(delivery.signer)) continue;
        auto key = ring.signing_key(tx, delivery.signer);
        keys[delivery.signer] =
            key ? std::make_shared<const actors::SigningKey>(std::move(*key)) : nullptr;
    }
    return keys;
}

/// A sender whose followers' digests go along (FEP-8fcf), for all hosts of a batch at once.
struct Following {
    db::Account sender{};
    std::unordered_map<std::string, std::string> digest_by_host{};
};

std::unordered_map<AccountId, Following> load_followings(db::Tx& tx,
                                                         const std::vector<db::Delivery>& claimed) {
    std::unordered_map<AccountId, std::vector<std::string>> hosts;
    for (const db::Delivery& delivery : claimed) {
        if (delivery.sync_followers) hosts[delivery.signer].push_back(delivery.inbox.host);
    }
    std::unordered_map<AccountId, Following> followings;
    for (const auto& [id, names] : hosts) {
        auto sender = db::accounts::find(tx, id);
        if (!sender) continue;
        Following following{.sender = std::move(*sender)};
        for (auto& [host, digest] : db::follower_inboxes::digests(tx, id, names))
            following.digest_by_host.emplace(host, std::move(digest));
        followings.emplace(id, std::move(following));
    }
    return followings;
}

/// The value of Collection-Synchronization for one inbox (FEP-8fcf).
std::string followers_sync_of(const Following& following, const db::Inbox& inbox) {
    const auto known = following.digest_by_host.find(inbox.host);
    return federation::format_followers_sync(
        {.collection_id = following.sender.followers_uri,
         .url = federation::followers_synchronization_uri(following.sender.uri),
         .digest = known != following.digest_by_host.end() ? known->second
                                                           : federation::followers_digest({}, "")});
}

/// The inbox is gone, and its owner with it: nobody is there to follow any more.
void forget_owners(db::Tx& tx, const db::Inbox& inbox) {
    for (const AccountId owner : db::deliveries::find_owners(tx, inbox))
        db::follows::remove_all_of(tx, owner);
    db::deliveries::remove_for_inbox(tx, inbox.uri);
}

} // namespace

Delivery::Delivery(Deps deps, DeliveryOptions options)
    : deps_(std::move(deps)), options_(options) {}

Delivery::~Delivery() = default;

void Delivery::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto seen = deps_.wake.count();
        bool did_something = false;
        try {
            did_something = cycle();
        } catch (const std::exception& error) {
            // The database is away; what was sent stays in sent_ and is written when it is back.
            spdlog::warn("outbox: cannot deliver: {}", error.what());
            deps_.wake.wait(stop, deps_.wake.count(), options_.poll);
            continue;
        }
        if (did_something)
            std::this_thread::sleep_for(gathering);
        else
            deps_.wake.wait(stop, seen, options_.poll);
    }
    std::vector<std::jthread> senders;
    {
        const std::lock_guard lock(mutex_);
        senders.swap(senders_);
    }
    for (auto& sender : senders)
        sender.request_stop();
    senders.clear(); // Joins: each ends with the request that it is in.
    give_back();
}

bool Delivery::cycle() {
    std::vector<Sent> sent;
    {
        const std::lock_guard lock(mutex_);
        sent = sent_;
    }
    const auto claim = next_claim();
    // A crash that forgets this sends something twice; peers know an id that they have seen.
    db::Tx tx(deps_.pool, db::Durability::Lazy);
    if (claim.most > 0 || !sent.empty()) db::deliveries::lock_claims(tx);
    write(tx, sent);
    std::vector<Task> tasks;
    if (claim.most > 0) tasks = prepare(tx, db::deliveries::claim(tx, claim));
    tx.commit();
    const bool did_something = !sent.empty() || !tasks.empty();
    {
        const std::lock_guard lock(mutex_);
        sent_.erase(sent_.begin(), sent_.begin() + static_cast<std::ptrdiff_t>(sent.size()));
    }
    hand_out(std::move(tasks));
    return did_something;
}

db::deliveries::Claim Delivery::next_claim() {
    db::deliveries::Claim claim{.most = 0, .per_host = options_.per_host, .lease = options_.lease};
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= low_water) return claim;
    const auto room = options_.senders + ahead - busy_ - queue_.size();
    claim.most = static_cast<int>(room);
    const auto now = SteadyClock::now();
    for (const auto& [host, in_flight] : in_flight_) {
        if (now - in_flight.since > options_.slow) claim.except.push_back(host);
    }
    return claim;
}

std::vector<Delivery::Task> Delivery::prepare(db::Tx& tx, std::vector<db::Delivery> claimed) {
    const auto bodies = load_bodies(tx, claimed);
    const auto keys = load_keys(tx, deps_.keys, claimed);
    const auto followings = load_followings(tx, claimed);
    std::vector<Task> tasks;
    for (db::Delivery& delivery : claimed) {
        Task task{.body = bodies.at(delivery.body), .key = keys.at(delivery.signer)};
        const auto following = followings.find(delivery.signer);
        if (delivery.sync_followers && following != followings.end()) {
            task.followers_sync = followers_sync_of(following->second, delivery.inbox);
        }
        task.delivery = std::move(delivery);
        tasks.push_back(std::move(task));
    }
    return tasks;
}

void Delivery::hand_out(std::vector<Task> tasks) {
    if (tasks.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        for (Task& task : tasks)
            queue_.push_back(std::move(task));
        while (senders_.size() < options_.senders && senders_.size() - busy_ < queue_.size()) {
            senders_.push_back(
                deps_.start_thread([this](const std::stop_token& stop) { send_until(stop); }));
        }
    }
    work_.notify_all();
}

void Delivery::send_until(const std::stop_token& stop) {
    for (;;) {
        Task task;
        {
            std::unique_lock lock(mutex_);
            const bool has_work = work_.wait(lock, stop, [this] { return !queue_.empty(); });
            if (!has_work || stop.stop_requested()) return;
            task = std::move(queue_.front());
            queue_.pop_front();
            ++busy_;
            auto& in_flight = in_flight_[task.delivery.inbox.host];
            if (in_flight.count++ == 0) in_flight.since = SteadyClock::now();
        }
        Sent sent = send(task);
        {
            const std::lock_guard lock(mutex_);
            --busy_;
            const auto in_flight = in_flight_.find(task.delivery.inbox.host);
            if (--in_flight->second.count == 0)
                in_flight_.erase(in_flight);
            else
                in_flight->second.since = SteadyClock::now();
            sent_.push_back(std::move(sent));
        }
        deps_.wake.all();
    }
}

Delivery::Sent Delivery::send(const Task& task) {
    const db::Delivery& delivery = task.delivery;
    Sent sent{.delivery = delivery};
    const auto begin = SteadyClock::now();
    try {
        // Its account is gone, its host was taken off the list since the delivery was queued, or
        // the process died with it again and again.
        const bool kills_us = delivery.interruptions >= jobs::max_interruptions;
        if (!task.key || task.body->empty() || kills_us ||
            !deps_.peers.may_contact(delivery.inbox.host)) {
            sent.knocked.refused = true;
            return sent;
        }
        const Letter letter{.inbox = delivery.inbox.uri,
                            .body = *task.body,
                            .signer = *task.key,
                            .followers_sync = task.followers_sync};
        sent.knocked =
            knock(deps_.client, letter, first_scheme(delivery, options_.first_scheme), deps_.clock);
    } catch (const std::exception& error) {
        sent.knocked = {.error = error.what()};
    }
    spdlog::debug("outbox: delivered id={} host={} status={} attempt={} ms={} {}",
                  delivery.id,
                  delivery.inbox.host,
                  sent.knocked.status,
                  delivery.failures + 1,
                  std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begin).count(),
                  sent.knocked.error);
    return sent;
}

void Delivery::write(db::Tx& tx, const std::vector<Sent>& sent) {
    if (sent.empty()) return;
    const Time now = deps_.clock();
    std::vector<db::Delivery> finished;
    std::vector<db::Retry> retries;
    for (const auto& [delivery, knocked] : sent) {
        const auto decision = decide(knocked.status, delivery.failures + 1, knocked.retry_after);
        if (knocked.refused || decision.outcome != Outcome::TryAgain) {
            finished.push_back(delivery);
            if (!knocked.refused && decision.outcome == Outcome::Gone) {
                forget_owners(tx, delivery.inbox);
            }
            continue;
        }
        const auto wait = decision.wait.count() > 0
                              ? decision.wait
                              : delivery_backoff(delivery.failures + 1, random_fraction());
        retries.push_back({.delivery = delivery, .run_at = now + wait, .failed = true});
    }
    if (!finished.empty()) db::deliveries::finish(tx, finished);
    if (!retries.empty()) db::deliveries::put_back(tx, retries);
    write_health(tx, sent);
}

void Delivery::write_health(db::Tx& tx, const std::vector<Sent>& sent) {
    const Time now = deps_.clock();
    std::vector<std::string> failures;
    std::vector<db::peer_health::Success> successes;
    for (const auto& [delivery, knocked] : sent) {
        if (knocked.refused) continue;
        const auto decision = decide(knocked.status, delivery.failures + 1, std::nullopt);
        if (decision.is_host_failure) {
            failures.push_back(delivery.inbox.host);
            continue;
        }
        const std::string scheme(knocked.scheme ? name_of(*knocked.scheme) : "");
        successes.push_back({delivery.inbox.host, scheme});
    }
    if (!failures.empty()) {
        for (const auto& opened : db::peer_health::record_failures(tx, failures, now)) {
            if (opened.is_unavailable) {
                const auto dropped = db::deliveries::remove_for_host(tx, opened.host);
                if (dropped > 0) {
                    spdlog::info("outbox: gave up host={} deliveries={}", opened.host, dropped);
                }
            } else {
                db::deliveries::postpone_host(tx, opened.host, opened.until);
            }
        }
    }
    if (successes.empty()) return;
    for (const std::string& host : db::peer_health::record_successes(tx, successes, now))
        db::deliveries::hurry_host(tx, host, now);
}

void Delivery::give_back() {
    std::vector<db::Retry> untouched;
    std::vector<Sent> sent;
    const auto leave = [&](const db::Delivery& delivery) {
        untouched.push_back({.delivery = delivery, .run_at = deps_.clock()});
    };
    {
        const std::lock_guard lock(mutex_);
        for (const Task& task : queue_)
            leave(task.delivery);
        queue_.clear();
        // Our own end may have cut off the answer: that is nothing to hold against the host.
        for (Sent& one : sent_) {
            if (one.knocked.status == 0 && !one.knocked.refused)
                leave(one.delivery);
            else
                sent.push_back(std::move(one));
        }
        sent_.clear();
    }
    try {
        db::Tx tx(deps_.pool, db::Durability::Lazy);
        db::deliveries::lock_claims(tx);
        write(tx, sent);
        if (!untouched.empty()) db::deliveries::put_back(tx, untouched);
        tx.commit();
    } catch (const std::exception& error) {
        // Their leases end by themselves.
        spdlog::warn("outbox: could not write the last results: {}", error.what());
    }
}

} // namespace outbox
