#include "base/csv.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace {

/// A formula, or what reading would take for a guarded one: so that each text comes back as it was.
bool needs_guard(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
    return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != text.npos;
}

/// Reads one character after the other; quotes may hold commas and line ends.
class Reader {
  public:
    Reader(std::string_view text, const CsvLimits& limits) : text_(text), limits_(limits) {}

    Result<std::vector<CsvRecord>> read() {
        while (at_ < text_.size()) {
            take(text_[at_++]);
            if (records_.size() > limits_.max_records)
                return Error{Error::Kind::TooLarge, "csv: too many records"};
        }
        end_record();
        if (records_.size() > limits_.max_records)
            return Error{Error::Kind::TooLarge, "csv: too many records"};
        return std::move(records_);
    }

  private:
    void take(char c) {
        if (c == '\n') ++line_;
        if (is_quoted_ && c == '"' && at_ < text_.size() && text_[at_] == '"') {
            ++at_;
            field_ += '"';
        } else if (c == '"' && (is_quoted_ || field_.empty())) {
            is_quoted_ = !is_quoted_;
        } else if (!is_quoted_ && c == ',') {
            end_field();
        } else if (!is_quoted_ && c == '\n') {
            end_record();
        } else if (is_quoted_ || c != '\r') {
            field_ += c;
        }
    }
    void end_field() {
        // What is beyond the limit is of no column that anybody reads.
        if (record_.fields.size() < limits_.max_fields)
            record_.fields.push_back(std::exchange(field_, {}));
        field_.clear();
    }
    void end_record() {
        is_quoted_ = false;
        end_field();
        const bool is_empty = record_.fields.size() == 1 && trim(record_.fields.front()).empty();
        if (!is_empty) records_.push_back(std::move(record_));
        record_ = {.line = line_};
    }

    std::string_view text_;
    const CsvLimits& limits_;
    std::size_t at_ = 0;
    int line_ = 1;
    bool is_quoted_ = false;
    std::string field_{};
    CsvRecord record_{.line = 1};
    std::vector<CsvRecord> records_{};
};

} // namespace

std::string csv_line(const std::vector<std::string>& fields) {
    std::string line;
    for (const std::string& field : fields) {
        if (&field != &fields.front()) line += ',';
        if (field.find_first_of(",\"\r\n") == std::string::npos) {
            line += field;
            continue;
        }
        line += '"';
        for (const char c : field) {
            if (c == '"') line += '"';
            line += c;
        }
        line += '"';
    }
    return line += '\n';
}

std::string guard_formula(std::string text) {
    if (needs_guard(text)) text.insert(0, 1, '\'');
    return text;
}

std::string unguard_formula(std::string text) {
    if (text.starts_with('\'') && needs_guard(std::string_view(text).substr(1))) text.erase(0, 1);
    return text;
}

Result<std::vector<CsvRecord>> parse_csv(std::string_view text, const CsvLimits& limits) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (!is_valid_utf8(text) || text.find('\0') != text.npos)
        return Error{Error::Kind::Invalid, "csv: not text in UTF-8"};
    return Reader(text, limits).read();
}
