#include "db/follows.h"
#include "db/home_timeline.h"
#include "db/mentions.h"
#include "db/notifications.h"
#include "tests/support/database.h"
#include "timelines/fan_out.h"
#include "timelines/home.h"

#include <functional>

namespace {

class HomeTest : public DatabaseTest {
  protected:
    db::Account bob = member("bob");
    db::Account eve = member("eve");
    db::Account alice = remote_account("alice");
    db::Account carol = remote_account("carol");
    Time now = system_now();

    void follow(const db::Account& who, const db::Account& whom) {
        db::follows::insert(tx, {.follower = who.id, .followed = whom.id, .accepted = true});
    }
    /// A status changed by `change`, stored and shown.
    db::Status post(const db::Account& author, const std::function<void(db::Status&)>& change) {
        db::Status status = status_by(author);
        db::statuses::remove(tx, status.id);
        change(status);
        EXPECT_TRUE(db::statuses::insert(tx, status));
        timelines::fan_out(tx, status, now);
        return status;
    }
    /// Whether the rows hold it, by asking the nightly check to leave them alone.
    bool at_home(const db::Account& member_account, const db::Status& status) {
        return db::home_timeline::holds(tx, member_account.id, status.id);
    }
};

TEST_F(HomeTest, APostReachesItsAuthorAndFollowersOnlyOnce) {
    follow(bob, alice);
    const auto theirs = post(alice, [](db::Status&) {});
    EXPECT_TRUE(at_home(bob, theirs));
    EXPECT_FALSE(at_home(eve, theirs));
    timelines::fan_out(tx, theirs, now);
    const auto own = post(eve, [](db::Status&) {});
    EXPECT_TRUE(at_home(eve, own));
    EXPECT_FALSE(at_home(bob, own));
}

TEST_F(HomeTest, VisibilityDecidesWhoseHomeItIs) {
    follow(bob, alice);
    const auto privately = post(alice, [](auto& s) { s.visibility = db::Visibility::Private; });
    EXPECT_TRUE(at_home(bob, privately));
    auto direct = status_by(alice, db::Visibility::Direct);
    timelines::fan_out(tx, direct, now);
    EXPECT_FALSE(at_home(bob, direct));
    db::mentions::insert_all(tx, direct.id, {bob.id, eve.id}, false);
    timelines::fan_out(tx, direct, now);
    EXPECT_TRUE(at_home(bob, direct));
    EXPECT_FALSE(at_home(eve, direct)) << "addressed, but follows nobody";
}

TEST_F(HomeTest, RepliesToStrangersAreLeftOut) {
    follow(bob, alice);
    const auto start = status_by(carol);
    const auto reply_to = [&](const db::Status& parent) {
        return [&](db::Status& s) {
            s.in_reply_to = parent.id;
            s.in_reply_to_uri = parent.uri;
            s.in_reply_to_account = parent.author;
        };
    };
    const auto to_stranger = post(alice, reply_to(start));
    EXPECT_FALSE(at_home(bob, to_stranger));
    EXPECT_TRUE(at_home(bob, post(alice, reply_to(to_stranger)))) << "her own thread";
    EXPECT_TRUE(at_home(bob, post(alice, reply_to(status_by(bob)))));
    follow(bob, carol);
    EXPECT_TRUE(at_home(bob, post(alice, reply_to(start))));
    EXPECT_FALSE(at_home(
        bob, post(alice, [](auto& s) { s.in_reply_to_uri = "https://unknown.example/1"; })));
}

TEST_F(HomeTest, BoostsAndLanguagesAsTheFollowSays) {
    follow(bob, alice);
    const auto boost = [&](db::Status& s) { s.reblog_of = status_by(carol).id; };
    const auto german = [](db::Status& s) { s.language = "de"; };
    EXPECT_TRUE(at_home(bob, post(alice, boost)));
    auto preferences = *db::follows::find(tx, bob.id, alice.id);
    preferences.show_reblogs = false;
    preferences.languages = {"en"};
    db::follows::set_preferences(tx, preferences);
    EXPECT_FALSE(at_home(bob, post(alice, boost)));
    EXPECT_FALSE(at_home(bob, post(alice, german)));
    EXPECT_TRUE(at_home(bob, post(alice, [](db::Status&) {})));
}

TEST_F(HomeTest, ALimitVerdictShowsItToNobody) {
    follow(bob, alice);
    auto status = status_by(alice);
    db::statuses::remove(tx, status.id);
    status.muted_reach = true;
    ASSERT_TRUE(db::statuses::insert(tx, status));
    db::mentions::insert_all(tx, status.id, {bob.id}, false);
    timelines::fan_out(tx, status, now);
    EXPECT_FALSE(at_home(bob, status));
    EXPECT_TRUE(db::notifications::list(tx, bob.id, {}, {}).empty());
}

TEST_F(HomeTest, TellsTheMentionedButNotSilentReadersAndSubscribersOnce) {
    follow(bob, alice);
    auto preferences = *db::follows::find(tx, bob.id, alice.id);
    preferences.notify = true;
    db::follows::set_preferences(tx, preferences);
    const auto dan = member("dan");

    const auto status = status_by(alice);
    db::mentions::insert_all(tx, status.id, {eve.id}, false);
    db::mentions::insert_all(tx, status.id, {dan.id}, true);
    timelines::fan_out(tx, status, now);
    timelines::fan_out(tx, status, now);
    EXPECT_EQ(db::notifications::list(tx, eve.id, {.types = {"mention"}}, {}).size(), 1U);
    EXPECT_EQ(db::notifications::list(tx, bob.id, {.types = {"status"}}, {}).size(), 1U);
    EXPECT_TRUE(db::notifications::list(tx, dan.id, {}, {}).empty());
}

TEST_F(HomeTest, AFollowBringsPostsInAndItsEndTakesThemOut) {
    const auto old = status_by(alice);
    timelines::fan_out(tx, old, now);
    EXPECT_FALSE(at_home(bob, old));
    follow(bob, alice);
    timelines::follow_began(tx, bob.id, alice.id);
    EXPECT_TRUE(at_home(bob, old));
    db::follows::remove(tx, bob.id, alice.id);
    timelines::follow_ended(tx, bob.id, alice.id);
    EXPECT_FALSE(at_home(bob, old));
}

TEST_F(HomeTest, RowsAreGivenUpForTheAbsentAndMadeAgainWhenTheyComeBack) {
    follow(bob, alice);
    db::home_timeline::set_kept(tx, bob.id, false);
    const auto status = post(alice, [](db::Status&) {});
    EXPECT_FALSE(at_home(bob, status));
    timelines::ensure_home(tx, bob.id);
    EXPECT_TRUE(at_home(bob, status));
    EXPECT_TRUE(at_home(bob, post(alice, [](db::Status&) {})));
}

TEST_F(HomeTest, TheCheckMendsBothDirections) {
    follow(bob, alice);
    const auto missing = status_by(alice);
    const auto wrong = status_by(carol);
    db::follows::insert(tx, {.follower = bob.id, .followed = carol.id, .accepted = true});
    timelines::fan_out(tx, wrong, now);
    ASSERT_TRUE(at_home(bob, wrong));
    db::follows::remove(tx, bob.id, carol.id);

    EXPECT_EQ(db::home_timeline::add_missing(tx, bob.id), 1);
    EXPECT_EQ(db::home_timeline::remove_excess(tx, bob.id), 1);
    EXPECT_TRUE(at_home(bob, missing));
    EXPECT_FALSE(at_home(bob, wrong));
    EXPECT_EQ(db::home_timeline::add_missing(tx, bob.id), 0);
    EXPECT_EQ(db::home_timeline::remove_excess(tx, bob.id), 0);
}

TEST_F(HomeTest, TheCheckOfAllHomesEndsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(timelines::check_homes(test_pool(), now, stop.get_token()).members, 0);
}

} // namespace
