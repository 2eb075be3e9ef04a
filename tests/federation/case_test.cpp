#include "federation/activity.h"
#include "federation/case.h"
#include "federation/envelope.h"

#include <gtest/gtest.h>

namespace {

using namespace federation;

Case sample() {
    return {.id = "https://cedar.example/cases/7",
            .actor = "https://cedar.example/actor",
            .flag = "https://maple.test/actor#flags/1",
            .is_closed = true,
            .outcome = "warned",
            .note = "We spoke with them.",
            .opened_at = parse_iso8601("2026-03-02T08:30:00Z").value()};
}

TEST(Case, IsReadAsItWasRendered) {
    const auto read = parse_case(render_case(sample()));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->id, sample().id);
    EXPECT_EQ(read->actor, sample().actor);
    EXPECT_EQ(read->flag, sample().flag);
    EXPECT_TRUE(read->is_closed);
    EXPECT_EQ(read->outcome, "warned");
    EXPECT_EQ(read->note, "We spoke with them.");
}

TEST(Case, IsRefusedWhereItIsNotWhatItSays) {
    const struct {
        const char* name;
        Json change;
    } cases[] = {
        {"on another origin than its maker", {{"attributedTo", "https://evil.test/actor"}}},
        {"without a maker", {{"attributedTo", nullptr}}},
        {"without an id", {{"id", nullptr}}},
        {"an outcome that nobody knows", {{"outcome", "promoted"}}},
        {"an outcome of another shape", {{"outcome", Json::array({"warned"})}}},
        {"a post", {{"type", "Note"}}},
        {"a state of another shape", {{"caseStatus", 7}}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto document = render_case(sample());
        document.merge_patch(c.change);
        EXPECT_FALSE(parse_case(document));
    }
    EXPECT_FALSE(parse_case("case"));
}

TEST(Case, OnlyANoteOfItsOwnTypeIsTheModeratorsWord) {
    auto document = render_case(sample());
    document["moderationNote"]["type"] = "Note";
    EXPECT_EQ(parse_case(document)->note, "");
    document["moderationNote"] = "text";
    EXPECT_EQ(parse_case(document)->note, "");
    document["moderationNote"] = {{"type", "ModerationNote"},
                                  {"content", std::string(100'000, 'x')}};
    EXPECT_EQ(parse_case(document)->note.size(), 2'000U);
}

TEST(FlagTerms, AreReadAsTheyWereWrittenAndElseAbsent) {
    Json flag = render_flag({.id = "https://maple.test/actor#flags/1",
                             .actor = "https://maple.test/actor",
                             .to = {"https://cedar.example/users/bo"}},
                            {"https://cedar.example/users/bo"},
                            "rude");
    EXPECT_EQ(parse_flag_terms(flag).category, "other") << "as Mastodon sends it";
    add_flag_terms(flag,
                   {.category = "violation",
                    .clause = "no-students",
                    .case_id = "12",
                    .is_urgent = true,
                    .is_kept = true});
    const auto terms = parse_flag_terms(flag);
    EXPECT_EQ(terms.category, "violation");
    EXPECT_EQ(terms.clause, "no-students");
    EXPECT_EQ(terms.case_id, "12");
    EXPECT_TRUE(terms.is_urgent);
    EXPECT_TRUE(terms.is_kept);
    EXPECT_TRUE(parse_activity(flag)) << "the door takes it";

    flag["urgent"] = "yes";
    flag["category"] = Json::object();
    flag["caseId"] = 12;
    EXPECT_FALSE(parse_flag_terms(flag).is_urgent);
    EXPECT_EQ(parse_flag_terms(flag).category, "other");
    EXPECT_EQ(parse_flag_terms(flag).case_id, "");
    for (const char* clause : {"<b>x</b>", "NO", "a b", ""}) {
        flag["clause"] = clause;
        EXPECT_EQ(parse_flag_terms(flag).clause, "") << clause;
    }
    for (const char* urgent : {"threat", "student"}) {
        flag["category"] = urgent;
        EXPECT_TRUE(parse_flag_terms(flag).is_urgent) << urgent;
        EXPECT_EQ(parse_flag_terms(flag).category, "violation");
    }
}

} // namespace
