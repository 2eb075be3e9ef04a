#include "base/id.h"
#include "base/log.h"
#include "base/time.h"

#include <gtest/gtest.h>

namespace {

Time at(std::int64_t milliseconds) {
    return Time(std::chrono::milliseconds(milliseconds));
}

TEST(Iso8601, IsWrittenInUtcWithMilliseconds) {
    EXPECT_EQ(format_iso8601(at(1'772'353'800'000)), "2026-03-01T08:30:00.000Z");
    EXPECT_EQ(format_iso8601(at(-1)), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(format_date(at(1'772'353'800'000)), "2026-03-01");
}

TEST(Iso8601, IsReadInEveryFormThatPeersSend) {
    const struct {
        const char* text;
        std::int64_t expected;
    } cases[] = {
        {"2026-03-01T08:30:00Z", 1'772'353'800'000},
        {"2026-03-01T08:30:00.5Z", 1'772'353'800'500},
        {"2026-03-01T08:30:00.123456Z", 1'772'353'800'123},
        {"2026-03-01t08:30:00z", 1'772'353'800'000},
        {"2026-03-01T08:30:00", 1'772'353'800'000},
        {"2026-03-01T08:30Z", 1'772'353'800'000},
        {"2026-03-01 08:30:00", 1'772'353'800'000},
        {"2026-03-01T10:00:00+01:30", 1'772'353'800'000},
        {"2026-03-01T03:30:00-0500", 1'772'353'800'000},
        {"2026-03-01", 1'772'323'200'000},
        {"2016-12-31T23:59:60Z", 1'483'228'800'000},
    };
    for (const auto& c : cases)
        EXPECT_EQ(parse_iso8601(c.text), at(c.expected)) << c.text;
}

TEST(Iso8601, RefusesWhatIsNoTime) {
    for (const char* text : {"",
                             "2026",
                             "2026-3-1",
                             "2026-02-30",
                             "2026-03-01T",
                             "2026-03-01T24:00:00Z",
                             "2026-03-01T08:60:00Z",
                             "2026-03-01T08:30:61Z",
                             "2026-03-01T08:30:00.Z",
                             "2026-03-01T08:30:00+25:00",
                             "2026-03-01T08:30:00Zx",
                             "-026-03-01"}) {
        EXPECT_FALSE(parse_iso8601(text)) << text;
    }
}

TEST(HttpDate, IsReadAndWritten) {
    EXPECT_EQ(format_http_date(at(1'772'353'800'000)), "Sun, 01 Mar 2026 08:30:00 GMT");
    EXPECT_EQ(parse_http_date("Sun, 01 Mar 2026 08:30:00 GMT"), at(1'772'353'800'000));
    for (const char* text : {"",
                             "Sun, 01 Mar 2026 08:30:00 UTC",
                             "Sun, 1 Mar 2026 08:30:00 GMT",
                             "Sun, 31 Feb 2026 08:30:00 GMT",
                             "Sun, 01 Mar 2026 25:30:00 GMT",
                             "Sun, 01 Mar 2026 08:30:00 GMT ",
                             "2026-03-01T08:30:00Z"}) {
        EXPECT_FALSE(parse_http_date(text)) << text;
    }
}

TEST(ParseId, TakesPositive63BitNumbersOnly) {
    EXPECT_EQ(parse_id("1"), 1);
    EXPECT_EQ(parse_id("9223372036854775807"), INT64_MAX);
    for (const char* text :
         {"", "0", "-1", "+1", " 1", "1x", "9223372036854775808", "00000000000000000001"}) {
        EXPECT_FALSE(parse_id(text)) << text;
    }
}

TEST(EscapeControls, D21_LeavesNoWayToForgeALogLine) {
    EXPECT_EQ(escape_controls("Grüße 🍎"), "Grüße 🍎");
    EXPECT_EQ(escape_controls("a\r\nerror: b\x1b[2J\x7f"), "a\\x0d\\x0aerror: b\\x1b[2J\\x7f");
    EXPECT_EQ(escape_controls("a\xc2\x9b"
                              "2J"),
              "a\\x9b2J");
    EXPECT_EQ(escape_controls(std::string_view("\0", 1)), "\\x00");
}

} // namespace
