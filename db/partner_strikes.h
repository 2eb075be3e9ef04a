#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// "Not wanted": of an organisation, whoever spoke for it.
struct PartnerStrike {
    std::string organisation{}; ///< An actor id, or "host:" and a server at level partner.
    AccountId member{};         ///< One of ours; 0: told by the district `host`.
    std::string host{};
    std::string uri{};   ///< Of that district's Flag.
    AccountId account{}; ///< Whose post or profile it was.
    Time at{};
};

struct PartnerStop {
    std::string organisation{};
    std::string name{};
    Time stopped_at{};
};

/// What is known of an organisation that writes to us.
struct PartnerWeek {
    std::string organisation{};
    std::int64_t mentions = 0; ///< Of our people, all its accounts together.
    bool is_stopped = false;   ///< By ours.
};

} // namespace db

namespace db::partner_strikes {

/// False when this Flag stands already.
bool insert(Tx& tx, const PartnerStrike& strike);
/// What another district told of it.
std::int64_t count_of_host(Tx& tx,
                           std::string_view organisation,
                           std::string_view host,
                           Time since);
bool exists(Tx& tx, std::string_view organisation, AccountId member, Time since);
/// Different members, and at most two of each other district (migration 0350); none from before a
/// stop that was lifted.
std::int64_t count(Tx& tx, std::string_view organisation, Time since);

/// False when it is stopped already.
bool stop(Tx& tx, const PartnerStop& stop);
bool lift(Tx& tx, std::string_view organisation, Time now);
bool is_stopped(Tx& tx, std::string_view organisation);
std::vector<PartnerStop> list_stopped(Tx& tx);

std::vector<PartnerWeek> weeks(Tx& tx, const std::vector<std::string>& organisations, Time since);

} // namespace db::partner_strikes
