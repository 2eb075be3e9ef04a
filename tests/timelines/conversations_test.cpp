#include "db/blocks.h"
#include "db/conversations.h"
#include "db/mentions.h"
#include "db/muted_threads.h"
#include "tests/support/database.h"
#include "timelines/fan_out.h"

namespace {

class ConversationsTest : public DatabaseTest {
  protected:
    db::Account bob = member("bob");
    db::Account eve = member("eve");
    db::Account alice = remote_account("alice");
    Time now = system_now();

    db::Status say(const db::Account& author,
                   const std::vector<AccountId>& to,
                   const db::Status* answering = nullptr) {
        auto status = status_by(author, db::Visibility::Direct);
        if (answering != nullptr) {
            db::statuses::remove(tx, status.id);
            status.in_reply_to = answering->id;
            status.in_reply_to_uri = answering->uri;
            status.thread = answering->thread;
            EXPECT_TRUE(db::statuses::insert(tx, status));
        }
        db::mentions::insert_all(tx, status.id, to, false);
        timelines::fan_out(tx, status, now);
        return *db::statuses::find(tx, status.id);
    }
    std::vector<db::Conversation> of(const db::Account& account) {
        return db::conversations::list(tx, account.id, {});
    }
};

TEST_F(ConversationsTest, ADirectPostIsInTheConversationOfEachMemberWhoTakesPart) {
    const auto first = say(alice, {bob.id, eve.id});
    ASSERT_EQ(of(bob).size(), 1U);
    EXPECT_EQ(of(bob).front().last, first.id);
    EXPECT_TRUE(of(bob).front().unread);
    EXPECT_EQ(of(bob).front().participants.size(), 2U);
    EXPECT_EQ(of(eve).size(), 1U);
    EXPECT_TRUE(of(alice).empty()) << "no member";
    EXPECT_EQ(db::conversations::holding(tx, first.id).size(), 2U);

    const auto answer = say(bob, {alice.id, eve.id}, &first);
    ASSERT_EQ(of(bob).size(), 1U);
    EXPECT_EQ(of(bob).front().last, answer.id);
    EXPECT_FALSE(of(bob).front().unread) << "one's own post is read";
    EXPECT_TRUE(of(eve).front().unread);

    // Among fewer people it is another conversation.
    say(alice, {bob.id}, &first);
    EXPECT_EQ(of(bob).size(), 2U);
    EXPECT_EQ(of(eve).size(), 1U);
}

TEST_F(ConversationsTest, ReadStaysReadWhenADeliveryIsRepeated) {
    const auto first = say(alice, {bob.id});
    const auto id = of(bob).front().id;
    EXPECT_FALSE(db::conversations::set_read(tx, eve.id, id));
    EXPECT_TRUE(db::conversations::set_read(tx, bob.id, id));
    timelines::fan_out(tx, first, now);
    EXPECT_FALSE(of(bob).front().unread);
    say(alice, {bob.id}, &first);
    EXPECT_TRUE(of(bob).front().unread);
    EXPECT_TRUE(db::conversations::set_read(tx, bob.id, id));
    db::muted_threads::insert(tx, bob.id, first.thread);
    say(alice, {bob.id}, &first);
    EXPECT_FALSE(of(bob).front().unread) << "the thread is muted";
}

TEST_F(ConversationsTest, WhenTheLastPostGoesTheOneBeforeIsTheLast) {
    const auto first = say(alice, {bob.id});
    const auto second = say(alice, {bob.id}, &first);
    EXPECT_EQ(of(bob).front().last, second.id);
    db::statuses::remove(tx, second.id);
    ASSERT_EQ(of(bob).size(), 1U);
    EXPECT_EQ(of(bob).front().last, first.id);
    db::blocks::insert(tx, bob.id, alice.id, "");
    EXPECT_TRUE(of(bob).empty());
    db::blocks::remove(tx, bob.id, alice.id);
    db::statuses::remove(tx, first.id);
    EXPECT_TRUE(of(bob).empty());
}

TEST_F(ConversationsTest, ARemovedConversationBeginsAnewWithTheNextPost) {
    const auto first = say(alice, {bob.id});
    const auto id = of(bob).front().id;
    EXPECT_FALSE(db::conversations::remove(tx, eve.id, id));
    EXPECT_TRUE(db::conversations::remove(tx, bob.id, id));
    EXPECT_TRUE(of(bob).empty());
    const auto second = say(alice, {bob.id}, &first);
    ASSERT_EQ(of(bob).size(), 1U);
    EXPECT_EQ(of(bob).front().last, second.id);
}

TEST_F(ConversationsTest, OnlyDirectPostsMakeOne) {
    auto open = status_by(alice);
    db::mentions::insert_all(tx, open.id, {bob.id}, false);
    timelines::fan_out(tx, open, now);
    EXPECT_TRUE(of(bob).empty());
}

} // namespace
