#include "moderation/list_differences.h"

#include <algorithm>
#include <map>

namespace moderation {
namespace {

int percent(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return 0;
    return static_cast<int>(std::min(part, whole) * 100 / whole);
}

} // namespace

std::vector<ListReport> report_differences(db::Tx& tx, Time since) {
    std::map<std::string, ListReport> reports;
    for (auto& difference : db::advisory_changes::count(tx, since)) {
        auto& report = reports[difference.list];
        report.changes = db::advisory_changes::list(tx, difference.list, since, most_changes_shown);
        report.new_percent = percent(difference.added, difference.in_force);
        report.difference = std::move(difference);
    }
    for (const auto& row : db::registers::list(tx)) {
        auto& report = reports[row.name];
        report.difference.list = row.name;
        report.entries = db::registers::list_taken(tx, row.id, since, most_changes_shown);
    }
    std::vector<ListReport> sorted;
    for (auto& [name, report] : reports)
        sorted.push_back(std::move(report));
    return sorted;
}

} // namespace moderation
