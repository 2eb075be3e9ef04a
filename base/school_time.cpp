#include "base/school_time.h"

#include <algorithm>

namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr days longest_wait{366};

struct Calendar {
    std::span<const DaysOff> without_school;
    sys_days end; ///< From then on every day counts, so that no calendar stops the clock for good.

    bool is_school_day(sys_days day) const {
        if (day >= end) return true;
        const std::chrono::weekday weekday(day);
        if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) return false;
        return std::ranges::none_of(without_school, [day](const DaysOff& off) {
            return off.first <= day && day <= off.last;
        });
    }
};

} // namespace

Time after_school_hours(Time from,
                        std::chrono::hours hours,
                        std::span<const DaysOff> without_school) {
    const Calendar calendar{.without_school = without_school,
                            .end = std::chrono::floor<days>(from) + longest_wait};
    Time at = from;
    Time::duration left = hours;
    for (;;) {
        const auto today = std::chrono::floor<days>(at);
        const Time midnight{today + days{1}};
        if (calendar.is_school_day(today)) {
            const Time::duration step = std::min<Time::duration>(left, midnight - at);
            at += step;
            left -= step;
            if (left <= Time::duration::zero() && at < midnight) return at;
            if (left <= Time::duration::zero() && calendar.is_school_day(today + days{1}))
                return at;
            continue;
        }
        at = midnight;
        // What was due at Friday's end is due when school begins again.
        if (left <= Time::duration::zero() && calendar.is_school_day(today + days{1})) return at;
    }
}
