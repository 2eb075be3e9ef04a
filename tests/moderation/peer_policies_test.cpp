#include "db/audit_log.h"
#include "moderation/covenant.h"
#include "moderation/peer_policies.h"
#include "tests/support/database.h"

namespace {

using db::PeerLevel;
using moderation::Taken;

const Time now = *parse_iso8601("2031-03-01T08:00:00Z");
constexpr auto cedar = "cedar.test";

federation::Policy policy(std::int64_t version, std::int64_t roster_hours) {
    return {.id = "https://cedar.test/actor/policy/" + std::to_string(version),
            .actor = "https://cedar.test/actor",
            .at = now,
            .version = version,
            .covenant_version = 1,
            .covenant_url = "https://cedar.test/covenant/1",
            .clauses = {"no-students"},
            .kinds = {"teacher"},
            .assurance = {"roster"},
            .roster_check_hours = roster_hours,
            .report_contact = "mailto:safety@cedar.test",
            .acknowledge_hours = 24,
            .decide_school_days = 5,
            .urgent_hours = 2};
}

class PeerPoliciesTest : public DatabaseTest {
  protected:
    PeerPoliciesTest() { moderation::set_level(tx, cedar, PeerLevel::Member, now); }

    Result<Taken> take(const federation::Policy& one) {
        return moderation::take_policy(tx,
                                       {.host = cedar,
                                        .actor_uri = one.actor,
                                        .inbox_uri = "https://cedar.test/inbox",
                                        .policy_uri = "https://cedar.test/actor/policy",
                                        .policy = one,
                                        .document = dump_json(federation::render_policy(one))},
                                       now);
    }
    PeerLevel level() { return db::peers::find(tx, cedar)->level; }
    db::Peering peering() { return *db::peerings::find(tx, cedar); }
};

TEST_F(PeerPoliciesTest, TheFirstCountsAsLookedAtAndSoDoesOneThatPromisesNoLess) {
    ASSERT_EQ(*take(policy(1, 24)), Taken::Stored);
    EXPECT_EQ(*take(policy(1, 24)), Taken::Known);
    EXPECT_EQ(peering().reviewed_version, 1);
    ASSERT_EQ(*take(policy(2, 12)), Taken::Stored);
    EXPECT_EQ(peering().reviewed_version, 2);
    EXPECT_EQ(level(), PeerLevel::Member);
    const auto read = moderation::policy_of(tx, cedar);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->report_contact, "mailto:safety@cedar.test");
    EXPECT_EQ(read->roster_check_hours, 12);
    EXPECT_FALSE(moderation::policy_of(tx, "birch.test"));
}

TEST_F(PeerPoliciesTest, AWeakerOneHoldsUntilAPersonHasLooked) {
    ASSERT_TRUE(take(policy(1, 24)));
    EXPECT_EQ(*take(policy(2, 72)), Taken::Held);
    EXPECT_EQ(level(), PeerLevel::Guest);
    EXPECT_TRUE(moderation::is_on_hold(tx, cedar));
    EXPECT_EQ(peering().reviewed_version, 1);
    const auto written = db::audit_log::list_by_subject(tx, cedar);
    ASSERT_FALSE(written.empty());
    EXPECT_EQ(written.front().act, "peer.hold");
    EXPECT_EQ(written.front().details["weaker"].size(), 1U);

    // Nothing that the peer does takes it back.
    EXPECT_EQ(*take(policy(3, 24)), Taken::Held);
    EXPECT_EQ(level(), PeerLevel::Guest);

    ASSERT_TRUE(moderation::restore(tx, cedar, now));
    EXPECT_EQ(level(), PeerLevel::Member);
    EXPECT_EQ(peering().reviewed_version, 3);
    EXPECT_FALSE(moderation::is_on_hold(tx, cedar));
    EXPECT_FALSE(moderation::restore(tx, cedar, now));
}

TEST_F(PeerPoliciesTest, ManySmallStepsDownAreMeasuredAtWhatWasLookedAt) {
    ASSERT_TRUE(take(policy(1, 24)));
    ASSERT_EQ(*take(policy(2, 25)), Taken::Held);
    ASSERT_TRUE(moderation::restore(tx, cedar, now));
    EXPECT_EQ(*take(policy(3, 26)), Taken::Held);
}

TEST_F(PeerPoliciesTest, AVersionNeverGoesBackAndNeverChanges) {
    ASSERT_TRUE(take(policy(5, 24)));
    const auto older = take(policy(4, 24));
    ASSERT_FALSE(older);
    EXPECT_EQ(peering().problem, older.error().shown);
    const auto other = take(policy(5, 12));
    ASSERT_FALSE(other);
    EXPECT_EQ(moderation::policy_of(tx, cedar)->roster_check_hours, 24);
    EXPECT_EQ(level(), PeerLevel::Member) << "what is not good changes nothing";
    ASSERT_TRUE(take(policy(5, 24)));
    EXPECT_EQ(peering().problem, "");
}

TEST_F(PeerPoliciesTest, LoweredByHandAndRestoredToWhatItWas) {
    moderation::set_level(tx, cedar, PeerLevel::Partner, now);
    ASSERT_TRUE(moderation::hold(tx, cedar, moderation::Hold::Lowered, now));
    EXPECT_EQ(level(), PeerLevel::Guest);
    EXPECT_FALSE(moderation::hold(tx, cedar, moderation::Hold::Lowered, now))
        << "it is no peer now";
    ASSERT_TRUE(moderation::restore(tx, cedar, now));
    EXPECT_EQ(level(), PeerLevel::Partner);

    // A level that a person sets ends the hold.
    ASSERT_TRUE(moderation::hold(tx, cedar, moderation::Hold::Lowered, now));
    moderation::set_level(tx, cedar, PeerLevel::Blocked, now);
    EXPECT_FALSE(moderation::restore(tx, cedar, now));
    EXPECT_EQ(level(), PeerLevel::Blocked);
}

} // namespace
