#include "moderation/list_files.h"

#include "base/csv.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "base/uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace moderation {
namespace {

constexpr std::size_t longest_reason = 500;
constexpr std::size_t most_members = 400'000;
constexpr std::size_t most_columns = 16;

struct Row {
    std::string domain{};
    std::string severity{};
    std::string reason{};
};

Error unprocessable(std::string detail, std::string shown) {
    return {Error::Kind::Unprocessable, std::move(detail), std::move(shown)};
}

// "" has no effect; nothing when the word is unknown.
std::optional<std::string> severity_of(std::string_view word) {
    if (word.empty() || word == "suspend") return "hold";
    if (word == "silence" || word == "limit") return "limit";
    if (word == "noop" || word == "none") return "";
    return std::nullopt;
}

Result<std::vector<Row>> read_csv(std::string_view text) {
    const auto records =
        parse_csv(text, {.max_records = max_list_entries + 1, .max_fields = most_columns});
    if (!records) return records.error();
    const auto& header = records->front().fields;
    const auto column = [&](std::string_view name) {
        const auto at = std::ranges::find_if(header, [&](std::string_view field) {
            return field == name || (field.starts_with('#') && field.substr(1) == name);
        });
        return static_cast<std::size_t>(at - header.begin());
    };
    const auto domain = column("domain"), severity = column("severity"),
               reason = column("public_comment");
    if (domain == header.size())
        return unprocessable("csv without #domain",
                             "The first line names no column \"#domain\": this is no list of "
                             "blocked servers.");
    if (severity == header.size())
        return unprocessable("csv without #severity",
                             "There is no column \"#severity\": this may be a list of allowed "
                             "servers, which is not taken in. Add peers by name.");
    std::vector<Row> rows;
    for (auto record = std::next(records->begin()); record != records->end(); ++record) {
        const auto field = [&](std::size_t at) {
            return at < record->fields.size() ? record->fields[at] : std::string{};
        };
        rows.push_back({.domain = unguard_formula(field(domain)),
                        .severity = field(severity),
                        .reason = unguard_formula(field(reason))});
    }
    return rows;
}

Result<std::vector<Row>> read_json(std::string_view text) {
    const auto document = parse_json(text, {.max_depth = 8, .max_members = most_members});
    if (!document) return document.error();
    if (!document->is_array() || document->size() > max_list_entries)
        return unprocessable("json list", "This is no list of blocked servers, or too long a one.");
    std::vector<Row> rows;
    for (const auto& entry : *document) {
        if (!entry.is_object())
            return unprocessable("json entry", "An entry of the list is no object.");
        JsonReader json(entry);
        Row row{.domain = json.text_or("domain", ""),
                .severity = json.text_or("severity", ""),
                .reason = json.lenient_text("public_comment")};
        if (row.reason.empty()) row.reason = json.lenient_text("comment");
        const auto read = json.finish(Done{});
        if (!read) return unprocessable(read.error().detail, "An entry of the list is malformed.");
        rows.push_back(std::move(row));
    }
    return rows;
}

// A top-level domain, or a bare name, would be about half the world.
bool is_host_to_list(const std::string& host) {
    return host.find('.') != std::string::npos && host.find(':') == std::string::npos;
}

} // namespace

Result<ListFile> parse_list_file(std::string_view text) {
    if (text.size() > max_list_bytes)
        return Error{Error::Kind::TooLarge, "list file", "The file is larger than 4 MiB."};
    const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string_view::npos)
        return unprocessable("empty list file", "The file is empty.");
    ListFile file{.form = text[first] == '[' ? "json" : "csv"};
    const auto rows = file.form == "json" ? read_json(text.substr(first)) : read_csv(text);
    if (!rows) return rows.error();
    std::map<std::string, ListedHost> hosts;
    for (const auto& row : *rows) {
        const auto severity = severity_of(row.severity);
        if (!severity)
            return unprocessable("unknown severity",
                                 fmt::format("A severity is none that we know: \"{}\".",
                                             clean_text(row.severity, longest_reason)));
        const auto host = parse_authority(row.domain);
        if (!host || !is_host_to_list(*host)) {
            file.unreadable.push_back(clean_text(row.domain, longest_reason));
            continue;
        }
        if (severity->empty()) {
            ++file.without_effect;
            continue;
        }
        auto& listed = hosts[*host];
        if (listed.host.empty() || *severity == "hold")
            listed = {.host = *host,
                      .severity = *severity,
                      .reason = clean_text(row.reason, longest_reason)};
    }
    for (auto& [name, listed] : hosts)
        file.hosts.push_back(std::move(listed));
    return file;
}

} // namespace moderation
