#include "db/favourites.h"
#include "db/tombstones.h"
#include "statuses/remove.h"
#include "statuses/store.h"
#include "tests/statuses/notes.h"

namespace {

class RemoveTest : public NotesTest {
  protected:
    db::Status boost(const db::Account& booster, const db::Status& original) {
        db::Status status{
            .id = db::statuses::new_id(tx, now),
            .author = booster.id,
            .local = booster.is_local(),
            .object_type = "Announce",
            .reblog_of = original.id,
            .created_at = now,
        };
        status.uri = booster.uri + "/boosts/" + to_string(status.id);
        EXPECT_TRUE(statuses::store(tx, status));
        return status;
    }
    std::int64_t posts_of(const db::Account& account) {
        return db::accounts::find(tx, account.id)->statuses_count;
    }
};

TEST_F(RemoveTest, TakesEverythingWithItButAnswers) {
    const auto parent = stored(document("https://mastodon.example/users/alice/statuses/0"));
    auto json = document();
    json["inReplyTo"] = parent.uri;
    json["cc"].push_back(bob.uri);
    json["tag"] = {mention_of(bob)};
    const auto status = stored(json);
    auto answer = document("https://mastodon.example/users/alice/statuses/2");
    answer["inReplyTo"] = status.uri;
    answer["quote"] = status.uri;
    const auto reply = stored(answer);
    const auto boosted = boost(bob, status);
    db::favourites::insert(tx, bob.id, status.id, "");
    EXPECT_EQ(posts_of(alice), 3);
    EXPECT_EQ(posts_of(bob), 1);

    statuses::remove_status(tx, status, now);
    statuses::remove_status(tx, status, now);
    EXPECT_FALSE(db::statuses::find(tx, status.id));
    EXPECT_FALSE(db::statuses::find(tx, boosted.id));
    EXPECT_FALSE(db::statuses::find(tx, reply.id)->in_reply_to);
    EXPECT_EQ(db::statuses::find(tx, reply.id)->quote_state, "deleted");
    EXPECT_EQ(db::statuses::find(tx, parent.id)->replies_count, 0);
    EXPECT_EQ(posts_of(alice), 2);
    EXPECT_EQ(posts_of(bob), 0);
    EXPECT_TRUE(db::tombstones::find(tx, status.uri));
    EXPECT_TRUE(db::tombstones::find(tx, boosted.uri)->local);
}

TEST_F(RemoveTest, UndoingABoostTouchesOnlyTheBoost) {
    const auto status = stored(document());
    const auto boosted = boost(bob, status);
    EXPECT_EQ(db::statuses::find(tx, status.id)->reblogs_count, 1);
    statuses::remove_status(tx, boosted, now);
    EXPECT_EQ(db::statuses::find(tx, status.id)->reblogs_count, 0);
    EXPECT_EQ(posts_of(alice), 1);
    EXPECT_EQ(posts_of(bob), 0);
}

TEST_F(RemoveTest, AnAccountsPostsGoInPortions) {
    const auto open = status_by(bob);
    for (int i = 1; i <= 5; ++i) {
        auto json = document("https://mastodon.example/users/alice/statuses/" + std::to_string(i));
        json["inReplyTo"] = open.uri;
        stored(json);
    }
    EXPECT_EQ(db::statuses::find(tx, open.id)->replies_count, 5);
    EXPECT_EQ(statuses::remove_statuses_of(tx, alice, 3, now), 3);
    EXPECT_EQ(statuses::remove_statuses_of(tx, alice, 3, now), 2);
    EXPECT_EQ(statuses::remove_statuses_of(tx, alice, 3, now), 0);
    EXPECT_EQ(db::statuses::find(tx, open.id)->replies_count, 0);
    EXPECT_EQ(posts_of(alice), 0);
}

} // namespace
