#include "db/accounts.h"
#include "db/follows.h"
#include "db/mentions.h"
#include "db/notification_policies.h"
#include "db/notifications.h"
#include "tests/support/database.h"
#include "timelines/fan_out.h"
#include "timelines/notify.h"

namespace {

using Policy = db::NotificationPolicy;

class NotificationPolicyTest : public DatabaseTest {
  protected:
    db::Account bob = member("bob");
    db::Account alice = remote_account("alice");
    Time now = system_now();
    Time later = now + std::chrono::hours{24 * 4}; ///< Followers of today count by then.

    void set(std::string Policy::*word, const char* verdict) {
        auto policy = db::notification_policies::find(tx, bob.id);
        policy.*word = verdict;
        db::notification_policies::put(tx, bob.id, policy);
    }
    db::Account peer(const std::string& name, std::chrono::hours age) {
        const auto uri = "https://mastodon.example/users/" + name;
        db::Account account{.uri = uri,
                            .username = name,
                            .domain = "mastodon.example",
                            .host = "mastodon.example",
                            .created_at = now - age};
        account.id = db::accounts::insert(tx, account);
        return account;
    }
    void follow(const db::Account& who, const db::Account& whom) {
        db::follows::insert(tx, {.follower = who.id, .followed = whom.id, .accepted = true});
    }
    db::Status mention(db::Visibility visibility = db::Visibility::Public) {
        const auto status = status_by(alice, visibility);
        db::mentions::insert_all(tx, status.id, {bob.id}, false);
        timelines::fan_out(tx, status, later);
        return status;
    }
    std::size_t told() { return db::notifications::list(tx, bob.id, {}, {}).size(); }
    std::size_t kept() {
        return db::notifications::list(tx, bob.id, {.include_filtered = true}, {}).size();
    }
    std::vector<db::NotificationRequest> requests() {
        return db::notification_policies::requests(tx, bob.id, {});
    }
};

TEST_F(NotificationPolicyTest, EachConditionAcceptsFiltersOrDrops) {
    const struct {
        const char* name;
        std::string Policy::*word;
        bool follows_them, followed_by_them, is_new, is_limited;
        db::Visibility visibility;
        bool applies;
    } cases[] = {
        {"not followed",
         &Policy::for_not_following,
         false,
         true,
         false,
         false,
         db::Visibility::Public,
         true},
        {"followed",
         &Policy::for_not_following,
         true,
         false,
         false,
         false,
         db::Visibility::Public,
         false},
        {"no follower",
         &Policy::for_not_followers,
         true,
         false,
         false,
         false,
         db::Visibility::Public,
         true},
        {"a follower",
         &Policy::for_not_followers,
         false,
         true,
         false,
         false,
         db::Visibility::Public,
         false},
        {"a new account",
         &Policy::for_new_accounts,
         false,
         true,
         true,
         false,
         db::Visibility::Public,
         true},
        {"a new account that is followed",
         &Policy::for_new_accounts,
         true,
         true,
         true,
         false,
         db::Visibility::Public,
         false},
        {"an old account",
         &Policy::for_new_accounts,
         false,
         true,
         false,
         false,
         db::Visibility::Public,
         false},
        {"a direct post",
         &Policy::for_private_mentions,
         false,
         true,
         false,
         false,
         db::Visibility::Direct,
         true},
        {"a public post",
         &Policy::for_private_mentions,
         false,
         true,
         false,
         false,
         db::Visibility::Public,
         false},
        {"a direct post of a friend",
         &Policy::for_private_mentions,
         true,
         true,
         false,
         false,
         db::Visibility::Direct,
         false},
        {"limited",
         &Policy::for_limited_accounts,
         false,
         true,
         false,
         true,
         db::Visibility::Public,
         true},
        {"limited and followed",
         &Policy::for_limited_accounts,
         true,
         true,
         false,
         true,
         db::Visibility::Public,
         false},
    };
    int number = 0;
    for (const auto& c : cases) {
        for (const std::string verdict : {"accept", "filter", "drop"}) {
            SCOPED_TRACE(std::string(c.name) + " " + verdict);
            const auto name = "alice" + std::to_string(++number);
            alice = peer(name, c.is_new ? std::chrono::hours{24} : std::chrono::hours{24 * 60});
            bob = member("bob" + std::to_string(number));
            Policy all{"accept", "accept", "accept", "accept", "accept"};
            all.*c.word = verdict;
            db::notification_policies::put(tx, bob.id, all);
            if (c.follows_them) follow(bob, alice);
            if (c.followed_by_them) follow(alice, bob);
            if (c.is_limited) db::accounts::set_limited(tx, alice.id, now);
            mention(c.visibility);
            EXPECT_EQ(told(), !c.applies || verdict == "accept" ? 1U : 0U);
            EXPECT_EQ(kept(), c.applies && verdict == "drop" ? 0U : 1U);
            EXPECT_EQ(requests().size(), c.applies && verdict == "filter" ? 1U : 0U);
        }
    }
}

TEST_F(NotificationPolicyTest, ARequestIsAcceptedWithAllThatWaited) {
    set(&Policy::for_not_following, "filter");
    mention();
    const auto last = mention();
    timelines::notify(tx,
                      {.recipient = bob.id,
                       .type = timelines::NotificationType::Favourite,
                       .from = alice.id,
                       .status = status_by(bob).id,
                       .now = now});
    EXPECT_EQ(told(), 0U);
    ASSERT_EQ(requests().size(), 1U);
    EXPECT_EQ(requests().front().count, 3);
    EXPECT_EQ(requests().front().from, alice.id);
    EXPECT_GE(requests().front().last.value, last.id.value);
    const auto pending = db::notification_policies::pending(tx, bob.id);
    EXPECT_EQ(pending.requests, 1);
    EXPECT_EQ(pending.notifications, 3);

    const auto id = requests().front().id;
    EXPECT_EQ(db::notification_policies::accept(tx, alice.id, {id}), 0) << "somebody else's";
    EXPECT_EQ(db::notification_policies::accept(tx, bob.id, {id}), 1);
    EXPECT_EQ(told(), 3U);
    EXPECT_TRUE(requests().empty());
    mention();
    EXPECT_EQ(told(), 4U) << "let through from now on";
}

TEST_F(NotificationPolicyTest, ADismissedRequestComesAgainWithTheNextMention) {
    set(&Policy::for_not_following, "filter");
    mention();
    EXPECT_EQ(db::notification_policies::dismiss(tx, alice.id, {requests().front().id}), 0);
    EXPECT_EQ(db::notification_policies::dismiss(tx, bob.id, {requests().front().id}), 1);
    EXPECT_TRUE(requests().empty());
    EXPECT_EQ(kept(), 0U);
    mention();
    EXPECT_EQ(requests().size(), 1U);
    EXPECT_EQ(told(), 0U);
    db::notifications::remove_all(tx, bob.id);
    EXPECT_TRUE(requests().empty()) << "nothing waits any more";
}

TEST_F(NotificationPolicyTest, WhoWasWrittenToPrivatelyMayAnswerPrivately) {
    auto first = status_by(bob, db::Visibility::Direct);
    db::mentions::insert_all(tx, first.id, {alice.id}, false);
    auto answer = status_by(alice, db::Visibility::Direct);
    db::statuses::remove(tx, answer.id);
    answer.in_reply_to = first.id;
    answer.in_reply_to_uri = first.uri;
    answer.thread = first.thread == 0 ? first.id.value : first.thread;
    ASSERT_TRUE(db::statuses::insert(tx, answer));
    db::mentions::insert_all(tx, answer.id, {bob.id}, false);
    timelines::fan_out(tx, answer, now);
    EXPECT_EQ(told(), 1U);
    mention(db::Visibility::Direct);
    EXPECT_EQ(told(), 1U) << "out of the blue it waits, by default";
    EXPECT_EQ(requests().size(), 1U);
}

TEST_F(NotificationPolicyTest, GroupsAreFavouritesOfOnePost) {
    const auto own = status_by(bob);
    const auto other = status_by(bob);
    const auto tell = [&](const db::Account& from, timelines::NotificationType type, StatusId id) {
        EXPECT_TRUE(timelines::notify(
            tx, {.recipient = bob.id, .type = type, .from = from.id, .status = id, .now = now}));
    };
    using enum timelines::NotificationType;
    for (int i = 0; i < 5; ++i)
        tell(remote_account("fan" + std::to_string(i)), Favourite, own.id);
    tell(alice, Favourite, other.id);
    tell(alice, Reblog, own.id);
    tell(alice, Follow, {});
    const std::vector<std::string> types{"favourite", "reblog", "follow"};
    const auto groups = db::notifications::groups(tx, bob.id, {}, types, {});
    ASSERT_EQ(groups.size(), 4U);
    EXPECT_EQ(groups.back().type, "favourite");
    const auto members = db::notifications::members(tx, bob.id, {}, {groups.back().group_key});
    EXPECT_EQ(members.size(), 5U);
    EXPECT_EQ(members.front().id, groups.back().id);
    EXPECT_EQ(db::notifications::groups(tx, bob.id, {}, {"follow"}, {}).size(), 8U);
    EXPECT_EQ(db::notifications::count_groups_above(tx, bob.id, {}, types, {}, 100), 4);
    EXPECT_TRUE(db::notifications::remove_group(tx, bob.id, groups.back().group_key));
    EXPECT_EQ(told(), 3U);
}

} // namespace
