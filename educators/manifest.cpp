#include "educators/manifest.h"

#include "educators/table.h"

#include <array>
#include <set>

namespace educators {
namespace {

constexpr std::array<std::string_view, 2> columns{"propertyName", "value"};
enum Column : std::size_t { Name, Value };

std::optional<FileMode> parse_mode(std::string_view text) {
    if (text == "absent") return FileMode::Absent;
    if (text == "bulk") return FileMode::Bulk;
    if (text == "delta") return FileMode::Delta;
    return std::nullopt;
}

/// Reads one property. False: the package is refused.
bool read_property(const Table& table, Manifest& manifest, bool& has_version) {
    const auto name = table.cell(Name);
    const auto value = table.cell(Value);
    if (name == "oneroster.version") {
        has_version = true;
        if (value == "1.1" || value == "1.2") {
            manifest.version = value == "1.1" ? RosterVersion::V1p1 : RosterVersion::V1p2;
            return true;
        }
        table.report("version", Value, value);
        return false;
    }
    if (name == "manifest.version") {
        if (value != "1.0") table.report("manifest-property", Value, value);
        return value == "1.0";
    }
    if (name.starts_with("file.")) {
        const auto mode = parse_mode(value);
        if (!mode) {
            table.report("manifest-property", Value, value);
            return false;
        }
        manifest.files.emplace(name.substr(std::string_view("file.").size()), *mode);
        return true;
    }
    if (!name.starts_with("source.")) table.report("manifest-unknown", Name, name);
    return true;
}

} // namespace

std::optional<Manifest> read_manifest(std::string_view bytes, Findings& findings) {
    Table table("manifest.csv", bytes, {columns}, findings);
    Manifest manifest;
    std::set<std::string, std::less<>> seen;
    bool has_version = false;
    while (table.next()) {
        if (!seen.emplace(table.cell(Name)).second) {
            table.report("manifest-property", Name, table.cell(Name));
            return std::nullopt;
        }
        if (!read_property(table, manifest, has_version)) return std::nullopt;
    }
    if (table.is_refused()) return std::nullopt;
    if (!has_version || !table.take_broken().empty()) {
        findings.add({has_version ? "manifest-property" : "version", "manifest.csv"});
        return std::nullopt;
    }
    return manifest;
}

} // namespace educators
