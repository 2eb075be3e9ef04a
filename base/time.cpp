#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace {

constexpr std::array<std::string_view, 7> weekdays = {
    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
    std::chrono::sys_days day;
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<std::chrono::milliseconds> clock;
};

Fields fields_of(Time at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    return {.day = day,
            .date = std::chrono::year_month_day(day),
            .clock = std::chrono::hh_mm_ss(at - day)};
}

/// Reads from the front of a text; every step says whether it fitted.
struct Cursor {
    std::string_view rest;

    bool skip(std::string_view expected) {
        if (!rest.starts_with(expected)) return false;
        rest.remove_prefix(expected.size());
        return true;
    }
    bool skip_any(std::string_view choice) {
        if (rest.empty() || choice.find(rest.front()) == std::string_view::npos) return false;
        rest.remove_prefix(1);
        return true;
    }
    bool number(std::size_t digits, int& value) {
        if (rest.size() < digits) return false;
        const auto text = rest.substr(0, digits);
        if (text.find_first_not_of("0123456789") != std::string_view::npos) return false;
        std::from_chars(text.data(), text.data() + text.size(), value);
        rest.remove_prefix(digits);
        return true;
    }
    template <std::size_t size>
    bool name(const std::array<std::string_view, size>& names, int& index) {
        const auto found = std::ranges::find(names, rest.substr(0, 3));
        if (found == names.end()) return false;
        index = static_cast<int>(found - names.begin());
        rest.remove_prefix(3);
        return true;
    }
};

std::optional<std::chrono::sys_days> day_of(int year, int month, int day) {
    const std::chrono::year_month_day date(std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

/// A leap second counts as the second after it, as POSIX time has it.
bool is_clock(int hour, int minute, int second) {
    return hour <= 23 && minute <= 59 && second <= 60;
}

/// The digits behind the point, as milliseconds; what is finer is cut.
bool read_fraction(Cursor& cursor, int& milliseconds) {
    std::size_t digits = 0;
    int digit = 0;
    for (int weight = 100; cursor.number(1, digit); weight /= 10, ++digits) {
        milliseconds += digit * weight;
    }
    return digits > 0;
}

/// "Z", "+01:00", "+0100", "+01" or nothing.
bool read_zone(Cursor& cursor, std::chrono::minutes& offset) {
    if (cursor.rest.empty() || cursor.skip_any("Zz")) return true;
    const bool negative = cursor.rest.front() == '-';
    int hours = 0;
    int minutes = 0;
    if (!cursor.skip_any("+-") || !cursor.number(2, hours)) return false;
    if (!cursor.rest.empty()) {
        cursor.skip(":");
        if (!cursor.number(2, minutes)) return false;
    }
    if (hours > 23 || minutes > 59) return false;
    offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    if (negative) offset = -offset;
    return true;
}

} // namespace

Time system_now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string format_iso8601(Time at) {
    const auto fields = fields_of(at);
    return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z",
                       format_date(at),
                       fields.clock.hours().count(),
                       fields.clock.minutes().count(),
                       fields.clock.seconds().count(),
                       fields.clock.subseconds().count());
}

std::optional<Time> parse_iso8601(std::string_view text) {
    Cursor cursor{text};
    int year = 0;
    int month = 0;
    int day = 0;
    if (!cursor.number(4, year) || !cursor.skip("-") || !cursor.number(2, month) ||
        !cursor.skip("-") || !cursor.number(2, day)) {
        return std::nullopt;
    }
    const auto date = day_of(year, month, day);
    if (!date) return std::nullopt;
    if (cursor.rest.empty()) return Time(*date);

    int hour = 0;
    int minute = 0;
    int second = 0;
    int milliseconds = 0;
    if (!cursor.skip_any("Tt ") || !cursor.number(2, hour) || !cursor.skip(":") ||
        !cursor.number(2, minute)) {
        return std::nullopt;
    }
    if (cursor.skip(":")) {
        if (!cursor.number(2, second)) return std::nullopt;
        if (cursor.skip_any(".,") && !read_fraction(cursor, milliseconds)) return std::nullopt;
    }
    std::chrono::minutes offset{0};
    if (!is_clock(hour, minute, second) || !read_zone(cursor, offset) || !cursor.rest.empty()) {
        return std::nullopt;
    }
    return Time(*date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second) + std::chrono::milliseconds(milliseconds) - offset;
}

std::string format_http_date(Time at) {
    const auto fields = fields_of(at);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       weekdays[std::chrono::weekday(fields.day).c_encoding()],
                       static_cast<unsigned>(fields.date.day()),
                       months[static_cast<unsigned>(fields.date.month()) - 1],
                       static_cast<int>(fields.date.year()),
                       fields.clock.hours().count(),
                       fields.clock.minutes().count(),
                       fields.clock.seconds().count());
}

std::optional<Time> parse_http_date(std::string_view text) {
    Cursor cursor{text};
    int weekday = 0;
    int day = 0;
    int month = 0;
    int year = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    const bool fits = cursor.name(weekdays, weekday) && cursor.skip(", ") &&
                      cursor.number(2, day) && cursor.skip(" ") && cursor.name(months, month) &&
                      cursor.skip(" ") && cursor.number(4, year) && cursor.skip(" ") &&
                      cursor.number(2, hour) && cursor.skip(":") && cursor.number(2, minute) &&
                      cursor.skip(":") && cursor.number(2, second) && cursor.rest == " GMT";
    if (!fits || !is_clock(hour, minute, second)) return std::nullopt;
    const auto date = day_of(year, month + 1, day);
    if (!date) return std::nullopt;
    return Time(*date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

std::string format_date(Time at) {
    const auto date = fields_of(at).date;
    return fmt::format("{:04}-{:02}-{:02}",
                       static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}
