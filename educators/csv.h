#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace educators {

/// Why a file is no CSV that we read.
enum class CsvFault {
    LineBreakInField, ///< RFC 4180 allows it, OneRoster does not; or the quote never closes.
    UnclosedQuote,
    StrayQuote, ///< Inside an unquoted field, or text behind a closing quote.
    NulByte,
};

/// Reads CSV (RFC 4180) line by line, CRLF and LF alike. Pure; the bytes must outlive it.
/// Lines without anything in them are skipped.
class CsvReader {
  public:
    explicit CsvReader(std::string_view bytes) : bytes_(bytes) {}

    /// False at the end and where the file is broken.
    bool next();
    /// Of the present line; valid until the next call.
    std::span<const std::string_view> fields() const { return fields_; }
    /// Of the present line, counted from 1.
    int line() const { return line_; }
    const std::optional<CsvFault>& fault() const { return fault_; }

  private:
    bool read_field();
    bool read_quoted();
    bool is_at_line_end() const;
    bool stop(CsvFault fault);

    std::string_view bytes_;
    std::size_t at_ = 0;
    int line_ = 0;
    int next_line_ = 1;
    std::vector<std::string_view> fields_;
    std::deque<std::string> unescaped_; ///< A deque, so that views into it stay good.
    std::optional<CsvFault> fault_;
};

/// One line of a CSV file that we write, with CRLF. A cell that a spreadsheet would take for a
/// formula gets an apostrophe in front (OWASP, CSV injection).
std::string csv_line(std::span<const std::string> cells);

} // namespace educators
