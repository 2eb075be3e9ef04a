#pragma once

#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `ip_blocks`.
struct IpBlock {
    std::int64_t id = 0;
    std::string network{};  ///< "203.0.113.7/32".
    std::string severity{}; ///< "sign_up_requires_approval", "sign_up_block", "no_access".
    std::string comment{};
    std::optional<Time> expires_at{};
    Time created_at{};
};

} // namespace db

namespace db::ip_blocks {

/// Nothing when that network is blocked already. `network` was checked by http::parse_network.
std::optional<IpBlock> insert(Tx& tx, const IpBlock& block);
/// Everything but the network. False: no such block.
bool update(Tx& tx, const IpBlock& block);
std::vector<IpBlock> list(Tx& tx, const Page& page);
std::optional<IpBlock> find(Tx& tx, std::int64_t id);
/// Those that hold now, all of them; for a snapshot.
std::vector<IpBlock> list_live(Tx& tx, Time now);
bool remove(Tx& tx, std::int64_t id);
void remove_expired(Tx& tx, Time now);

} // namespace db::ip_blocks
