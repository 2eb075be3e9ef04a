#include "inbox/door_writer.h"

#include "db/jobs.h"
#include "db/peers.h"
#include "db/seen_activities.h"
#include "inbox/incoming.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

namespace inbox {
namespace {

constexpr std::chrono::milliseconds most_gathering{2};
constexpr std::chrono::milliseconds notify_pause{100};
constexpr std::chrono::minutes host_pause{1};
constexpr std::size_t most_batch = 512;
constexpr std::size_t most_hosts = 20'000;

} // namespace

DoorWriter::DoorWriter(db::Pool& pool, jobs::Wake& wake, Clock clock)
    : pool_(pool), wake_(wake), clock_(std::move(clock)) {}

Result<Done> DoorWriter::submit(DoorEntry entry) {
    const auto slot = std::make_shared<Waiting>();
    slot->entry = std::move(entry);
    std::unique_lock lock(mutex_);
    if (is_open_) {
        waiting_.push_back(slot);
        arrived_.notify_one();
        written_.wait(lock, [&] { return slot->outcome != Outcome::Waiting; });
    }
    if (slot->outcome == Outcome::Stored) return Done{};
    return Error{.kind = Error::Kind::Unavailable,
                 .detail = "inbox: could not be stored",
                 .retry_after_s = 10};
}

void DoorWriter::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto batch = gather(stop);
        if (batch.empty()) continue;
        settle(batch, write(batch) ? Outcome::Stored : Outcome::Failed);
    }
    std::vector<Slot> left;
    {
        std::lock_guard lock(mutex_);
        is_open_ = false;
        left.swap(waiting_);
    }
    settle(left, Outcome::Failed);
}

std::vector<DoorWriter::Slot> DoorWriter::gather(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, stop, [&] { return !waiting_.empty(); });
    // Under load the next ones are on their way: as many as last time are worth a short wait. A
    // single delivery is not kept waiting.
    const std::size_t expected = std::min(last_batch_, most_batch);
    if (waiting_.size() < expected) {
        arrived_.wait_for(lock, stop, most_gathering, [&] { return waiting_.size() >= expected; });
    }
    std::vector<Slot> batch;
    batch.swap(waiting_);
    last_batch_ = batch.size();
    return batch;
}

bool DoorWriter::write(const std::vector<Slot>& batch) {
    const Time now = clock_();
    try {
        db::Tx tx(pool_);
        std::vector<std::string> keys;
        for (const auto& slot : batch)
            keys.push_back(slot->entry.seen_key);
        const auto fresh = db::seen_activities::insert_new(tx, keys, now);
        std::unordered_set<std::string> is_new(fresh.begin(), fresh.end());
        std::vector<db::NewJob> jobs;
        for (const auto& slot : batch) {
            // Erased when used: the same activity may stand in one batch twice.
            if (is_new.erase(slot->entry.seen_key) == 0) continue;
            jobs.push_back(
                {.kind = inbox_job, .lane = slot->entry.lane, .payload = slot->entry.payload});
        }
        if (!jobs.empty()) db::jobs::insert(tx, jobs);
        note_hosts(tx, batch, now);
        // NOTIFY serialises the commits of all processes, and others also look by themselves; this
        // process is woken below.
        if (now - notified_at_ >= notify_pause) {
            db::jobs::notify(tx);
            notified_at_ = now;
        }
        tx.commit();
        if (!jobs.empty()) wake_.all();
        return true;
    } catch (const std::exception& error) {
        spdlog::warn("inbox: {} activities could not be stored: {}", batch.size(), error.what());
        return false;
    }
}

void DoorWriter::note_hosts(db::Tx& tx, const std::vector<Slot>& batch, Time now) {
    std::set<std::string> hosts; // In order, so that two processes do not dead-lock.
    for (const auto& slot : batch) {
        const auto noted = noted_hosts_.find(slot->entry.host);
        if (noted == noted_hosts_.end() || now - noted->second >= host_pause)
            hosts.insert(slot->entry.host);
    }
    if (noted_hosts_.size() + hosts.size() > most_hosts) noted_hosts_.clear();
    for (const auto& host : hosts) {
        db::peers::note_seen(tx, host, now);
        noted_hosts_.insert_or_assign(host, now);
    }
}

void DoorWriter::settle(const std::vector<Slot>& batch, Outcome outcome) {
    {
        std::lock_guard lock(mutex_);
        for (const auto& slot : batch)
            slot->outcome = outcome;
    }
    written_.notify_all();
}

} // namespace inbox
