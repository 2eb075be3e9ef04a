#pragma once

#include "base/time.h"
#include "db/advisory_changes.h"
#include "db/registers.h"
#include "db/tx.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// What lists and registers came to say and ceased to say: a curator who adds a little every day
/// stays below every threshold, but not below a month's difference (POLICY section 5).
namespace moderation {

/// One list or register.
struct ListReport {
    db::ListDifference difference{};
    std::vector<db::AdvisoryChange> changes{}; ///< Newest first, at most most_changes_shown.
    /// Of a register only: entries of its chain that came meanwhile, newest first, whatever their
    /// effect: who is accepted, named as an issuer, or proposed as a block.
    std::vector<db::RegisterRow> entries{};
    /// Of what is in force now this part came meanwhile, in per cent; 100 of what is in force is
    /// new.
    int new_percent = 0;
};

constexpr int most_changes_shown = 500;
constexpr std::chrono::days changes_kept{400};

/// By name; also lists that are gone, and those in force that did not change.
std::vector<ListReport> report_differences(db::Tx& tx, Time since);

} // namespace moderation
