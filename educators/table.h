#pragma once

#include "educators/csv.h"
#include "educators/findings.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace educators {

/// One file of a package: its header checked, its rows read one after the other.
class Table {
  public:
    struct Header {
        std::span<const std::string_view> columns; ///< Of the standard, in its order.
        bool is_lenient = false;
    };
    /// What is wrong with encoding or header is a refusal among `findings`; then next() is false.
    Table(std::string name, std::string_view bytes, const Header& header, Findings& findings);

    /// The next row with as many fields as the header. Others are findings; `take_broken` is
    /// called with their first field.
    bool next();
    /// A cell of the present row by the column's place in the standard's header. "" where the
    /// file does not have the column.
    std::string_view cell(std::size_t column) const;
    /// First fields of rows that were skipped since the last call, to know whom they concern.
    std::vector<std::string> take_broken();
    /// A sourcedId at its place. "" after a report, when there is none, or none that can be one.
    std::string id(std::size_t column) const;
    int line() const { return reader_.line(); }
    bool is_refused() const { return is_refused_; }
    /// All cells but that of `left_out`, as one value.
    std::size_t content(std::size_t left_out) const;

    void report(std::string_view code, std::size_t column, std::string_view value = {}) const;
    void report_row(std::string_view code, std::string_view value = {}) const;

  private:
    void refuse(std::string_view code, std::string_view column = {}, std::string_view value = {});
    bool read_header();
    bool place_columns();

    std::string name_;
    Header header_;
    Findings& findings_;
    CsvReader reader_;
    std::vector<std::optional<std::size_t>> places_; ///< By column of the standard.
    std::size_t width_ = 0;
    std::size_t rows_ = 0;
    bool is_refused_ = false;
    std::vector<std::string> broken_;
};

} // namespace educators
