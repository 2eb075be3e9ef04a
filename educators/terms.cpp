#include "educators/terms.h"

#include <charconv>

namespace educators {

Result<std::chrono::month_day> parse_month_day(std::string_view text) {
    const Error invalid{Error::Kind::Invalid, "a day of the year is written as 07-31"};
    if (text.size() != 5 || text[2] != '-') return invalid;
    unsigned month = 0;
    unsigned day = 0;
    const auto read = [](std::string_view digits, unsigned& number) {
        const auto [end, failure] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return failure == std::errc{} && end == digits.data() + digits.size();
    };
    if (!read(text.substr(0, 2), month) || !read(text.substr(3), day)) return invalid;
    const std::chrono::month_day date{std::chrono::month(month), std::chrono::day(day)};
    const bool is_leap_day = month == 2 && day == 29;
    if (!date.ok() || is_leap_day) return invalid;
    return date;
}

Time school_year_end(const AttestationTerms& terms, Time now) {
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
    const auto end_in = [&](std::chrono::year year) {
        const std::chrono::sys_days last = year / terms.school_year_end;
        return Time(last + std::chrono::days{1});
    };
    const auto this_year = end_in(today.year());
    return now < this_year ? this_year : end_in(today.year() + std::chrono::years{1});
}

} // namespace educators
