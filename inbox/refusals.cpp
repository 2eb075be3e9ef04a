#include "inbox/refusals.h"

#include "db/door_refusals.h"
#include "db/tx.h"

#include <chrono>
#include <utility>

namespace inbox {
namespace {

constexpr std::size_t most_named = 1'000;

} // namespace

void RefusalCounters::count(std::string_view host, std::string_view reason) {
    state_.with([&](State& state) {
        const bool is_named = state.named.contains(host) || state.named.size() < most_named;
        if (is_named) state.named.emplace(host);
        ++state.counts[{std::string(is_named ? host : ""), std::string(reason)}];
    });
}

void RefusalCounters::flush(db::Pool& pool, Time now) {
    const Time hour = std::chrono::floor<std::chrono::hours>(now);
    const auto counted = state_.with([&](State& state) {
        if (state.hour != hour) state.named.clear();
        state.hour = hour;
        return std::exchange(state.counts, {});
    });
    if (counted.empty()) return;
    try {
        db::Tx tx(pool, db::Durability::Lazy);
        for (const auto& [key, count] : counted)
            db::door_refusals::add(tx, key.first, hour, key.second, count);
        tx.commit();
    } catch (const db::Unavailable&) {
        state_.with([&](State& state) {
            for (const auto& [key, count] : counted)
                state.counts[key] += count;
        });
    }
}

} // namespace inbox
