#include "members/address_blocks.h"

#include "db/ip_blocks.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace members {
namespace {

constexpr std::chrono::seconds good_for{10};
constexpr std::array<std::string_view, 3> names{
    "sign_up_requires_approval", "sign_up_block", "no_access"};

} // namespace

std::optional<AddressSeverity> parse_address_severity(std::string_view text) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) return static_cast<AddressSeverity>(i);
    }
    return std::nullopt;
}

AddressBlocks::AddressBlocks(db::Pool& pool, Clock clock) : pool_(pool), clock_(std::move(clock)) {}

void AddressBlocks::reload() {
    const Time now = clock_();
    auto fresh = std::make_shared<Blocks>();
    {
        db::Tx tx(pool_, db::Durability::PerStatement);
        for (const auto& row : db::ip_blocks::list_live(tx, now)) {
            const auto network = http::parse_network(row.network);
            const auto severity = parse_address_severity(row.severity);
            if (network && severity) fresh->push_back({*network, *severity, row.expires_at});
        }
    }
    snapshot_.with([&](Snapshot& snapshot) {
        snapshot.blocks = std::move(fresh);
        snapshot.read_at = now;
    });
}

std::shared_ptr<const AddressBlocks::Blocks> AddressBlocks::current() {
    const Time now = clock_();
    const bool is_mine_to_read = snapshot_.with([&](Snapshot& snapshot) {
        const auto age = now - snapshot.read_at;
        if (snapshot.reloading || (age < good_for && age > -good_for)) return false;
        snapshot.reloading = true;
        return true;
    });
    if (is_mine_to_read) {
        try {
            reload();
        } catch (const std::exception& error) {
            spdlog::warn("members: blocked addresses could not be read: {}", error.what());
        }
        snapshot_.with([](Snapshot& snapshot) { snapshot.reloading = false; });
    }
    return snapshot_.with([](Snapshot& snapshot) { return snapshot.blocks; });
}

std::optional<AddressSeverity> AddressBlocks::find(std::string_view text) {
    const auto blocks = current();
    if (blocks->empty()) return std::nullopt;
    const auto address = http::parse_address(text);
    if (!address) return std::nullopt;
    const Time now = clock_();
    std::optional<AddressSeverity> hardest;
    for (const auto& block : *blocks) {
        if (block.expires_at && *block.expires_at <= now) continue;
        if (!block.network.contains(*address)) continue;
        if (!hardest || block.severity > *hardest) hardest = block.severity;
    }
    return hardest;
}

} // namespace members
