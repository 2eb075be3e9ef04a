#include "api/search_query.h"

#include <gtest/gtest.h>

#include <functional>

namespace {

TEST(ParseSearch, TakesOperatorsOutAndLeavesTheWords) {
    const struct {
        const char* typed;
        const char* text;
        std::function<bool(const api::SearchQuery&)> holds;
    } cases[] = {
        {"algebra", "algebra", [](const auto& q) { return !q.has_operators; }},
        {"  two   words ", "two words", [](const auto&) { return true; }},
        {"\"exact phrase\" -without",
         "\"exact phrase\" -without",
         [](const auto& q) { return !q.has_operators; }},
        {"from:me algebra", "algebra", [](const auto& q) { return q.from == "me"; }},
        {"-from:@Ada@cedar.test x",
         "x",
         [](const auto& q) { return q.not_from == "@ada@cedar.test" && q.from.empty(); }},
        {"has:media", "", [](const auto& q) { return q.statuses.has_media == true; }},
        {"-has:poll x", "x", [](const auto& q) { return q.statuses.has_poll == false; }},
        {"HAS:Link x", "x", [](const auto& q) { return q.statuses.has_link == true; }},
        {"is:reply -is:sensitive",
         "",
         [](const auto& q) {
             return q.statuses.is_reply == true && q.statuses.is_sensitive == false;
         }},
        {"language:de x", "x", [](const auto& q) { return q.statuses.language == "de"; }},
        {"before:2026-03-01 x",
         "x",
         [](const auto& q) { return q.before == parse_iso8601("2026-03-01T00:00:00Z"); }},
        {"after:2026-03-01 x",
         "x",
         [](const auto& q) { return q.after == parse_iso8601("2026-03-02T00:00:00Z"); }},
        {"during:2026-03-01 x",
         "x",
         [](const auto& q) {
             return q.after == parse_iso8601("2026-03-01T00:00:00Z") &&
                    q.before == parse_iso8601("2026-03-02T00:00:00Z");
         }},
        {"in:library x",
         "x",
         [](const auto& q) { return !q.statuses.in_public && q.statuses.in_library; }},
        {"in:public x",
         "x",
         [](const auto& q) { return q.statuses.in_public && !q.statuses.in_library; }},
        {"has:cheese before:soon from: in:kitchen note:well",
         "has:cheese before:soon from: in:kitchen note:well",
         [](const auto& q) { return !q.has_operators; }},
        {"\"from:me inside quotes\"",
         "\"from:me inside quotes\"",
         [](const auto& q) { return q.from.empty(); }},
        {"\"never closed from:me", "\"never closed from:me", [](const auto&) { return true; }},
        {"", "", [](const auto& q) { return !q.has_operators; }},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.typed);
        const auto query = api::parse_search(c.typed);
        EXPECT_EQ(query.statuses.text, c.text);
        EXPECT_TRUE(c.holds(query));
    }
}

} // namespace
