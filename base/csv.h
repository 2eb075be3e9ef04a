#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Tables as text (RFC 4180).

/// One record, quoted where needed, with CR LF left out: LF as Mastodon writes it.
std::string csv_line(const std::vector<std::string>& fields);

/// Spreadsheets take a cell that begins with = + - @, a tab or CR for a formula. It gets an
/// apostrophe in front (ATTACKS H15), and so does what looks like one that has it already; reading
/// takes it away again, so that every text comes back as it was.
std::string guard_formula(std::string text);
std::string unguard_formula(std::string text);

struct CsvRecord {
    int line = 0; ///< On which it begins, from 1.
    std::vector<std::string> fields{};
};

struct CsvLimits {
    std::size_t max_records = 20'000;
    std::size_t max_fields = 16;
};

/// CR LF or LF; a byte order mark and empty lines are passed over; a quote that is never closed
/// ends with the text. Errors: TooLarge (more records), Invalid (not UTF-8, or with NUL).
Result<std::vector<CsvRecord>> parse_csv(std::string_view text, const CsvLimits& limits = {});
