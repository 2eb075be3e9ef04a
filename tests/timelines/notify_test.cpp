#include "db/blocks.h"
#include "db/follows.h"
#include "db/mentions.h"
#include "db/muted_threads.h"
#include "db/mutes.h"
#include "db/notifications.h"
#include "db/polls.h"
#include "tests/support/database.h"
#include "timelines/fan_out.h"
#include "timelines/notify.h"

namespace {

using timelines::NotificationType;

class NotifyTest : public DatabaseTest {
  protected:
    db::Account bob = member("bob");
    db::Account alice = remote_account("alice");
    db::Status status = status_by(bob);
    Time now = system_now();

    bool favourite() {
        return timelines::notify(tx,
                                 {.recipient = bob.id,
                                  .type = NotificationType::Favourite,
                                  .from = alice.id,
                                  .status = status.id,
                                  .now = now});
    }
    bool follow(Time at) {
        return timelines::notify(
            tx,
            {.recipient = bob.id, .type = NotificationType::Follow, .from = alice.id, .now = at});
    }
    std::vector<db::Notification> told(const db::Account& whom) {
        return db::notifications::list(tx, whom.id, {}, {});
    }
};

TEST_F(NotifyTest, TellsAMemberOnceOfOneStatus) {
    EXPECT_TRUE(favourite());
    EXPECT_FALSE(favourite());
    ASSERT_EQ(told(bob).size(), 1U);
    EXPECT_EQ(told(bob).front().type, "favourite");
    EXPECT_EQ(told(bob).front().status, status.id);
}

// ATTACKS D14
TEST_F(NotifyTest, D14TellsOfAFollowOncePerPairAndDay) {
    EXPECT_TRUE(follow(now));
    EXPECT_FALSE(follow(now + std::chrono::hours{23}));
    EXPECT_TRUE(follow(now + std::chrono::hours{25}));
}

TEST_F(NotifyTest, TellsNobodyAboutPeopleTheyBlockedOrMutedOrThemselves) {
    db::blocks::insert(tx, bob.id, alice.id, "");
    EXPECT_FALSE(favourite());
    db::blocks::remove(tx, bob.id, alice.id);
    db::blocks::insert(tx, alice.id, bob.id, "");
    EXPECT_FALSE(favourite());
    db::blocks::remove(tx, alice.id, bob.id);

    db::mutes::put(tx, {.account = bob.id, .target = alice.id});
    EXPECT_FALSE(favourite());
    db::mutes::put(tx, {.account = bob.id, .target = alice.id, .hide_notifications = false});
    EXPECT_TRUE(favourite());

    EXPECT_FALSE(timelines::notify(tx,
                                   {.recipient = bob.id,
                                    .type = NotificationType::Favourite,
                                    .from = bob.id,
                                    .status = status.id,
                                    .now = now}));
    EXPECT_FALSE(timelines::notify(
        tx, {.recipient = alice.id, .type = NotificationType::Follow, .from = bob.id, .now = now}));
}

TEST_F(NotifyTest, KeepsQuietInAMutedThreadAndAboutSuspendedPeople) {
    db::muted_threads::insert(tx, bob.id, status.thread);
    EXPECT_FALSE(favourite());
    db::muted_threads::remove(tx, bob.id, status.thread);
    db::accounts::set_suspended(tx, alice.id, now);
    EXPECT_FALSE(favourite());
    db::accounts::set_suspended(tx, alice.id, std::nullopt);
    db::accounts::set_limited(tx, alice.id, now);
    EXPECT_FALSE(favourite());
    db::notifications::remove_all(tx, bob.id); // It was kept apart.
    db::follows::insert(tx, {.follower = bob.id, .followed = alice.id, .accepted = true});
    EXPECT_TRUE(favourite());
}

TEST_F(NotifyTest, AnEditTellsThoseWhoBoosted) {
    const auto theirs = status_by(alice);
    db::Status boost = status_by(bob);
    db::statuses::remove(tx, boost.id);
    boost.reblog_of = theirs.id;
    ASSERT_TRUE(db::statuses::insert(tx, boost));
    timelines::notify_of_edit(tx, theirs.id, alice.id, now);
    ASSERT_EQ(told(bob).size(), 1U);
    EXPECT_EQ(told(bob).front().type, "update");
}

TEST_F(NotifyTest, TheEndOfAPollIsToldToItsAuthorAndVoters) {
    const auto eve = member("eve");
    const auto id =
        db::polls::insert(tx, {.status = status.id, .options = {"a", "b"}, .tallies = {0, 0}});
    db::polls::cast(tx, id, eve.id, {0}, "", db::polls::Tally::Count);
    timelines::notify_of_poll_end(tx, id, status.id, bob.id, now);
    timelines::notify_of_poll_end(tx, id, status.id, bob.id, now);
    EXPECT_EQ(told(bob).size(), 1U);
    EXPECT_EQ(told(eve).size(), 1U);
}

TEST_F(NotifyTest, ListsFilterAndHideWhatMayNotBeSeenAnyMore) {
    favourite();
    follow(now);
    EXPECT_EQ(told(bob).size(), 2U);
    EXPECT_EQ(db::notifications::list(tx, bob.id, {.types = {"follow"}}, {}).size(), 1U);
    EXPECT_EQ(db::notifications::list(tx, bob.id, {.exclude_types = {"follow"}}, {}).size(), 1U);
    EXPECT_TRUE(db::notifications::list(tx, bob.id, {.from = bob.id}, {}).empty());
    const auto one = told(bob).front();
    EXPECT_TRUE(db::notifications::find(tx, bob.id, one.id));
    EXPECT_FALSE(db::notifications::find(tx, alice.id, one.id));
    EXPECT_EQ(db::notifications::count_above(tx, bob.id, {}, {}, 100), 2);
    db::accounts::set_suspended(tx, alice.id, now);
    EXPECT_TRUE(told(bob).empty());
    db::accounts::set_suspended(tx, alice.id, std::nullopt);

    db::notifications::remove_type_from(tx, bob.id, "follow", alice.id);
    EXPECT_EQ(told(bob).size(), 1U);
    EXPECT_TRUE(db::notifications::remove(tx, bob.id, told(bob).front().id));
    follow(now);
    db::notifications::remove_from(tx, bob.id, alice.id);
    db::notifications::remove_all(tx, bob.id);
    EXPECT_TRUE(told(bob).empty());
}

} // namespace
