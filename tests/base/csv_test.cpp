#include "base/csv.h"

#include <gtest/gtest.h>

namespace {

TEST(Csv, ReadsWhatSpreadsheetsAndServersWrite) {
    const struct {
        const char* name;
        const char* text;
        std::vector<std::vector<std::string>> fields;
        std::vector<int> lines;
    } cases[] = {
        {"plain", "a,b\nc\n", {{"a", "b"}, {"c"}}, {1, 2}},
        {"no end of line, CR LF and a byte order mark",
         "\xEF\xBB\xBF"
         "a\r\nb",
         {{"a"}, {"b"}},
         {1, 2}},
        {"quotes", "\"a,\"\"b\"\"\nc\",d\ne\n", {{"a,\"b\"\nc", "d"}, {"e"}}, {1, 3}},
        {"empty lines", "\n \na\n\n", {{"a"}}, {3}},
        {"an open quote", "a,\"b\nc", {{"a", "b\nc"}}, {1}},
        {"empty fields", ",\n", {{"", ""}}, {1}},
        {"nothing", "", {}, {}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto records = parse_csv(c.text);
        ASSERT_TRUE(records);
        ASSERT_EQ(records->size(), c.fields.size());
        for (std::size_t i = 0; i < records->size(); ++i) {
            EXPECT_EQ((*records)[i].fields, c.fields[i]);
            EXPECT_EQ((*records)[i].line, c.lines[i]);
        }
    }
    EXPECT_FALSE(parse_csv("a\nb\nc\n", {.max_records = 2}));
    EXPECT_FALSE(parse_csv("\xff\xfe"));
    EXPECT_EQ(parse_csv("a,b,c", {.max_fields = 2})->front().fields.size(), 2u);
}

TEST(Csv, H15_FreeTextNeverBeginsAFormula) {
    for (const char* text : {"=cmd()", "+1", "-1", "@sum", "\t=1", "\r=1", "'=1", "''@sum"}) {
        SCOPED_TRACE(text);
        const auto guarded = guard_formula(text);
        EXPECT_EQ(guarded.front(), '\'');
        EXPECT_EQ(unguard_formula(guarded), text);
    }
    EXPECT_EQ(guard_formula("Maths = fun"), "Maths = fun");
    EXPECT_EQ(unguard_formula("'tis"), "'tis");
    EXPECT_EQ(csv_line({"a", "b,c", "d\"e"}), "a,\"b,c\",\"d\"\"e\"\n");
}

} // namespace
