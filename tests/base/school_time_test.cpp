#include "base/school_time.h"

#include <gtest/gtest.h>

namespace {

TEST(SchoolTime, RunsOnSchoolDaysOnly) {
    const struct {
        const char* from;
        int hours;
        const char* until;
    } cases[] = {
        // 2026-11-23 is a Monday.
        {"2026-11-23T08:00:00.000Z", 24, "2026-11-24T08:00:00.000Z"},
        {"2026-11-23T00:00:00.000Z", 24, "2026-11-24T00:00:00.000Z"},
        {"2026-11-27T12:00:00.000Z", 24, "2026-11-30T12:00:00.000Z"},
        {"2026-11-27T00:00:00.000Z", 24, "2026-11-30T00:00:00.000Z"},
        {"2026-11-28T15:00:00.000Z", 24, "2026-12-01T00:00:00.000Z"},
        {"2026-11-29T23:59:59.999Z", 1, "2026-11-30T01:00:00.000Z"},
        {"2026-11-26T12:00:00.000Z", 72, "2026-12-01T12:00:00.000Z"},
        {"2026-11-24T12:00:00.000Z", 120, "2026-12-01T12:00:00.000Z"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(
            format_iso8601(after_school_hours(*parse_iso8601(c.from), std::chrono::hours{c.hours})),
            c.until)
            << c.from;
}

TEST(SchoolTime, SkipsTheDaysOffOfTheDistrict) {
    using namespace std::chrono_literals;
    const auto day = [](const char* text) {
        return std::chrono::floor<std::chrono::days>(*parse_iso8601(text));
    };
    const DaysOff thanksgiving[] = {
        {.first = day("2026-11-26T00:00:00Z"), .last = day("2026-11-27T00:00:00Z")}};
    const auto noon = *parse_iso8601("2026-11-25T12:00:00Z");
    EXPECT_EQ(format_iso8601(after_school_hours(noon, 24h, thanksgiving)),
              "2026-11-30T12:00:00.000Z");
    EXPECT_EQ(format_iso8601(after_school_hours(noon, 24h)), "2026-11-26T12:00:00.000Z");
    // A calendar without any school day stops nothing for good.
    const DaysOff always[] = {
        {.first = day("2026-01-01T00:00:00Z"), .last = day("2999-01-01T00:00:00Z")}};
    EXPECT_LT(after_school_hours(noon, 24h, always), noon + std::chrono::days{400});
}

} // namespace
