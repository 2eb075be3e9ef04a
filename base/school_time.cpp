#include "base/school_time.h"

#include <algorithm>

namespace {

using std::chrono::days;
using std::chrono::sys_days;

bool is_school_day(sys_days day) {
    const std::chrono::weekday weekday(day);
    return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday;
}

} // namespace

Time after_school_hours(Time from, std::chrono::hours hours) {
    Time at = from;
    Time::duration left = hours;
    for (;;) {
        const auto today = std::chrono::floor<days>(at);
        const Time midnight{today + days{1}};
        if (is_school_day(today)) {
            const Time::duration step = std::min<Time::duration>(left, midnight - at);
            at += step;
            left -= step;
            if (left <= Time::duration::zero() && at < midnight) return at;
            if (left <= Time::duration::zero() && is_school_day(today + days{1})) return at;
            continue;
        }
        at = midnight;
        // What was due at Friday's end is due when school begins again.
        if (left <= Time::duration::zero() && is_school_day(today + days{1})) return at;
    }
}
