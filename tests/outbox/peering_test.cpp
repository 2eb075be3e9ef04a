#include "db/follows.h"
#include "db/peering_requests.h"
#include "db/peerings.h"
#include "db/severances.h"
#include "moderation/peer_policies.h"
#include "outbox/peering.h"
#include "outbox/peering_answers.h"
#include "tests/support/database.h"

namespace {

using db::PeerLevel;
using outbox::Answer;

const Instance maple{
    .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
const Time now = *parse_iso8601("2031-03-01T08:00:00Z");
const std::string cedar = "cedar.test";
const std::string their_follow = "https://cedar.test/actor#follows/1";

class PeeringTest : public DatabaseTest {
  protected:
    outbox::PeerAct act{.instance = maple, .by = "https://maple.test/users/olive", .now = now};
    outbox::House house{.instance = maple,
                        .host = cedar,
                        .actor_uri = "https://cedar.test/actor",
                        .inbox_uri = "https://cedar.test/actor/inbox"};

    void read_policy() {
        const federation::Policy policy{.id = "https://cedar.test/actor/policy/1",
                                        .actor = house.actor_uri,
                                        .at = now,
                                        .version = 1};
        ASSERT_TRUE(
            moderation::take_policy(tx,
                                    {.host = cedar,
                                     .actor_uri = house.actor_uri,
                                     .inbox_uri = house.inbox_uri,
                                     .policy_uri = "https://cedar.test/actor/policy",
                                     .policy = policy,
                                     .document = dump_json(federation::render_policy(policy))},
                                    now));
    }
    std::optional<db::Peer> peer() { return db::peers::find(tx, cedar); }
    PeerLevel level() { return peer() ? peer()->level : PeerLevel::Unknown; }
    std::string ours() { return peer()->our_follow_uri; }
};

TEST_F(PeeringTest, WhatWasNotReadIsNotAgreedTo) {
    EXPECT_FALSE(outbox::agree_to_peer(tx, act, cedar, PeerLevel::Member));
    read_policy();
    EXPECT_FALSE(outbox::agree_to_peer(tx, act, cedar, PeerLevel::Guest));
    EXPECT_FALSE(outbox::agree_to_peer(tx, act, "maple.test", PeerLevel::Member));
    ASSERT_TRUE(outbox::block_peer(tx, act, cedar));
    EXPECT_FALSE(outbox::agree_to_peer(tx, act, cedar, PeerLevel::Member));
}

TEST_F(PeeringTest, TheChosenLevelCountsWhenBothHaveAccepted) {
    read_policy();
    ASSERT_TRUE(outbox::agree_to_peer(tx, act, cedar, PeerLevel::Partner));
    EXPECT_EQ(level(), PeerLevel::Pending);
    ASSERT_TRUE(outbox::hear_answer(tx, house, ours(), Answer::Accept, now));
    EXPECT_EQ(level(), PeerLevel::Pending) << "they do not follow yet";
    EXPECT_FALSE(outbox::hear_answer(tx, house, ours(), Answer::Accept, now));
    EXPECT_FALSE(outbox::hear_follow(tx, house, their_follow, now)) << "decided before";
    EXPECT_EQ(level(), PeerLevel::Partner);
    EXPECT_FALSE(outbox::agree_to_peer(tx, act, cedar, PeerLevel::Member)) << "a peer already";
}

TEST_F(PeeringTest, ARequestWaitsForAPersonAndIsAcceptedWithTheOtherSide) {
    EXPECT_TRUE(outbox::hear_follow(tx, house, their_follow, now));
    EXPECT_EQ(level(), PeerLevel::Unknown);
    read_policy();
    ASSERT_TRUE(outbox::agree_to_peer(tx, act, cedar, PeerLevel::Member));
    EXPECT_FALSE(db::peering_requests::find(tx, cedar));
    EXPECT_EQ(peer()->their_follow_uri, their_follow);
    EXPECT_EQ(level(), PeerLevel::Pending);
    ASSERT_TRUE(outbox::hear_answer(tx, house, ours(), Answer::Accept, now));
    EXPECT_EQ(level(), PeerLevel::Member);
}

TEST_F(PeeringTest, WhatChangedSinceThePageWasOpenedIsNotAgreedTo) {
    read_policy();
    auto stale = act;
    stale.seen_version = 0;
    const auto refused = outbox::agree_to_peer(tx, stale, cedar, PeerLevel::Member);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().shown.find("changed since"), std::string::npos);
    EXPECT_EQ(level(), PeerLevel::Unknown);
    auto fresh = act;
    fresh.seen_version = 1;
    EXPECT_TRUE(outbox::agree_to_peer(tx, fresh, cedar, PeerLevel::Member));

    moderation::set_level(tx, cedar, PeerLevel::Member, now);
    ASSERT_TRUE(outbox::lower_peer(tx, act, cedar));
    EXPECT_FALSE(outbox::restore_peer(tx, stale, cedar));
    EXPECT_EQ(level(), PeerLevel::Guest);
    EXPECT_TRUE(outbox::restore_peer(tx, fresh, cedar));
    EXPECT_EQ(level(), PeerLevel::Member);
}

TEST_F(PeeringTest, AGuestsHouseAlsoWaitsForAPerson) {
    moderation::set_level(tx, cedar, PeerLevel::Guest, now);
    EXPECT_TRUE(outbox::hear_follow(tx, house, their_follow, now));
    EXPECT_EQ(level(), PeerLevel::Guest);
}

// ATTACKS A17, A18: only the asked one answers, only what was asked.
TEST_F(PeeringTest, A17A18_AnAnswerOfAnotherActorOrToAnotherFollowIsNone) {
    read_policy();
    ASSERT_TRUE(outbox::agree_to_peer(tx, act, cedar, PeerLevel::Member));
    ASSERT_FALSE(outbox::hear_follow(tx, house, their_follow, now));
    auto person = house;
    person.actor_uri = "https://cedar.test/users/mallory";
    auto stranger = house;
    stranger.host = "evil.test";
    stranger.actor_uri = "https://evil.test/actor";
    EXPECT_FALSE(outbox::hear_answer(tx, person, ours(), Answer::Accept, now));
    EXPECT_FALSE(outbox::hear_answer(tx, stranger, ours(), Answer::Accept, now));
    EXPECT_FALSE(outbox::hear_answer(tx, house, ours() + "x", Answer::Accept, now));
    EXPECT_FALSE(outbox::hear_answer(tx, house, "", Answer::Accept, now));
    EXPECT_FALSE(outbox::hear_undo(tx, person, their_follow, now));
    EXPECT_FALSE(outbox::hear_undo(tx, stranger, their_follow, now));
    EXPECT_FALSE(
        outbox::is_about_peering(tx, "Accept", "evil.test", "https://evil.test/actor", ours()));
    EXPECT_EQ(level(), PeerLevel::Pending);
    EXPECT_TRUE(outbox::is_about_peering(tx, "Accept", cedar, house.actor_uri, ours()));
}

TEST_F(PeeringTest, ANoEndsTheAsking) {
    read_policy();
    ASSERT_TRUE(outbox::agree_to_peer(tx, act, cedar, PeerLevel::Member));
    ASSERT_TRUE(outbox::hear_answer(tx, house, ours(), Answer::Reject, now));
    EXPECT_EQ(level(), PeerLevel::Unknown);
    EXPECT_TRUE(outbox::hear_follow(tx, house, their_follow, now)) << "it waits like any other";
    ASSERT_TRUE(outbox::decline_peer(tx, act, cedar));
    EXPECT_FALSE(db::peering_requests::find(tx, cedar));
    EXPECT_FALSE(outbox::decline_peer(tx, act, cedar));
}

TEST_F(PeeringTest, WhenThePeerLeavesEveryFollowEndsAndMembersGetTheirList) {
    moderation::set_level(tx, cedar, PeerLevel::Member, now);
    ASSERT_FALSE(outbox::hear_follow(tx, house, their_follow, now)) << "let in by hand";
    const auto ada = member("ada");
    const auto zoe = member("zoe");
    const auto bob = remote_account("bob", cedar);
    const auto other = remote_account("carl", "birch.test");
    const auto follow = [&](const db::Account& one, const db::Account& two, bool accepted) {
        db::follows::insert(
            tx, {.follower = one.id, .followed = two.id, .accepted = accepted, .created_at = now});
    };
    follow(ada, bob, true);
    follow(bob, ada, true);
    follow(ada, other, true);
    follow(zoe, bob, false); // A request is no follow.

    ASSERT_TRUE(outbox::hear_undo(tx, house, their_follow, now));
    EXPECT_EQ(level(), PeerLevel::Unknown);
    EXPECT_FALSE(db::follows::find(tx, ada.id, bob.id));
    EXPECT_FALSE(db::follows::find(tx, zoe.id, bob.id));
    EXPECT_TRUE(db::follows::find(tx, ada.id, other.id)) << "the neighbours stay";
    const auto severances = db::severances::list(tx, ada.id);
    ASSERT_EQ(severances.size(), 1U);
    EXPECT_EQ(severances[0].target_name, cedar);
    EXPECT_EQ(severances[0].following, 1);
    EXPECT_EQ(severances[0].followers, 1);
    const auto lost = db::severances::follows(tx, ada.id, severances[0].id, true);
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_EQ(lost[0].handle, "bob@cedar.test");
    EXPECT_TRUE(db::severances::list(tx, zoe.id).empty());
    EXPECT_FALSE(db::severances::find(tx, zoe.id, severances[0].id));
    const auto told =
        db::notifications::list(tx, ada.id, {.types = {"severed_relationships"}}, {.limit = 10});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_FALSE(outbox::hear_undo(tx, house, their_follow, now)) << "once";
}

} // namespace
