#include "db/blocks.h"
#include "db/early_undos.h"
#include "db/follows.h"
#include "db/peers.h"
#include "moderation/peer_policies.h"
#include "tests/support/handlers.h"

namespace {

using inbox::handle_accept;
using inbox::handle_block;
using inbox::handle_follow;
using inbox::handle_reject;
using inbox::handle_undo;

class FollowTest : public HandlerTest {
  protected:
    Json follow_of(const db::Account& follower, const db::Account& followed) {
        return activity("Follow", follower, followed.uri);
    }
    /// Bob asked to follow alice; the Follow's uri.
    std::string asked() {
        const auto id = db::follows::new_id(tx);
        const std::string uri = federation::follow_uri(instance, "bob", id);
        db::follows::insert(
            tx,
            {.id = id, .follower = bob.id, .followed = alice.id, .uri = uri, .created_at = now});
        return uri;
    }
    bool bob_follows_alice() { return db::follows::is_following(tx, bob.id, alice.id); }
};

TEST_F(FollowTest, IsAcceptedAndToldOnceHoweverOftenItComes) {
    const auto follow = follow_of(alice, bob);
    EXPECT_EQ(*handle_follow(tx, house, received(alice, follow)), applied);
    EXPECT_EQ(*handle_follow(tx, house, received(alice, follow)), ignored);
    EXPECT_TRUE(db::follows::is_following(tx, alice.id, bob.id));
    EXPECT_EQ(db::accounts::find(tx, bob.id)->followers_count, 1);
    EXPECT_EQ(notifications_of(bob), 1U);
}

TEST_F(FollowTest, P01_ALockedMemberIsAskedAndUntilThenNobodyFollows) {
    auto locked = bob;
    locked.locked = true;
    db::accounts::update_profile(tx, locked);
    EXPECT_EQ(*handle_follow(tx, house, received(alice, follow_of(alice, bob))), applied);
    EXPECT_FALSE(db::follows::is_following(tx, alice.id, bob.id));
    EXPECT_FALSE(db::follows::find(tx, alice.id, bob.id)->accepted);
    EXPECT_EQ(db::accounts::find(tx, bob.id)->followers_count, 0);
}

TEST_F(FollowTest, OfNobodyOrOfARelayIsNothing) {
    EXPECT_EQ(*handle_follow(tx, house, received(alice, follow_of(alice, carl))), ignored);
    auto relay = activity("Follow", alice, "https://www.w3.org/ns/activitystreams#Public");
    EXPECT_EQ(*handle_follow(tx, house, received(alice, relay)), ignored);
    EXPECT_FALSE(db::follows::find(tx, alice.id, carl.id));
}

TEST_F(FollowTest, ThatWasUndoneBeforeItCameIsDropped) {
    const auto follow = follow_of(alice, bob);
    EXPECT_EQ(*handle_undo(tx, house, received(alice, activity("Undo", alice, follow["id"]))),
              applied);
    EXPECT_EQ(*handle_follow(tx, house, received(alice, follow)), ignored);
    EXPECT_FALSE(db::follows::find(tx, alice.id, bob.id));
    // Another's Undo of the same id would not have counted.
    EXPECT_FALSE(db::early_undos::exists(
        tx, mallory.uri, follow["id"].get<std::string>(), now - std::chrono::hours{6}));
}

// ATTACKS A18: only the house speaks for the house.
TEST_F(FollowTest, A18_ABotOfAPeerCannotTakeTheHousesPlace) {
    const inbox::House our_house{
        .instance = instance, .peers = peers, .signers = signers, .server_actor = server_actor.id};
    const auto follow = [&](const db::Account& by) {
        const auto one = activity("Follow", by, server_actor.uri);
        EXPECT_TRUE(handle_follow(tx, our_house, received(by, one)));
        return one;
    };
    moderation::set_level(tx, "cedar.test", db::PeerLevel::Member, now);
    auto actor = peer("actor", "cedar.test");
    actor.actor_type = "Application";
    actor.is_server_actor = true;
    auto bot = peer("mallory", "cedar.test");
    bot.actor_type = "Application";
    const auto known = [&] { return db::peers::find(tx, "cedar.test")->server_actor_uri; };

    follow(bot);
    EXPECT_EQ(known(), "") << "while nobody is known";
    follow(actor);
    EXPECT_EQ(known(), actor.uri);
    const auto theirs = follow(bot);
    EXPECT_EQ(known(), actor.uri);
    const auto undo = activity("Undo", bot, {{"id", theirs["id"]}, {"type", "Follow"}});
    static_cast<void>(handle_undo(tx, our_house, received(bot, undo)));
    EXPECT_EQ(db::peers::find(tx, "cedar.test")->level, db::PeerLevel::Member);
}

TEST_F(FollowTest, A16_IsUndoneOnlyByItsOwnFollower) {
    const auto follow = follow_of(alice, bob);
    ASSERT_TRUE(handle_follow(tx, house, received(alice, follow)));

    auto copy = follow;
    EXPECT_FALSE(handle_undo(tx, house, received(mallory, activity("Undo", mallory, copy))));
    copy["actor"] = mallory.uri;
    (void)handle_undo(tx, house, received(mallory, activity("Undo", mallory, copy)));
    (void)handle_undo(tx, house, received(mallory, activity("Undo", mallory, follow["id"])));
    EXPECT_TRUE(db::follows::is_following(tx, alice.id, bob.id));

    EXPECT_EQ(*handle_undo(tx, house, received(alice, activity("Undo", alice, follow))), applied);
    EXPECT_FALSE(db::follows::find(tx, alice.id, bob.id));
    EXPECT_EQ(db::accounts::find(tx, bob.id)->followers_count, 0);
}

TEST_F(FollowTest, D14_FollowingAndUnfollowingInALoopNotifiesOnce) {
    for (int i = 0; i < 5; ++i) {
        const auto follow = follow_of(alice, bob);
        EXPECT_EQ(*handle_follow(tx, house, received(alice, follow)), applied);
        EXPECT_EQ(*handle_undo(tx, house, received(alice, activity("Undo", alice, follow))),
                  applied);
    }
    EXPECT_EQ(notifications_of(bob), 1U);
}

TEST_F(FollowTest, OursBecomesOneByTheAcceptInEverySpelling) {
    const std::string uri = asked();
    const Json inline_follow{
        {"id", uri}, {"type", "Follow"}, {"actor", bob.uri}, {"object", alice.uri}};
    Json without_id = inline_follow;
    without_id.erase("id");
    for (const Json& object : {Json(uri), inline_follow, without_id}) {
        SCOPED_TRACE(object.dump());
        db::follows::remove(tx, bob.id, alice.id);
        Json named = object;
        const std::string again = asked();
        if (named.is_string()) named = again;
        EXPECT_EQ(*handle_accept(tx, house, received(alice, activity("Accept", alice, named))),
                  applied);
        EXPECT_TRUE(bob_follows_alice());
        EXPECT_EQ(*handle_accept(tx, house, received(alice, activity("Accept", alice, named))),
                  ignored);
    }
}

TEST_F(FollowTest, A17_OnlyTheFollowedCanAccept) {
    const std::string uri = asked();
    const Json forged{{"id", uri}, {"type", "Follow"}, {"actor", bob.uri}, {"object", alice.uri}};
    EXPECT_EQ(*handle_accept(tx, house, received(mallory, activity("Accept", mallory, uri))),
              ignored);
    EXPECT_EQ(*handle_accept(tx, house, received(carl, activity("Accept", carl, forged))), ignored);
    EXPECT_FALSE(bob_follows_alice());
    EXPECT_EQ(*handle_accept(tx, house, received(alice, activity("Accept", alice, uri))), applied);
}

TEST_F(FollowTest, A18_WhatWasNeverAskedIsNotAccepted) {
    const Json never{{"id", "https://maple.test/users/bob/follows/77"},
                     {"type", "Follow"},
                     {"actor", bob.uri},
                     {"object", alice.uri}};
    EXPECT_EQ(*handle_accept(tx, house, received(alice, activity("Accept", alice, never))),
              ignored);
    EXPECT_FALSE(db::follows::find(tx, bob.id, alice.id));
}

TEST_F(FollowTest, OursEndsByARejectAlsoAfterAnAccept) {
    const std::string uri = asked();
    ASSERT_EQ(*handle_accept(tx, house, received(alice, activity("Accept", alice, uri))), applied);
    EXPECT_EQ(*handle_reject(tx, house, received(mallory, activity("Reject", mallory, uri))),
              ignored);
    EXPECT_TRUE(bob_follows_alice());
    EXPECT_EQ(*handle_reject(tx, house, received(alice, activity("Reject", alice, uri))), applied);
    EXPECT_FALSE(db::follows::find(tx, bob.id, alice.id));
    EXPECT_EQ(*handle_reject(tx, house, received(alice, activity("Reject", alice, uri))), ignored);
}

TEST_F(FollowTest, D18_AcceptAndRejectInAnyOrderEndInTheLastState) {
    const std::string uri = asked();
    ASSERT_EQ(*handle_reject(tx, house, received(alice, activity("Reject", alice, uri))), applied);
    EXPECT_EQ(*handle_accept(tx, house, received(alice, activity("Accept", alice, uri))), ignored);
    EXPECT_FALSE(bob_follows_alice());
}

TEST_F(FollowTest, ABlockEndsFollowsBothWaysAndItsUndoDoesNotBringThemBack) {
    follows(bob, alice);
    follows(alice, bob);
    const auto block = activity("Block", alice, bob.uri);
    EXPECT_EQ(*handle_block(tx, house, received(alice, block)), applied);
    EXPECT_EQ(*handle_block(tx, house, received(alice, block)), ignored);
    EXPECT_FALSE(db::follows::find(tx, bob.id, alice.id));
    EXPECT_FALSE(db::follows::find(tx, alice.id, bob.id));
    EXPECT_EQ(notifications_of(bob), 0U);

    (void)handle_undo(tx, house, received(mallory, activity("Undo", mallory, block["id"])));
    EXPECT_TRUE(db::blocks::find(tx, alice.id, bob.id));
    EXPECT_EQ(*handle_undo(tx, house, received(alice, activity("Undo", alice, block))), applied);
    EXPECT_FALSE(db::blocks::find(tx, alice.id, bob.id));
    EXPECT_FALSE(bob_follows_alice());
}

} // namespace
