#include "inbox/refusals.h"

#include "db/door_refusals.h"
#include "db/tx.h"

#include <chrono>

namespace inbox {
namespace {

constexpr std::size_t most_counters = 1'000;

} // namespace

void RefusalCounters::count(std::string_view host, std::string_view reason) {
    counts_.with([&](auto& counts) {
        Key key{host, reason};
        if (counts.size() >= most_counters && !counts.contains(key)) key.first.clear();
        ++counts[key];
    });
}

void RefusalCounters::flush(db::Pool& pool, Time now) {
    auto counted = counts_.with([](auto& counts) { return std::exchange(counts, {}); });
    if (counted.empty()) return;
    const Time hour = std::chrono::floor<std::chrono::hours>(now);
    try {
        db::Tx tx(pool, db::Durability::Lazy);
        for (const auto& [key, count] : counted)
            db::door_refusals::add(tx, key.first, hour, key.second, count);
        tx.commit();
    } catch (const db::Unavailable&) {
        counts_.with([&](auto& counts) {
            for (const auto& [key, count] : counted)
                counts[key] += count;
        });
    }
}

} // namespace inbox
