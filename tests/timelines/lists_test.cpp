#include "db/follows.h"
#include "db/home_timeline.h"
#include "db/mentions.h"
#include "db/mutes.h"
#include "db/tags.h"
#include "tests/support/database.h"
#include "timelines/fan_out.h"
#include "timelines/lists.h"

#include <functional>

namespace {

class ListsTest : public DatabaseTest {
  protected:
    db::Account bob = member("bob");
    db::Account alice = remote_account("alice");
    db::Account carol = remote_account("carol");
    db::Account dave = remote_account("dave");
    Time now = system_now();

    void follow(const db::Account& whom) {
        db::follows::insert(tx, {.follower = bob.id, .followed = whom.id, .accepted = true});
    }
    db::List list_of(const timelines::ListChanges& draft, const std::vector<AccountId>& people) {
        auto list = timelines::make_list(tx, bob.id, draft);
        EXPECT_TRUE(list);
        EXPECT_TRUE(timelines::add_to_list(tx, *list, people));
        return *list;
    }
    db::Status post(const db::Account& author,
                    const std::function<void(db::Status&)>& change = {}) {
        db::Status status = status_by(author);
        if (change) {
            db::statuses::remove(tx, status.id);
            change(status);
            EXPECT_TRUE(db::statuses::insert(tx, status));
        }
        timelines::fan_out(tx, status, now);
        return status;
    }
    bool shows(const db::List& list, const db::Status& status) {
        const auto ids = db::lists::timeline(tx, list, {});
        const bool is_shown = std::ranges::find(ids, status.id) != ids.end();
        const auto showing = db::lists::showing(tx, status.id);
        EXPECT_EQ(is_shown,
                  std::ranges::find(showing, list.id, &db::lists::ListOfMember::list) !=
                      showing.end());
        return is_shown;
    }
    bool at_home(const db::Status& status) {
        return db::home_timeline::holds(tx, bob.id, status.id);
    }
};

TEST_F(ListsTest, AListHoldsWhomItsOwnerFollowsAndOneself) {
    follow(alice);
    const auto list = timelines::make_list(tx, bob.id, {.title = "Maths"});
    ASSERT_TRUE(list);
    EXPECT_FALSE(timelines::add_to_list(tx, *list, {alice.id, carol.id}));
    EXPECT_TRUE(db::lists::accounts(tx, *list, {}).empty());
    EXPECT_TRUE(timelines::add_to_list(tx, *list, {alice.id, bob.id}));
    EXPECT_TRUE(timelines::add_to_list(tx, *list, {alice.id}));
    EXPECT_EQ(db::lists::accounts(tx, *list, {}).size(), 2U);
    EXPECT_EQ(db::lists::holding(tx, bob.id, alice.id).size(), 1U);
    // Nobody finds another's list by its id.
    EXPECT_FALSE(db::lists::find(tx, alice.id, list->id));
    EXPECT_TRUE(db::lists::holding(tx, alice.id, alice.id).empty());

    db::follows::remove(tx, bob.id, alice.id);
    EXPECT_EQ(db::lists::accounts(tx, *list, {}).size(), 1U);
}

TEST_F(ListsTest, WhatIsNoListIsRefused) {
    const struct {
        const char* name;
        timelines::ListChanges draft;
    } cases[] = {
        {"no title", {}},
        {"a blank title", {.title = "  "}},
        {"too long a title", {.title = std::string(256, 'x')}},
        {"an unknown policy", {.title = "x", .replies_policy = "some"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_FALSE(timelines::make_list(tx, bob.id, c.draft));
    }
    for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(timelines::make_list(tx, bob.id, {.title = "x"}));
    EXPECT_FALSE(timelines::make_list(tx, bob.id, {.title = "one too many"}));
}

TEST_F(ListsTest, RepliesAreShownAsThePolicySays) {
    for (const auto* account : {&alice, &carol, &dave})
        follow(*account);
    const auto from_dave = status_by(dave);
    const auto from_carol = status_by(carol);
    const auto from_bob = status_by(bob);
    const auto stranger = status_by(remote_account("zoe"));
    const auto reply = [&](const db::Status& parent) {
        return [&](db::Status& s) {
            s.in_reply_to = parent.id;
            s.in_reply_to_uri = parent.uri;
            s.in_reply_to_account = parent.author;
        };
    };
    const auto to_dave = post(alice, reply(from_dave));
    const auto to_carol = post(alice, reply(from_carol));
    const auto to_bob = post(alice, reply(from_bob));
    const auto to_stranger = post(alice, reply(stranger));
    const auto to_self = post(alice, reply(to_dave));
    const struct {
        const char* policy;
        bool dave, carol;
    } cases[] = {{"followed", true, true}, {"list", false, true}, {"none", false, false}};
    for (const auto& c : cases) {
        SCOPED_TRACE(c.policy);
        const auto list = list_of({.title = "x", .replies_policy = c.policy}, {alice.id, carol.id});
        EXPECT_EQ(shows(list, to_dave), c.dave);
        EXPECT_EQ(shows(list, to_carol), c.carol);
        EXPECT_TRUE(shows(list, to_bob));
        EXPECT_TRUE(shows(list, to_self));
        EXPECT_FALSE(shows(list, to_stranger));
    }
}

TEST_F(ListsTest, AListShowsNothingThatHomeHides) {
    follow(alice);
    const auto list = list_of({.title = "x"}, {alice.id});
    const auto open = post(alice);
    const auto followers = post(alice, [](auto& s) { s.visibility = db::Visibility::Private; });
    auto direct = status_by(alice, db::Visibility::Direct);
    db::mentions::insert_all(tx, direct.id, {bob.id}, false);
    const auto theirs = status_by(carol);
    const auto boost = post(alice, [&](db::Status& s) {
        s.object_type = "Announce";
        s.reblog_of = theirs.id;
    });
    EXPECT_TRUE(shows(list, open));
    EXPECT_TRUE(shows(list, followers));
    EXPECT_FALSE(shows(list, direct));
    EXPECT_TRUE(shows(list, boost));

    db::mutes::put(tx, {.account = bob.id, .target = carol.id});
    EXPECT_FALSE(shows(list, boost));
    EXPECT_TRUE(shows(list, open));
    auto standing = *db::follows::find(tx, bob.id, alice.id);
    db::mutes::remove(tx, bob.id, carol.id);
    standing.show_reblogs = false;
    db::follows::set_preferences(tx, standing);
    EXPECT_FALSE(shows(list, boost));
    db::mutes::put(tx, {.account = bob.id, .target = alice.id});
    EXPECT_FALSE(shows(list, open));
}

TEST_F(ListsTest, PeopleOfAnExclusiveListAreReadThereAndNotAtHome) {
    follow(alice);
    const auto before = post(alice);
    EXPECT_TRUE(at_home(before));
    auto list = list_of({.title = "x", .exclusive = true}, {alice.id});
    EXPECT_FALSE(at_home(before));
    const auto after = post(alice);
    EXPECT_FALSE(at_home(after));
    EXPECT_TRUE(shows(list, after));

    list = *timelines::change_list(tx, list, {.exclusive = false});
    EXPECT_TRUE(at_home(before));
    EXPECT_TRUE(at_home(after));
    list = *timelines::change_list(tx, list, {.exclusive = true});
    EXPECT_FALSE(at_home(after));
    timelines::remove_list(tx, list);
    EXPECT_TRUE(at_home(after));
}

TEST_F(ListsTest, PublicPostsWithAFollowedTagComeHome) {
    const auto tag = [&](const db::Status& status) {
        db::tags::ensure(tx, {"maths"}, {"Maths"});
        db::tags::attach(tx, status.id, {"maths"});
        timelines::fan_out(tx, status, now);
    };
    const auto earlier = status_by(alice);
    tag(earlier);
    EXPECT_FALSE(at_home(earlier));
    ASSERT_TRUE(timelines::follow_tag(tx, bob.id, "#Maths"));
    ASSERT_TRUE(timelines::follow_tag(tx, bob.id, "maths"));
    EXPECT_TRUE(at_home(earlier));
    const auto later = status_by(carol);
    tag(later);
    EXPECT_TRUE(at_home(later));
    const auto unlisted = status_by(carol, db::Visibility::Unlisted);
    tag(unlisted);
    EXPECT_FALSE(at_home(unlisted));

    follow(alice);
    timelines::unfollow_tag(tx, bob.id, "maths");
    EXPECT_TRUE(at_home(earlier)) << "whoever is followed stays";
    EXPECT_FALSE(at_home(later));
    EXPECT_FALSE(timelines::follow_tag(tx, bob.id, "no tag"));
    EXPECT_FALSE(timelines::follow_tag(tx, bob.id, "123"));
}

} // namespace
