#include "db/blocks.h"
#include "db/follows.h"
#include "db/guests.h"
#include "db/invitations.h"
#include "db/mentions.h"
#include "statuses/may_see.h"
#include "tests/support/database.h"

namespace {

using db::Visibility;

class MaySeeTest : public DatabaseTest {
  protected:
    db::Account author = remote_account("alice");
    db::Account follower = member("follower");
    db::Account requester = member("requester");
    db::Account addressed = member("addressed");
    db::Account stranger = member("stranger");

    MaySeeTest() {
        db::follows::insert(tx, {.follower = follower.id, .followed = author.id, .accepted = true});
        db::follows::insert(tx,
                            {.follower = requester.id, .followed = author.id, .accepted = false});
    }
    db::Status post(Visibility visibility) {
        const auto status = status_by(author, visibility);
        db::mentions::insert_all(tx, status.id, {addressed.id}, true);
        return status;
    }
    bool sees(const db::Account& reader, const db::Status& status) {
        return statuses::may_see(tx, reader.id, status);
    }
};

// ATTACKS P01, P17
TEST_F(MaySeeTest, P01OnlyThoseWhomTheVisibilityNames) {
    const struct {
        Visibility visibility;
        bool follower, requester, addressed, stranger;
    } cases[] = {
        {Visibility::Public, true, true, true, true},
        {Visibility::Unlisted, true, true, true, true},
        {Visibility::Private, true, false, true, false},
        {Visibility::Direct, false, false, true, false},
        {Visibility::Limited, false, false, true, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(to_string(c.visibility));
        const auto status = post(c.visibility);
        EXPECT_TRUE(sees(author, status));
        EXPECT_EQ(sees(follower, status), c.follower);
        EXPECT_EQ(sees(requester, status), c.requester);
        EXPECT_EQ(sees(addressed, status), c.addressed);
        EXPECT_EQ(sees(stranger, status), c.stranger);
        EXPECT_EQ(statuses::may_see(tx, {}, status), c.stranger);
    }
}

TEST_F(MaySeeTest, NobodySeesASuspendedAuthorAndTheBlockedSeeNothing) {
    const auto status = post(Visibility::Public);
    db::blocks::insert(tx, author.id, stranger.id, "");
    EXPECT_FALSE(sees(stranger, status));
    EXPECT_TRUE(sees(follower, status));
    db::accounts::set_suspended(tx, author.id, system_now());
    EXPECT_FALSE(sees(follower, status));
}

TEST_F(MaySeeTest, ABoostIsAsVisibleAsWhatItBoosts) {
    const auto booster = remote_account("carol", "cedar.example");
    const auto boost_of = [&](const db::Status& original) {
        db::Status boost = status_by(booster);
        db::statuses::remove(tx, boost.id);
        boost.reblog_of = original.id;
        EXPECT_TRUE(db::statuses::insert(tx, boost));
        db::statuses::find(tx, boost.id);
        return boost;
    };
    EXPECT_TRUE(sees(stranger, boost_of(post(Visibility::Public))));
    const auto hidden = boost_of(post(Visibility::Private));
    EXPECT_FALSE(sees(stranger, hidden));
    EXPECT_TRUE(sees(follower, hidden));
    db::blocks::insert(tx, author.id, follower.id, "");
    EXPECT_FALSE(sees(follower, hidden));
}

TEST_F(MaySeeTest, ASetKeepsItsOrder) {
    const auto a = post(Visibility::Public);
    const auto b = post(Visibility::Direct);
    const auto c = post(Visibility::Unlisted);
    EXPECT_EQ(statuses::visible_among(tx, stranger.id, {c.id, b.id, a.id}),
              (std::vector{c.id, a.id}));
}

TEST_F(MaySeeTest, LocalOnlyPostsStayHere) {
    auto status = status_by(stranger);
    db::statuses::remove(tx, status.id);
    status.local_only = true;
    ASSERT_TRUE(db::statuses::insert(tx, status));
    EXPECT_TRUE(sees(follower, status));
    EXPECT_FALSE(sees(author, status));
    EXPECT_FALSE(statuses::may_see_from_host(tx, author.host, {}, status));
}

TEST_F(MaySeeTest, AGuestReadsWhatIsLocalOnlyWhenItIsAddressedToThem) {
    const auto guest = member("guest");
    const auto invitation =
        db::invitations::insert(tx,
                                {.expires_at = system_now() + std::chrono::hours{1},
                                 .made_by = "test",
                                 .created_at = system_now(),
                                 .guest_until = system_now() + std::chrono::hours{24},
                                 .circle = {stranger.id}},
                                "a code");
    ASSERT_TRUE(db::guests::insert_by(tx, guest.id, invitation));
    auto status = status_by(stranger);
    db::statuses::remove(tx, status.id);
    status.local_only = true;
    ASSERT_TRUE(db::statuses::insert(tx, status));
    EXPECT_TRUE(sees(follower, status));
    EXPECT_FALSE(sees(guest, status));
    db::mentions::insert_all(tx, status.id, {guest.id}, false);
    EXPECT_TRUE(sees(guest, status));
}

TEST_F(MaySeeTest, AHostReadsWhatItsPeopleMayRead) {
    const auto bob = member("bob");
    const auto fan = remote_account("fan", "cedar.example");
    const auto friend_elsewhere = remote_account("friend", "birch.example");
    db::follows::insert(tx, {.follower = fan.id, .followed = bob.id, .accepted = true});
    const auto open = status_by(bob);
    const auto privately = status_by(bob, Visibility::Private);
    const auto direct = status_by(bob, Visibility::Direct);
    db::mentions::insert_all(tx, direct.id, {friend_elsewhere.id}, false);

    const auto reads = [&](std::string_view host, AccountId signer, const db::Status& status) {
        return statuses::may_see_from_host(tx, host, signer, status);
    };
    EXPECT_TRUE(reads("birch.example", {}, open));
    EXPECT_TRUE(reads("cedar.example", {}, privately));
    EXPECT_FALSE(reads("birch.example", {}, privately));
    EXPECT_TRUE(reads("birch.example", friend_elsewhere.id, direct));
    EXPECT_FALSE(reads("birch.example", {}, direct));
    EXPECT_FALSE(reads("cedar.example", fan.id, direct));
    db::blocks::insert(tx, bob.id, fan.id, "");
    EXPECT_FALSE(reads("cedar.example", fan.id, open));
}

} // namespace
