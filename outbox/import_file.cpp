#include "base/csv.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/webfinger.h"
#include "outbox/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// Reading of an import's file. The work on its rows is in import.cpp.
namespace outbox {
namespace {

constexpr std::size_t max_columns = 4;

// The names of columns that have no header in an export are those that Mastodon reads.
constexpr std::array kinds{
    ImportKindRow{ImportKind::Following,
                  "following",
                  "Accounts to follow",
                  "Account address,Show boosts,Notify on new posts,Languages"},
    ImportKindRow{ImportKind::Lists, "lists", "Lists", "List name,Account address", false},
    ImportKindRow{ImportKind::Blocks, "blocks", "Accounts to block", "Account address", false},
    ImportKindRow{
        ImportKind::Mutes, "mutes", "Accounts to mute", "Account address,Hide notifications"},
    ImportKindRow{ImportKind::DomainBlocks, "domain_blocks", "Servers to block", "#domain", false},
    ImportKindRow{ImportKind::Bookmarks, "bookmarks", "Bookmarks", "#uri", false},
};

Error unprocessable(std::string shown) {
    return {.kind = Error::Kind::Unprocessable, .detail = "import: " + shown, .shown = shown};
}

std::vector<std::string> names_of(std::string_view header) {
    std::vector<std::string> names;
    while (!header.empty()) {
        const auto comma = header.find(',');
        names.emplace_back(header.substr(0, comma));
        header.remove_prefix(comma == header.npos ? header.size() : comma + 1);
    }
    return names;
}

/// Where each column of an export stands in this file; -1: nowhere.
using Places = std::vector<std::ptrdiff_t>;

Places places_by_header(const std::vector<std::string>& wanted, const CsvRecord& header) {
    Places places;
    for (const std::string& name : wanted) {
        const auto found = std::ranges::find_if(header.fields, [&name](const std::string& field) {
            return iequals(trim(field), name);
        });
        places.push_back(found == header.fields.end() ? -1 : found - header.fields.begin());
    }
    return places;
}

bool is_header(const CsvRecord& record) {
    return !record.fields.empty() &&
           std::ranges::any_of(kinds, [&record](const ImportKindRow& kind) {
               const auto first = kind.header.substr(0, kind.header.find(','));
               return iequals(trim(record.fields.front()), first);
           });
}

db::ImportRow bad(db::ImportRow row, std::string problem) {
    row.state = "bad";
    row.problem = std::move(problem);
    return row;
}

db::ImportRow read_person(db::ImportRow row, const Instance& instance, std::size_t column = 0) {
    std::string written(trim(row.fields.at(column)));
    if (written.starts_with("acct:")) written.erase(0, 5);
    if (written.starts_with('@')) written.erase(0, 1);
    // Without a host it is somebody of the server that wrote the file; only ours can be meant.
    if (written.find('@') == std::string::npos) written += "@" + instance.handle_host;
    const auto handle = federation::parse_handle(written);
    if (!handle)
        return bad(std::move(row), "This is no account address. It should look like name@server.");
    const bool is_ours = handle->host == instance.host;
    row.subject = ascii_lower(handle->user) + "@" + (is_ours ? instance.handle_host : handle->host);
    return row;
}

db::ImportRow read_address(db::ImportRow row) {
    const std::string written(trim(row.fields.front()));
    const auto uri = parse_uri(written);
    if (!uri)
        return bad(std::move(row), "This is no address of a post. It should begin with https://.");
    row.subject = uri->without_fragment();
    return row;
}

db::ImportRow read_listed(db::ImportRow row, const Instance& instance) {
    row.fields.front() = std::string(trim(row.fields.front()));
    if (row.fields.front().empty())
        return bad(std::move(row),
                   "The name of the list is missing. It stands before the address.");
    return read_person(std::move(row), instance, 1);
}

db::ImportRow read_domain(db::ImportRow row) {
    row.subject = host_to_ascii(ascii_lower(trim(row.fields.front())));
    if (row.subject.empty())
        return bad(std::move(row), "This is no server. It should look like school.example.");
    return row;
}

db::ImportRow read_row(ImportKind kind,
                       const Instance& instance,
                       const CsvRecord& record,
                       const Places& places) {
    db::ImportRow row{.line = record.line};
    for (const std::ptrdiff_t place : places) {
        const bool is_there = place >= 0 && place < std::ssize(record.fields);
        row.fields.push_back(
            is_there ? unguard_formula(record.fields[static_cast<std::size_t>(place)]) : "");
    }
    constexpr std::size_t longest = 2'048;
    for (const std::string& field : row.fields) {
        if (field.size() > longest) {
            row.fields.assign(1, truncate(field, 80));
            return bad(std::move(row), "This line is too long. Is a quotation mark missing?");
        }
    }
    switch (kind) {
    case ImportKind::Bookmarks:
        return read_address(std::move(row));
    case ImportKind::DomainBlocks:
        return read_domain(std::move(row));
    case ImportKind::Lists:
        return read_listed(std::move(row), instance);
    default:
        return read_person(std::move(row), instance);
    }
}

} // namespace

std::span<const ImportKindRow> import_kinds() {
    return kinds;
}

const ImportKindRow* find_import_kind(std::string_view name) {
    const auto* const found = std::ranges::find(kinds, name, &ImportKindRow::name);
    return found == kinds.end() ? nullptr : found;
}

Result<std::vector<db::ImportRow>> parse_import(ImportKind kind,
                                                const Instance& instance,
                                                std::string_view text) {
    const auto too_much = fmt::format(
        "The file is too long: at most {} lines and 2 MiB. Please split it.", max_import_rows);
    if (text.size() > max_import_bytes) return unprocessable(too_much);
    // One more than rows: the header.
    const auto records = parse_csv(text, {.max_records = max_import_rows + 1, .max_fields = 16});
    if (!records && records.error().kind == Error::Kind::TooLarge) return unprocessable(too_much);
    if (!records) return unprocessable("This is no CSV file in UTF-8.");

    const auto* const columns = std::ranges::find(kinds, kind, &ImportKindRow::kind);
    const auto wanted = names_of(columns->header);
    Places places;
    for (std::size_t i = 0; i < std::min(wanted.size(), max_columns); ++i)
        places.push_back(static_cast<std::ptrdiff_t>(i));
    auto first = records->begin();
    if (first != records->end() && is_header(*first)) places = places_by_header(wanted, *first++);
    if (first == records->end()) return unprocessable("There is nothing in this file.");
    if (std::distance(first, records->end()) > static_cast<std::ptrdiff_t>(max_import_rows))
        return unprocessable(too_much);

    std::vector<db::ImportRow> rows;
    for (; first != records->end(); ++first)
        rows.push_back(read_row(kind, instance, *first, places));
    return rows;
}

} // namespace outbox
