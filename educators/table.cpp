#include "educators/table.h"

#include "base/text.h"

#include <algorithm>

namespace educators {
namespace {

std::string_view without_bom(std::string_view bytes) {
    constexpr std::string_view bom = "\xEF\xBB\xBF";
    return bytes.starts_with(bom) ? bytes.substr(bom.size()) : bytes;
}

std::string_view code_of(CsvFault fault) {
    switch (fault) {
    case CsvFault::LineBreakInField:
    case CsvFault::UnclosedQuote:
        return "line-break";
    case CsvFault::StrayQuote:
        return "quote";
    case CsvFault::NulByte:
        return "nul-byte";
    }
    return "";
}

/// Names that other exports give to columns of the standard; known to lenient headers only.
std::string_view standard_name(std::string_view name) {
    if (name == "userId") return "userIds";
    if (name == "orgSourcedId") return "orgSourcedIds";
    return name;
}

/// The line of the first byte that is not UTF-8.
int line_of_bad_byte(std::string_view bytes) {
    int line = 1;
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        if (!is_valid_utf8(bytes.substr(0, end))) return line;
        if (end == std::string_view::npos) break;
        bytes.remove_prefix(end + 1);
        ++line;
    }
    return line;
}

} // namespace

Table::Table(std::string name, std::string_view bytes, const Header& header, Findings& findings)
    : name_(std::move(name)), header_(header), findings_(findings), reader_(without_bom(bytes)) {
    if (!is_valid_utf8(bytes)) {
        findings_.add({"encoding", name_, line_of_bad_byte(bytes)});
        is_refused_ = true;
        return;
    }
    read_header();
}

void Table::refuse(std::string_view code, std::string_view column, std::string_view value) {
    findings_.add({.code = std::string(code),
                   .file = name_,
                   .line = std::max(reader_.line(), 1),
                   .column = std::string(column),
                   .value = std::string(value)});
    is_refused_ = true;
}

void Table::report(std::string_view code, std::size_t column, std::string_view value) const {
    findings_.add({.code = std::string(code),
                   .file = name_,
                   .line = line(),
                   .column = std::string(header_.columns[column]),
                   .value = std::string(value)});
}

void Table::report_row(std::string_view code, std::string_view value) const {
    findings_.add(
        {.code = std::string(code), .file = name_, .line = line(), .value = std::string(value)});
}

bool Table::read_header() {
    if (!reader_.next()) {
        if (reader_.fault())
            refuse(code_of(*reader_.fault()));
        else
            refuse("header", header_.columns.front());
        return false;
    }
    width_ = reader_.fields().size();
    places_.resize(header_.columns.size());
    return place_columns();
}

bool Table::place_columns() {
    const auto fields = reader_.fields();
    std::vector<std::string_view> seen;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto name = header_.is_lenient ? standard_name(fields[i]) : fields[i];
        if (std::ranges::find(seen, name) != seen.end()) {
            refuse("header-twice", name);
            return false;
        }
        seen.push_back(name);
        const auto known = std::ranges::find(header_.columns, name);
        const auto column = static_cast<std::size_t>(known - header_.columns.begin());
        const bool is_own = name.starts_with("metadata.");
        const bool is_in_place = i < header_.columns.size() ? column == i : is_own;
        if (!is_in_place && !header_.is_lenient) {
            refuse("header", name);
            return false;
        }
        if (column < header_.columns.size()) places_[column] = i;
    }
    // A lenient header lacks what nobody needs; the id is needed everywhere.
    const auto must_have = header_.is_lenient ? std::size_t{1} : header_.columns.size();
    for (std::size_t column = 0; column < must_have; ++column) {
        if (places_[column]) continue;
        refuse("header", header_.columns[column]);
        return false;
    }
    return true;
}

bool Table::next() {
    while (!is_refused_ && reader_.next()) {
        ++rows_;
        if (reader_.fields().size() == width_) return true;
        report_row("columns");
        const auto place = *places_.front();
        broken_.emplace_back(place < reader_.fields().size() ? reader_.fields()[place] : "");
    }
    if (is_refused_) return false;
    if (reader_.fault())
        refuse(code_of(*reader_.fault()));
    else if (rows_ == 0)
        refuse("file-empty");
    return false;
}

std::string_view Table::cell(std::size_t column) const {
    const auto& place = places_[column];
    return place ? reader_.fields()[*place] : std::string_view{};
}

std::string Table::id(std::size_t column) const {
    constexpr std::size_t max_id = 255; // OneRoster, the data type GUID.
    const auto text = cell(column);
    if (text.empty()) report("no-id", column);
    if (text.size() <= max_id) return std::string(text);
    report("long-id", column);
    return "";
}

std::vector<std::string> Table::take_broken() {
    return std::exchange(broken_, {});
}

std::size_t Table::content(std::size_t left_out) const {
    std::size_t sum = 0;
    for (std::size_t column = 0; column < places_.size(); ++column) {
        if (column == left_out) continue;
        sum = sum * 31 + std::hash<std::string_view>{}(cell(column));
    }
    return sum;
}

} // namespace educators
