#include "tests/support/database.h"

namespace {

class AccountsTest : public DatabaseTest {};

TEST_F(AccountsTest, FindsAnAccountByIdUriAndHandleWithoutCase) {
    const auto alice = remote_account("Alice", "mastodon.example");

    EXPECT_EQ(db::accounts::find(tx, alice.id)->uri, alice.uri);
    EXPECT_EQ(db::accounts::find_by_uri(tx, alice.uri)->id, alice.id);
    EXPECT_EQ(db::accounts::find_by_handle(tx, "aLICE", "mastodon.example")->id, alice.id);
    EXPECT_FALSE(db::accounts::find_by_handle(tx, "alice", ""));
}

TEST_F(AccountsTest, KeepsEveryProfileFieldThroughAnUpdate) {
    auto alice = remote_account();
    alice.display_name = "Alice \"A\" {x} \\ ü";
    alice.aliases = {"https://a.example/1", "with \"quotes\" and, comma"};
    alice.fields = Json::parse(R"([{"name": "Role", "value": "Teacher"}])");
    alice.locked = true;
    alice.moved_to_uri = "https://new.example/alice";
    db::accounts::update_profile(tx, alice);

    const auto again = db::accounts::find(tx, alice.id);
    EXPECT_EQ(again->display_name, alice.display_name);
    EXPECT_EQ(again->aliases, alice.aliases);
    EXPECT_EQ(again->fields, alice.fields);
    EXPECT_TRUE(again->locked);
    EXPECT_EQ(again->moved_to_uri, alice.moved_to_uri);
    EXPECT_EQ(again->created_at, std::chrono::floor<std::chrono::milliseconds>(alice.created_at));
}

TEST_F(AccountsTest, CountersNeverFallBelowZero) {
    const auto bob = local_account();
    db::accounts::add_followers_count(tx, bob.id, 1);
    db::accounts::add_followers_count(tx, bob.id, -5);
    EXPECT_EQ(db::accounts::find(tx, bob.id)->followers_count, 0);
}

class StatusesTest : public DatabaseTest {};

TEST_F(StatusesTest, AStatusIsInsertedOnce) {
    auto status = status_by(local_account());
    EXPECT_FALSE(db::statuses::insert(tx, status));
    EXPECT_EQ(db::statuses::find_by_uri(tx, status.uri)->content, "<p>Hello</p>");
}

TEST_F(StatusesTest, IdsFollowTheTimeOfThePost) {
    const auto now = system_now();
    const auto late = db::statuses::new_id(tx, now - std::chrono::hours{1});
    EXPECT_LT(late, db::statuses::new_id(tx, now));
}

TEST_F(StatusesTest, AParentThatArrivesLateAdoptsItsReplies) {
    const auto bob = local_account();
    const auto alice = remote_account();
    db::Status reply = status_by(alice);
    db::statuses::remove(tx, reply.id);
    reply.in_reply_to_uri = "https://maple.test/late-parent";
    ASSERT_TRUE(db::statuses::insert(tx, reply));

    db::Status parent = status_by(bob);
    parent.uri = reply.in_reply_to_uri;
    db::statuses::adopt_orphans(tx, parent);

    const auto adopted = db::statuses::find(tx, reply.id);
    EXPECT_EQ(adopted->in_reply_to, parent.id);
    EXPECT_EQ(adopted->thread, parent.thread);
    EXPECT_EQ(db::statuses::find(tx, parent.id)->replies_count, 1);
}

} // namespace
