#include "moderation/policy_comparison.h"

#include <gtest/gtest.h>

#include <functional>

namespace {

using federation::Policy;
using moderation::Beside;

Policy usual() {
    return {.version = 1,
            .covenant_version = 1,
            .clauses = {"log-kept", "no-students"},
            .kinds = {"leader", "teacher"},
            .assurance = {"roster"},
            .roster_check_hours = 24,
            .takes_partners = true,
            .partner_posts_per_week = 3,
            .report_contact = "mailto:safety@maple.test",
            .acknowledge_hours = 24,
            .decide_school_days = 5,
            .urgent_hours = 2,
            .record_days = 365,
            .removed_days = 30,
            .languages = {"en"},
            .keys = {{.id = "https://maple.test/actor#k1", .multikey = "zOne"}}};
}

TEST(PolicyComparison, SaysWhatIsWeakerAndWhatIsOnlyOther) {
    const struct {
        const char* name;
        std::function<void(Policy&)> change;
        bool weaker;
        const char* says;
    } cases[] = {
        {"a clause less",
         [](Policy& p) { p.clauses = {"log-kept"}; },
         true,
         "Promised before, not now: No students have accounts, and posts identify none."},
        {"a clause more",
         [](Policy& p) { p.clauses.emplace_back("own-clause"); },
         false,
         "Promised now, not before: own-clause"},
        {"a kind more",
         [](Policy& p) { p.kinds.emplace_back("substitute"); },
         true,
         "Accepted as members now, not before: substitute"},
        {"a kind less",
         [](Policy& p) { p.kinds = {"teacher"}; },
         false,
         "Accepted as members before, not now: leader"},
        {"another way to know them",
         [](Policy& p) { p.assurance.emplace_back("vouched"); },
         true,
         "Known by now, not before: vouched"},
        {"a way less",
         [](Policy& p) { p.assurance.clear(); },
         false,
         "Known by before, not now: roster"},
        {"rosters checked less often",
         [](Policy& p) { p.roster_check_hours = 72; },
         true,
         "The roster is checked every: 72 hours now, 24 hours before"},
        {"rosters never checked", [](Policy& p) { p.roster_check_hours = 0; }, true, nullptr},
        {"rosters checked more often",
         [](Policy& p) { p.roster_check_hours = 12; },
         false,
         nullptr},
        {"partners no more",
         [](Policy& p) { p.takes_partners = false; },
         false,
         "Commercial partners are accepted before, not now"},
        {"more posts of partners",
         [](Policy& p) { p.partner_posts_per_week = 4; },
         true,
         "A partner's posts in a week, at most: 4 posts now, 3 posts before"},
        {"fewer posts of partners",
         [](Policy& p) { p.partner_posts_per_week = 0; },
         false,
         nullptr},
        {"later to acknowledge", [](Policy& p) { p.acknowledge_hours = 25; }, true, nullptr},
        {"no time to acknowledge", [](Policy& p) { p.acknowledge_hours = 0; }, true, nullptr},
        {"later to decide", [](Policy& p) { p.decide_school_days = 6; }, true, nullptr},
        {"sooner to decide", [](Policy& p) { p.decide_school_days = 4; }, false, nullptr},
        {"later with threats", [](Policy& p) { p.urgent_hours = 3; }, true, nullptr},
        {"no contact",
         [](Policy& p) { p.report_contact.clear(); },
         true,
         "Contact for reports: none now"},
        {"another contact",
         [](Policy& p) { p.report_contact = "mailto:new@maple.test"; },
         false,
         "Contact for reports: mailto:new@maple.test now, mailto:safety@maple.test before"},
        {"records kept shorter", [](Policy& p) { p.record_days = 30; }, true, nullptr},
        {"evidence kept longer", [](Policy& p) { p.removed_days = 60; }, false, nullptr},
        {"another language", [](Policy& p) { p.languages = {"es"}; }, false, nullptr},
        {"a new key",
         [](Policy& p) {
             p.keys.push_back({.id = "https://maple.test/actor#k2", .multikey = "zTwo"});
         },
         false,
         "A new key signs: https://maple.test/actor#k2"},
        {"a key out of the history", [](Policy& p) { p.keys.clear(); }, true, nullptr},
        {"a key under an old name", [](Policy& p) { p.keys[0].multikey = "zTwo"; }, true, nullptr},
        {"another text",
         [](Policy& p) { p.covenant_version = 2; },
         false,
         "The text of the covenant is another one"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto other = usual();
        c.change(other);
        const auto changes = moderation::compare(usual(), other, Beside::Earlier);
        ASSERT_FALSE(changes.empty());
        EXPECT_EQ(moderation::is_weaker(changes), c.weaker);
        if (c.says != nullptr) {
            EXPECT_EQ(changes.front().text, c.says);
        }
    }
}

TEST(PolicyComparison, FindsNothingBetweenEqualsAndPartnersComingAreWeaker) {
    auto next = usual();
    next.version = 7;
    EXPECT_TRUE(moderation::compare(usual(), next, Beside::Earlier).empty());

    auto weaker = usual();
    weaker.takes_partners = false;
    const auto back = moderation::compare(weaker, usual(), Beside::Earlier);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].text, "Commercial partners are accepted now, not before");
    EXPECT_TRUE(back[0].weaker);
}

TEST(PolicyComparison, TellsNeighboursByHereAndThereAndLeavesOutWhatIsTheirs) {
    auto theirs = usual();
    theirs.acknowledge_hours = 48;
    theirs.report_contact = "mailto:safety@cedar.test";
    theirs.keys = {{.id = "https://cedar.test/actor#k1", .multikey = "zThree"}};
    const auto changes = moderation::compare(usual(), theirs, Beside::Neighbour);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].text, "A report is acknowledged within: 48 hours there, 24 hours here");
    EXPECT_TRUE(changes[0].weaker);
}

} // namespace
