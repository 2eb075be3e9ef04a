#include "db/audit_log.h"
#include "db/follows.h"
#include "db/notifications.h"
#include "moderation/facts.h"
#include "moderation/shield.h"
#include "tests/support/database.h"

#include <fmt/format.h>

#include <array>

namespace {

using moderation::Subject;
using moderation::Verdict;

TEST(Pile, IsWhatIsFarAboveAPersonsOwnNormal) {
    struct Case {
        db::Approaches approaches;
        bool is_pile;
    };
    for (const auto& c : {
             Case{{.in_10_minutes = 7, .in_6_hours = 24}, false},
             Case{{.in_10_minutes = 8, .in_6_hours = 8}, true},
             Case{{.in_10_minutes = 2, .in_6_hours = 25}, true},
             // Somebody whom many write to anyway.
             Case{{.in_10_minutes = 30, .in_6_hours = 150, .normal_6_hours = 40}, false},
             Case{{.in_10_minutes = 80, .in_6_hours = 150, .normal_6_hours = 40}, true},
             // Applause for a teacher with 50,000 followers, on the first day that it comes.
             Case{{.in_10_minutes = 60, .in_6_hours = 400, .followers = 50'000}, false},
             Case{{.in_10_minutes = 100, .in_6_hours = 400, .followers = 50'000}, true},
         }) {
        EXPECT_EQ(moderation::is_pile(c.approaches), c.is_pile)
            << c.approaches.in_10_minutes << " " << c.approaches.in_6_hours;
    }
}

class ShieldTest : public DatabaseTest {
  protected:
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    moderation::Peers peers{test_pool(), instance};
    Time now = system_now();
    db::Account bob = member("bob");

    Subject mention(const db::Account& by) {
        return {.type = "Create",
                .actor = by.uri,
                .signer = by.uri,
                .id = by.uri + "/1/activity",
                .authors = {by.uri},
                .speaks_for = {by.uri},
                .is_post = true,
                .visibility = db::Visibility::Public,
                .mentions = {bob.uri},
                .published = now};
    }
    moderation::Facts facts_of(const Subject& subject) {
        auto sheet = moderation::load_facts(tx, peers, std::array{subject}, now);
        for (auto& [uri, level] : sheet.facts.front().levels)
            level = db::PeerLevel::Member;
        return sheet.facts.front();
    }
    void approach(const db::Account& by) {
        const auto subject = mention(by);
        moderation::note_approaches(
            tx, moderation::approached(subject, facts_of(subject)), by.id, now);
    }
    bool is_up() { return db::shields::shielded(tx, {bob.id}, now).size() == 1; }
};

TEST_F(ShieldTest, GoesUpWithTheEighthStrangerAndIsNoBarToFriends) {
    const auto friendly = remote_account("friendly");
    db::follows::insert(
        tx, {.follower = bob.id, .followed = friendly.id, .accepted = true, .created_at = now});
    for (int i = 0; i < 20; ++i)
        approach(friendly);
    EXPECT_FALSE(is_up()) << "one whom bob follows, however often";
    const auto loud = remote_account("loud");
    for (int i = 0; i < 20; ++i)
        approach(loud);
    EXPECT_FALSE(is_up()) << "one stranger is not a pile";
    for (int i = 0; i < 7; ++i)
        approach(remote_account(fmt::format("s{}", i)));
    EXPECT_TRUE(is_up());
    EXPECT_EQ(db::audit_log::list_by_subject(tx, bob.uri).front().act, "shield.raise");

    const auto stranger = remote_account("late");
    EXPECT_EQ(moderation::decide(mention(stranger), facts_of(mention(stranger))).reason,
              "shielded");
    EXPECT_EQ(moderation::decide(mention(friendly), facts_of(mention(friendly))).verdict,
              Verdict::Accept);
    EXPECT_FALSE(db::shields::shielded(tx, {bob.id}, now + moderation::shield_lasts).size() == 1)
        << "it ends by itself";
}

TEST_F(ShieldTest, ClosesBoostsAndQuotesOfStrangers) {
    const auto post = status_by(bob);
    const auto stranger = remote_account("stranger");
    Subject boost{.type = "Announce",
                  .actor = stranger.uri,
                  .signer = stranger.uri,
                  .object = post.uri,
                  .speaks_for = {stranger.uri}};
    EXPECT_EQ(moderation::decide(boost, facts_of(boost)).verdict, Verdict::Accept);
    moderation::raise_shield(tx, bob.id, "command line", now);
    const auto limited = moderation::decide(boost, facts_of(boost));
    EXPECT_EQ(limited.verdict, Verdict::Limit);
    EXPECT_TRUE(limited.effects.quiet);
    boost.type = "QuoteRequest";
    EXPECT_EQ(moderation::decide(boost, facts_of(boost)).verdict, Verdict::Hold);
    for (const char* type : {"Flag", "Undo"}) {
        boost.type = type;
        EXPECT_EQ(moderation::decide(boost, facts_of(boost)).verdict, Verdict::Accept) << type;
    }
    boost.type = "QuoteRequest";
    ASSERT_TRUE(moderation::lower_shield(tx, bob.id, "command line", now));
    EXPECT_EQ(moderation::decide(boost, facts_of(boost)).verdict, Verdict::Accept);
    EXPECT_FALSE(moderation::lower_shield(tx, bob.id, "command line", now)) << "twice";
}

TEST_F(ShieldTest, PutsStrangersNotificationsAside) {
    const auto known = remote_account("known");
    const auto stranger = remote_account("stranger");
    db::follows::insert(
        tx, {.follower = bob.id, .followed = known.id, .accepted = true, .created_at = now});
    moderation::raise_shield(tx, bob.id, bob.uri, now);
    const auto told = [&](const db::Account& by) {
        return db::notifications::insert(
                   tx, {.recipients = {bob.id}, .type = "follow", .from = by.id, .now = now})
            .size();
    };
    EXPECT_EQ(told(stranger), 0U) << "kept aside, without a sound";
    EXPECT_EQ(told(known), 1U);
    ASSERT_TRUE(moderation::lower_shield(tx, bob.id, bob.uri, now));
    EXPECT_EQ(told(remote_account("another")), 1U);
}

} // namespace
