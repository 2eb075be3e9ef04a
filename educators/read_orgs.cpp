#include "base/names.h"
#include "educators/row_reader.h"

#include <array>
#include <charconv>

namespace educators {
namespace {

constexpr std::array<std::string_view, 7> columns{
    "sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"};
enum Column : std::size_t { SourcedId, Status, Modified, Name, Type, Identifier, Parent };
constexpr std::size_t max_name = 200;

bool is_org_type(RosterVersion version, std::string_view type) {
    constexpr std::array<std::string_view, 6> types{
        "department", "school", "district", "local", "state", "national"};
    return std::ranges::find(types, type) != types.end() ||
           (version == RosterVersion::V1p2 && type.starts_with("ext:"));
}

OrgRow read_row(const Table& table, const RowChange& change) {
    OrgRow row;
    row.is_deleted = change.is_deleted;
    row.org.sourced_id = table.cell(SourcedId);
    row.org.name = shorten(drop_invisible(to_nfc(table.cell(Name))), max_name);
    row.org.type = table.cell(Type);
    row.org.identifier = table.cell(Identifier);
    row.org.parent = table.cell(Parent);
    row.org.modified_at = change.modified_at;
    return row;
}

// A parent that is missing, or that leads back to the org, would lose every tree walk.
void check_parents(ReadState& state) {
    std::unordered_map<std::string, OrgRow*> rows;
    for (auto& row : state.package.orgs)
        rows.emplace(row.org.sourced_id, &row);
    for (auto& row : state.package.orgs) {
        if (row.org.parent.empty()) continue;
        bool is_good = state.orgs.contains(row.org.parent);
        const auto* above = &row;
        for (std::size_t steps = 0; is_good && above != nullptr; ++steps) {
            const auto next = rows.find(above->org.parent);
            above = next == rows.end() ? nullptr : next->second;
            is_good = above != &row && steps <= rows.size();
        }
        if (is_good) continue;
        state.findings.add({.code = "org-parent",
                            .file = "orgs.csv",
                            .column = std::string(columns[Parent]),
                            .value = row.org.parent});
        row.org.parent.clear();
    }
}

} // namespace

std::optional<db::Day> parse_day(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00";
    if (text.size() != shape.size() || text[4] != '-' || text[7] != '-') return std::nullopt;
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    const auto read = [text](std::size_t from, std::size_t count, auto& into) {
        const auto* end = text.data() + from + count;
        return std::from_chars(text.data() + from, end, into).ptr == end;
    };
    if (!read(0, 4, year) || !read(5, 2, month) || !read(8, 2, day)) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok()) return std::nullopt;
    return db::Day{date};
}

RowChange read_change(const Table& table, FileMode mode, const ReadOptions& options) {
    const auto status = table.cell(Status);
    const auto modified = table.cell(Modified);
    RowChange change;
    if (mode == FileMode::Bulk) {
        change.is_deleted = status == "tobedeleted";
        if (options.has_statuses) {
            change.is_broken = !change.is_deleted && !status.empty() && status != "active";
            if (change.is_broken) table.report("status", Status, status);
            return change;
        }
        if (change.is_deleted)
            table.report("bulk-deleted", Status, status);
        else if (!status.empty())
            table.report("bulk-status", Status, status);
        if (!modified.empty()) table.report("bulk-status", Modified, modified);
        return change;
    }
    change.is_deleted = status == "tobedeleted";
    if (!change.is_deleted && status != "active") {
        table.report("status", Status, status);
        change.is_broken = true;
    }
    // Clocks of other systems may be a day off, but a row from next year would outlive all others.
    constexpr std::chrono::hours slack{24};
    change.modified_at =
        modified.find('T') == std::string_view::npos ? std::nullopt : parse_iso8601(modified);
    if (!change.modified_at || (options.now && *change.modified_at > *options.now + slack)) {
        table.report("modified", Modified, modified);
        change.is_broken = true;
    }
    return change;
}

bool read_orgs(std::string_view bytes, ReadState& state) {
    Table table("orgs.csv", bytes, {columns, state.options.lenient_headers}, state.findings);
    auto& package = state.package;
    std::unordered_map<std::string, std::size_t> seen;
    while (table.next()) {
        const auto id = table.id(SourcedId);
        if (id.empty()) continue;
        const auto content = table.content(columns.size());
        if (const auto [entry, is_new] = seen.emplace(id, content); !is_new) {
            table.report(entry->second == content ? "same-row" : "id-twice", SourcedId, id);
            continue;
        }
        const auto change = read_change(table, package.orgs_mode, state.options);
        const bool is_typed = is_org_type(package.version, table.cell(Type));
        if (!is_typed && !change.is_deleted) table.report("org-type", Type, table.cell(Type));
        if (change.is_broken || (!is_typed && !change.is_deleted)) {
            package.broken_orgs.push_back(id);
            continue;
        }
        package.orgs.push_back(read_row(table, change));
    }
    for (auto& id : table.take_broken())
        package.broken_orgs.push_back(std::move(id));
    const std::unordered_set<std::string> held(state.options.held_orgs.begin(),
                                               state.options.held_orgs.end());
    // A broken row changes nothing: the org stays what it was.
    if (package.orgs_mode == FileMode::Bulk) {
        state.orgs.clear();
        for (const auto& id : package.broken_orgs)
            if (held.contains(id)) state.orgs.insert(id);
    }
    for (const auto& row : package.orgs) {
        if (row.is_deleted)
            state.orgs.erase(row.org.sourced_id);
        else
            state.orgs.insert(row.org.sourced_id);
    }
    check_parents(state);
    return !table.is_refused();
}

} // namespace educators
