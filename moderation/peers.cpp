#include "moderation/peers.h"

#include "base/uri.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace moderation {
namespace {

// Another process may have changed the list; its NOTIFY may have been lost with a connection.
constexpr std::chrono::seconds good_for{3};

} // namespace

bool is_allowed(Level level) {
    return level >= Level::Guest;
}

Peers::Peers(db::Pool& pool, const Instance& instance, Clock clock)
    : pool_(pool), instance_(instance), clock_(std::move(clock)) {}

void Peers::reload() {
    const Time now = clock_();
    auto fresh = std::make_shared<Levels>();
    {
        db::Tx tx(pool_);
        for (auto& [host, level] : db::peers::list_levels(tx))
            fresh->emplace(std::move(host), level);
    }
    snapshot_.with([&](Snapshot& snapshot) {
        snapshot.levels = std::move(fresh);
        snapshot.read_at = now;
    });
}

std::shared_ptr<const Peers::Levels> Peers::levels() {
    // Nobody may be refused because the list was not read yet: the first who ask wait for it.
    if (!was_read()) {
        const std::lock_guard lock(first_reading_);
        if (!was_read()) reload();
    }
    const Time now = clock_();
    const bool is_mine_to_read = snapshot_.with([&](Snapshot& snapshot) {
        const auto age = now - snapshot.read_at;
        if (snapshot.reloading || (age < good_for && age > -good_for)) return false;
        snapshot.reloading = true;
        return true;
    });
    if (is_mine_to_read) {
        // Without the database the last list stands; nothing can be stored then anyway.
        try {
            reload();
        } catch (const std::exception& error) {
            spdlog::warn("peers: the list could not be read: {}", error.what());
        }
        snapshot_.with([](Snapshot& snapshot) { snapshot.reloading = false; });
    }
    return snapshot_.with([](Snapshot& snapshot) { return snapshot.levels; });
}

bool Peers::was_read() {
    return snapshot_.with([](const Snapshot& snapshot) { return snapshot.levels != nullptr; });
}

Level Peers::level_of(std::string_view host) {
    if (host == instance_.host) return Level::Member;
    const auto all = levels();
    const auto row = all->find(std::string(host));
    return row == all->end() ? Level::Unknown : row->second;
}

bool Peers::may_contact(std::string_view host) {
    return is_allowed(level_of(host));
}

Level Peers::lowest_level(const std::vector<std::string>& uris) {
    Level lowest = Level::Member;
    for (const auto& uri : uris) {
        const std::string host = host_of(uri);
        lowest = std::min(lowest, host.empty() ? Level::Unknown : level_of(host));
    }
    return lowest;
}

std::vector<std::string> Peers::allowed_hosts() {
    std::vector<std::string> hosts;
    for (const auto& [host, level] : *levels())
        if (is_allowed(level)) hosts.push_back(host);
    std::ranges::sort(hosts);
    return hosts;
}

} // namespace moderation
