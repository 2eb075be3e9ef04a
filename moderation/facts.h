#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "moderation/filters.h"
#include "moderation/peers.h"

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace moderation {

/// What the filters need for a batch, in a fixed number of statements however many subjects; and the
/// rows that were read for it, since handlers need the same ones.
struct FactSheet {
    std::vector<Facts> facts{};                              ///< One for each subject, in order.
    std::unordered_map<std::string, db::Account> accounts{}; ///< By uri: those known.
    std::unordered_map<std::string, db::Status> statuses{};  ///< By uri: objects and parents known.
};

FactSheet load_facts(db::Tx& tx, Peers& peers, std::span<const Subject> subjects, Time now);

} // namespace moderation
