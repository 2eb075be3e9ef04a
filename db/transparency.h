#pragma once

#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The numbers of the months (POLICY section 3, Record).
namespace db::transparency {

struct Count {
    std::string what{};   ///< A verdict, "refused" or an act.
    std::string filter{}; ///< Of a verdict.
    std::string reason{};
    std::int64_t count = 0;
};
/// From `from` to before `until`; most first.
std::vector<Count> verdicts(Tx& tx, Time from, Time until);
std::vector<Count> refusals(Tx& tx, Time from, Time until); ///< At the door; kept for 90 days.
std::vector<Count> acts(Tx& tx, Time from, Time until);     ///< Of people, by name.

struct Reports {
    std::int64_t made = 0;
    std::int64_t decided = 0;
    double median_hours = 0; ///< From made to decided.
};
Reports reports(Tx& tx, Time from, Time until);
bool is_empty_before(Tx& tx, Time until); ///< Nothing was written yet: no house, no month.
std::vector<Count> peers(Tx& tx);         ///< How many at each level, now.

/// One month: "2026-10-01". The second time changes nothing.
void put(Tx& tx, std::string_view month, const Json& figures, Time now);
bool has(Tx& tx, std::string_view month);
struct Month {
    std::string month{};
    Json figures{};
};
/// The newest first.
std::vector<Month> list(Tx& tx, int limit);

} // namespace db::transparency
