#include "db/follows.h"
#include "tests/support/database.h"

namespace {

class FollowsTest : public DatabaseTest {
  protected:
    db::Account bob = member("bob");
    db::Account alice = remote_account("alice");

    std::int64_t followers_of(const db::Account& account) {
        return db::accounts::find(tx, account.id)->followers_count;
    }
    std::int64_t following_of(const db::Account& account) {
        return db::accounts::find(tx, account.id)->following_count;
    }
    db::Follow follow(const db::Account& from, const db::Account& to, bool accepted) {
        return {.follower = from.id,
                .followed = to.id,
                .accepted = accepted,
                .uri = from.uri + "#follow/" + to_string(to.id)};
    }
};

TEST_F(FollowsTest, ARequestIsCountedWhenItIsAcceptedAndOnlyOnce) {
    EXPECT_TRUE(db::follows::insert(tx, follow(bob, alice, false)));
    EXPECT_FALSE(db::follows::insert(tx, follow(bob, alice, false)));
    EXPECT_EQ(followers_of(alice), 0);
    EXPECT_FALSE(db::follows::is_following(tx, bob.id, alice.id));

    EXPECT_TRUE(db::follows::accept(tx, bob.id, alice.id));
    EXPECT_FALSE(db::follows::accept(tx, bob.id, alice.id));
    EXPECT_EQ(followers_of(alice), 1);
    EXPECT_EQ(following_of(bob), 1);
    EXPECT_EQ(following_of(alice), 0);
    EXPECT_TRUE(db::follows::is_following(tx, bob.id, alice.id));
    EXPECT_TRUE(db::follows::is_followed_here(tx, alice.id));
    EXPECT_FALSE(db::follows::is_followed_here(tx, bob.id));
}

TEST_F(FollowsTest, RemovingGivesBackWhatStoodThereAndDiscountsIt) {
    db::follows::insert(tx, follow(bob, alice, true));
    EXPECT_EQ(followers_of(alice), 1);
    const auto gone = db::follows::remove(tx, bob.id, alice.id);
    ASSERT_TRUE(gone);
    EXPECT_TRUE(gone->accepted);
    EXPECT_EQ(gone->uri, follow(bob, alice, true).uri);
    EXPECT_EQ(followers_of(alice), 0);
    EXPECT_EQ(following_of(bob), 0);
    EXPECT_FALSE(db::follows::remove(tx, bob.id, alice.id));
}

TEST_F(FollowsTest, AnIdOfSomebodyElsesFollowNamesNothing) {
    db::follows::insert(tx, follow(bob, alice, true));
    const auto uri = follow(bob, alice, true).uri;
    EXPECT_TRUE(db::follows::find_by_uri(tx, bob.id, uri));
    EXPECT_FALSE(db::follows::find_by_uri(tx, alice.id, uri));
    EXPECT_FALSE(db::follows::find_by_uri(tx, bob.id, ""));
}

TEST_F(FollowsTest, EverythingOfAnAccountThatIsGoneEnds) {
    const auto carol = remote_account("carol");
    db::follows::insert(tx, follow(bob, alice, true));
    db::follows::insert(tx, follow(alice, bob, true));
    db::follows::insert(tx, follow(carol, alice, true));
    db::follows::insert(tx, follow(carol, bob, true));

    EXPECT_EQ(db::follows::remove_all_of(tx, alice.id).size(), 3U);
    EXPECT_EQ(followers_of(bob), 1);
    EXPECT_EQ(following_of(bob), 0);
    EXPECT_EQ(following_of(carol), 1);
}

TEST_F(FollowsTest, ListsPageInBothDirectionsNewestFirst) {
    std::vector<db::Follow> made;
    for (int i = 0; i < 5; ++i) {
        auto one = follow(remote_account("a" + std::to_string(i)), bob, true);
        one.id = db::follows::new_id(tx);
        db::follows::insert(tx, one);
        made.push_back(one);
    }
    const auto first = db::follows::list_followers(tx, bob.id, {.limit = 2});
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first.front().id, made[4].id);
    const auto below =
        db::follows::list_followers(tx, bob.id, {.max = first.back().id.value, .limit = 2});
    EXPECT_EQ(below.front().id, made[2].id);
    const auto above =
        db::follows::list_followers(tx, bob.id, {.min = made[1].id.value, .limit = 2});
    ASSERT_EQ(above.size(), 2U);
    EXPECT_EQ(above.front().id, made[3].id);
    EXPECT_EQ(above.back().id, made[2].id);
    const auto since =
        db::follows::list_followers(tx, bob.id, {.since = made[1].id.value, .limit = 2});
    EXPECT_EQ(since.front().id, made[4].id);
    EXPECT_TRUE(db::follows::list_requests(tx, bob.id, {}).empty());
}

TEST_F(FollowsTest, AHostSeesItsOwnFollowersOnly) {
    const auto carol = remote_account("carol", "cedar.example");
    db::follows::insert(tx, follow(alice, bob, true));
    db::follows::insert(tx, follow(carol, bob, true));
    db::follows::insert(tx, follow(remote_account("dan"), bob, false));
    EXPECT_EQ(db::follows::follower_uris_on_host(tx, bob.id, "mastodon.example"),
              std::vector{alice.uri});
    EXPECT_EQ(db::follows::list_with_host(tx, "cedar.example").size(), 1U);
    EXPECT_TRUE(db::follows::list_with_host(tx, "").empty());
}

TEST_F(FollowsTest, PreferencesAndSetsAreReadBack) {
    auto one = follow(bob, alice, true);
    db::follows::insert(tx, one);
    one = *db::follows::find(tx, bob.id, alice.id);
    one.show_reblogs = false;
    one.notify = true;
    one.languages = {"en", "de"};
    db::follows::set_preferences(tx, one);
    db::follows::set_uri(tx, one.id, "https://maple.test/again");
    const auto again = db::follows::find(tx, one.id);
    EXPECT_FALSE(again->show_reblogs);
    EXPECT_TRUE(again->notify);
    EXPECT_EQ(again->languages, one.languages);
    EXPECT_EQ(again->uri, "https://maple.test/again");
    EXPECT_EQ(db::follows::find_all(tx, bob.id, {alice.id, bob.id}).size(), 1U);
    EXPECT_EQ(db::follows::find_all_back(tx, {bob.id}, alice.id).size(), 1U);
    EXPECT_EQ(db::follows::local_followers(tx, alice.id), std::vector{bob.id});
    EXPECT_EQ(db::follows::followed_here(tx, {alice.id, bob.id}), std::vector{alice.id});
    EXPECT_EQ(db::follows::list_following(tx, bob.id, {}).size(), 1U);
}

} // namespace
