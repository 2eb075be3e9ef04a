#include "db/favourites.h"
#include "tests/support/handlers.h"

namespace {

using inbox::handle_announce;
using inbox::handle_like;
using inbox::handle_undo;

class LikeTest : public HandlerTest {
  protected:
    std::int64_t favourites(const db::Status& status) {
        return db::statuses::find(tx, status.id)->favourites_count;
    }
};

TEST_F(LikeTest, NotifiesTheAuthorOnceEvenWhenDeliveredTwice) {
    const auto status = status_by(bob);
    const auto like = activity("Like", alice, status.uri);
    EXPECT_EQ(*handle_like(tx, house, received(alice, like)), applied);
    EXPECT_EQ(*handle_like(tx, house, received(alice, like)), ignored);
    auto reaction = activity("EmojiReact", alice, status.uri);
    reaction["content"] = "👍";
    EXPECT_EQ(*handle_like(tx, house, received(alice, reaction)), ignored);
    EXPECT_EQ(favourites(status), 1);
    EXPECT_EQ(notifications_of(bob), 1U);
}

TEST_F(LikeTest, OfOursGoesWhenTheAuthorRefusesItAndNobodyElseCan) {
    const db::Status theirs{.id = db::statuses::new_id(tx, now),
                            .uri = carl.uri + "/statuses/1",
                            .author = carl.id,
                            .content = "<p>hi</p>",
                            .created_at = now};
    ASSERT_TRUE(db::statuses::insert(tx, theirs));
    const auto like = federation::fragment_uri(bob.uri, "likes", 12);
    ASSERT_TRUE(db::favourites::insert(tx, bob.id, theirs.id, like));
    EXPECT_EQ(*inbox::handle_reject(tx, house, received(alice, activity("Reject", alice, like))),
              ignored);
    EXPECT_EQ(favourites(theirs), 1);
    EXPECT_EQ(*inbox::handle_reject(tx, house, received(carl, activity("Reject", carl, like))),
              applied);
    EXPECT_EQ(favourites(theirs), 0);
}

TEST_F(LikeTest, P04_OfAHiddenPostIsLikeOneOfNoPost) {
    const auto hidden = status_by(bob, db::Visibility::Private);
    const auto of_hidden =
        handle_like(tx, house, received(alice, activity("Like", alice, hidden.uri)));
    const auto of_none =
        handle_like(tx, house, received(alice, activity("Like", alice, bob.uri + "/statuses/1")));
    EXPECT_EQ(*of_hidden, *of_none);
    EXPECT_EQ(favourites(hidden), 0);

    follows(alice, bob);
    EXPECT_EQ(*handle_like(tx, house, received(alice, activity("Like", alice, hidden.uri))),
              applied);
}

TEST_F(LikeTest, P01_AFollowThatWasNeverAcceptedOpensNothing) {
    const auto hidden = status_by(bob, db::Visibility::Private);
    follows(alice, bob, false);
    EXPECT_EQ(*handle_like(tx, house, received(alice, activity("Like", alice, hidden.uri))),
              ignored);
}

TEST_F(LikeTest, A16_IsUndoneOnlyByWhoLiked) {
    const auto status = status_by(bob);
    const auto like = activity("Like", alice, status.uri);
    ASSERT_EQ(*handle_like(tx, house, received(alice, like)), applied);
    EXPECT_FALSE(handle_undo(tx, house, received(mallory, activity("Undo", mallory, like))));
    EXPECT_EQ(favourites(status), 1);
    EXPECT_EQ(*handle_undo(tx, house, received(alice, activity("Undo", alice, like))), applied);
    EXPECT_EQ(favourites(status), 0);
}

TEST_F(LikeTest, D14_TogglingIsToldOnce) {
    const auto status = status_by(bob);
    for (int i = 0; i < 4; ++i) {
        const auto like = activity("Like", alice, status.uri);
        ASSERT_EQ(*handle_like(tx, house, received(alice, like)), applied);
        ASSERT_EQ(*handle_undo(tx, house, received(alice, activity("Undo", alice, like))), applied);
    }
    EXPECT_LE(notifications_of(bob), 1U);
}

TEST_F(LikeTest, WhatIsTakenBackIsNoNotificationAndANewOneIs) {
    const auto status = status_by(bob);
    const auto like = activity("Like", alice, status.uri);
    ASSERT_EQ(*handle_like(tx, house, received(alice, like)), applied);
    ASSERT_EQ(*handle_like(tx, house, received(carl, activity("Like", carl, status.uri))), applied);
    ASSERT_EQ(notifications_of(bob), 2U);
    ASSERT_EQ(*handle_undo(tx, house, received(alice, activity("Undo", alice, like))), applied);
    EXPECT_EQ(notifications_of(bob), 1U) << "carl's stays";
    ASSERT_EQ(*handle_like(tx, house, received(alice, activity("Like", alice, status.uri))),
              applied);
    EXPECT_EQ(notifications_of(bob), 2U);
}

class AnnounceTest : public LikeTest {
  protected:
    Json boost_of(const db::Account& by, const std::string& uri) {
        auto boost = activity("Announce", by, uri);
        boost["to"] = {"https://www.w3.org/ns/activitystreams#Public"};
        return boost;
    }
    std::int64_t boosts(const db::Status& status) {
        return db::statuses::find(tx, status.id)->reblogs_count;
    }
};

TEST_F(AnnounceTest, StandsOnceAndIsToldOnce) {
    const auto status = status_by(bob);
    const auto boost = boost_of(alice, status.uri);
    EXPECT_EQ(*handle_announce(tx, house, received(alice, boost)), applied);
    EXPECT_EQ(*handle_announce(tx, house, received(alice, boost)), ignored);
    EXPECT_EQ(*handle_announce(tx, house, received(alice, boost_of(alice, status.uri))), ignored);
    EXPECT_EQ(boosts(status), 1);
    EXPECT_EQ(notifications_of(bob), 1U);

    EXPECT_EQ(*handle_undo(tx, house, received(alice, activity("Undo", alice, boost))), applied);
    EXPECT_EQ(boosts(status), 0);
    EXPECT_FALSE(db::statuses::find_boost(tx, alice.id, status.id));
}

TEST_F(AnnounceTest, OfAFollowersOnlyPostIsForItsAuthorAlone) {
    const auto hidden = status_by(bob, db::Visibility::Private);
    follows(alice, bob);
    EXPECT_EQ(*handle_announce(tx, house, received(alice, boost_of(alice, hidden.uri))), ignored);
    EXPECT_EQ(boosts(hidden), 0);
}

TEST_F(AnnounceTest, A16_IsUndoneOnlyByWhoBoosted) {
    const auto status = status_by(bob);
    const auto boost = boost_of(alice, status.uri);
    ASSERT_EQ(*handle_announce(tx, house, received(alice, boost)), applied);
    (void)handle_undo(tx, house, received(carl, activity("Undo", carl, boost["id"])));
    EXPECT_EQ(boosts(status), 1);
}

TEST_F(AnnounceTest, A21_AnInlineCopyOfSomebodyElsesPostIsNotBelieved) {
    const Json forged = note(carl, "<p>what carl never said</p>");
    auto boost = boost_of(alice, "x");
    boost["object"] = forged;
    EXPECT_EQ(*handle_announce(tx, house, received(alice, boost)), ignored);
    EXPECT_FALSE(db::statuses::find_by_uri(tx, forged["id"].get<std::string>()));
}

TEST_F(AnnounceTest, ABoostThatIsTakenBackIsNoNotificationAndANewOneIs) {
    const auto status = status_by(bob);
    const auto boost = boost_of(alice, status.uri);
    ASSERT_EQ(*handle_announce(tx, house, received(alice, boost)), applied);
    ASSERT_EQ(notifications_of(bob), 1U);
    ASSERT_EQ(*handle_undo(tx, house, received(alice, activity("Undo", alice, boost))), applied);
    EXPECT_EQ(notifications_of(bob), 0U);
    ASSERT_EQ(*handle_announce(tx, house, received(alice, boost_of(alice, status.uri))), applied);
    EXPECT_EQ(notifications_of(bob), 1U);
}

} // namespace
