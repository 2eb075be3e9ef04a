#include "db/account_notes.h"
#include "db/blocks.h"
#include "db/bookmarks.h"
#include "db/favourites.h"
#include "db/featured_tags.h"
#include "db/media_attachments.h"
#include "db/mentions.h"
#include "db/missing_objects.h"
#include "db/muted_threads.h"
#include "db/mutes.h"
#include "db/pins.h"
#include "db/polls.h"
#include "db/status_edits.h"
#include "db/tags.h"
#include "db/tombstones.h"
#include "tests/support/database.h"

namespace {

class RelationsTest : public DatabaseTest {
  protected:
    db::Account bob = member("bob");
    db::Account alice = remote_account("alice");
    db::Status status = status_by(bob);
    Time now = std::chrono::floor<std::chrono::seconds>(system_now());
};

TEST_F(RelationsTest, AFavouriteCountsOnceAndGoesWithItsCount) {
    EXPECT_TRUE(db::favourites::insert(tx, alice.id, status.id, "https://m.example/likes/1"));
    EXPECT_FALSE(db::favourites::insert(tx, alice.id, status.id, "https://m.example/likes/2"));
    EXPECT_EQ(db::statuses::find(tx, status.id)->favourites_count, 1);
    EXPECT_TRUE(db::favourites::find_by_uri(tx, alice.id, "https://m.example/likes/1"));
    EXPECT_FALSE(db::favourites::find_by_uri(tx, bob.id, "https://m.example/likes/1"));
    EXPECT_EQ(db::favourites::among(tx, alice.id, {status.id}).size(), 1U);
    EXPECT_EQ(db::favourites::list_of_status(tx, status.id, {}).size(), 1U);
    EXPECT_EQ(db::favourites::list_of_account(tx, alice.id, {}).size(), 1U);

    EXPECT_EQ(db::favourites::remove(tx, alice.id, status.id)->activity_uri,
              "https://m.example/likes/1");
    EXPECT_FALSE(db::favourites::remove(tx, alice.id, status.id));
    EXPECT_EQ(db::statuses::find(tx, status.id)->favourites_count, 0);
}

TEST_F(RelationsTest, BlocksAndMutesStandOnceAndAreFoundFromBothSides) {
    EXPECT_TRUE(db::blocks::insert(tx, bob.id, alice.id, "https://maple.test/b/1"));
    EXPECT_FALSE(db::blocks::insert(tx, bob.id, alice.id, ""));
    EXPECT_TRUE(db::blocks::exists_between(tx, alice.id, bob.id));
    EXPECT_EQ(db::blocks::blocked_among(tx, bob.id, {alice.id}).size(), 1U);
    EXPECT_EQ(db::blocks::blocking_among(tx, alice.id, {bob.id}).size(), 1U);
    EXPECT_TRUE(db::blocks::find_by_uri(tx, bob.id, "https://maple.test/b/1"));
    EXPECT_FALSE(db::blocks::find_by_uri(tx, alice.id, "https://maple.test/b/1"));
    EXPECT_EQ(db::blocks::list(tx, bob.id, {}).size(), 1U);
    EXPECT_TRUE(db::blocks::remove(tx, bob.id, alice.id));
    EXPECT_FALSE(db::blocks::find(tx, bob.id, alice.id));

    const db::Mute mute{
        .account = bob.id, .target = alice.id, .expires_at = now + std::chrono::hours{1}};
    db::mutes::put(tx, mute);
    db::mutes::put(tx, mute);
    EXPECT_TRUE(db::mutes::find(tx, bob.id, alice.id, now));
    EXPECT_FALSE(db::mutes::find(tx, bob.id, alice.id, now + std::chrono::hours{2}));
    EXPECT_EQ(db::mutes::list(tx, bob.id, {}, now).size(), 1U);
    db::mutes::remove_expired(tx, now + std::chrono::hours{2});
    EXPECT_FALSE(db::mutes::remove(tx, bob.id, alice.id));
}

TEST_F(RelationsTest, SmallPrivateThingsAreKept) {
    EXPECT_TRUE(db::bookmarks::insert(tx, bob.id, status.id));
    EXPECT_FALSE(db::bookmarks::insert(tx, bob.id, status.id));
    EXPECT_EQ(db::bookmarks::list(tx, bob.id, {}).size(), 1U);
    EXPECT_EQ(db::bookmarks::among(tx, bob.id, {status.id}).size(), 1U);
    EXPECT_TRUE(db::bookmarks::remove(tx, bob.id, status.id));

    db::account_notes::put(tx, bob.id, alice.id, "met in Oslo");
    EXPECT_EQ(db::account_notes::find_all(tx, bob.id, {alice.id}).at(alice.id), "met in Oslo");
    db::account_notes::put(tx, bob.id, alice.id, "");
    EXPECT_TRUE(db::account_notes::find_all(tx, bob.id, {alice.id}).empty());

    db::muted_threads::insert(tx, bob.id, status.thread);
    EXPECT_EQ(db::muted_threads::among(tx, bob.id, {status.thread, 1}), std::vector{status.thread});
    db::muted_threads::remove(tx, bob.id, status.thread);
    EXPECT_TRUE(db::muted_threads::among(tx, bob.id, {status.thread}).empty());
}

TEST_F(RelationsTest, OnlyOnesOwnPostsArePinnedAndAtMostFive) {
    EXPECT_FALSE(db::pins::insert(tx, alice.id, status.id));
    std::vector<StatusId> all;
    for (int i = 0; i < 7; ++i)
        all.push_back(status_by(bob).id);
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(db::pins::insert(tx, bob.id, all.at(static_cast<std::size_t>(i))));
    EXPECT_FALSE(db::pins::insert(tx, bob.id, all.at(5)));
    EXPECT_EQ(db::pins::list(tx, bob.id).front(), all.at(4));

    db::pins::replace(tx, bob.id, all);
    EXPECT_EQ(db::pins::list(tx, bob.id), (std::vector<StatusId>{all.begin(), all.begin() + 5}));
    EXPECT_EQ(db::pins::among(tx, all).size(), 5U);
    EXPECT_TRUE(db::pins::remove(tx, bob.id, all.front()));
}

TEST_F(RelationsTest, MentionsAreAddedOnceAndSilencedByAnEdit) {
    const auto eve = member("eve");
    EXPECT_EQ(db::mentions::insert_all(tx, status.id, {alice.id, eve.id}, false).size(), 2U);
    EXPECT_TRUE(db::mentions::insert_all(tx, status.id, {alice.id}, true).empty());
    db::mentions::silence_others(tx, status.id, {alice.id});
    for (const auto& mention : db::mentions::list(tx, status.id))
        EXPECT_EQ(mention.silent, mention.account == eve.id);
    EXPECT_TRUE(db::mentions::exists(tx, status.id, eve.id));
    EXPECT_EQ(db::mentions::list_all(tx, {status.id}).size(), 2U);
}

TEST_F(RelationsTest, TagsAreSharedAndFollowAnEdit) {
    db::tags::ensure(tx, {"maths", "art"}, {"Maths", "Art"});
    db::tags::ensure(tx, {"maths"}, {"MATHS"});
    db::tags::attach(tx, status.id, {"maths", "art"});
    EXPECT_EQ(db::tags::list(tx, status.id).size(), 2U);
    EXPECT_EQ(db::tags::find(tx, "maths")->display, "Maths");
    db::tags::detach_others(tx, status.id, {"art"});
    EXPECT_EQ(db::tags::list_all(tx, {status.id}).front().tag.name, "art");
    EXPECT_EQ(db::tags::search(tx, "mat", 5).front().name, "maths");
    EXPECT_TRUE(db::tags::search(tx, "%", 5).empty());
    EXPECT_TRUE(db::tags::find(tx, db::tags::find(tx, "art")->id));

    EXPECT_TRUE(db::featured_tags::insert(tx, bob.id, "art"));
    EXPECT_FALSE(db::featured_tags::insert(tx, bob.id, "art"));
    EXPECT_EQ(db::featured_tags::list(tx, bob.id).front().statuses_count, 1);
    EXPECT_TRUE(db::featured_tags::remove(tx, bob.id, "art"));
    EXPECT_FALSE(db::featured_tags::remove(tx, bob.id, std::int64_t{1}));
}

TEST_F(RelationsTest, UploadsAreTiedByTheirOwnerOnlyAllOrNone) {
    const auto mine = db::media_attachments::insert(
        tx, {.account = bob.id, .type = "image", .focus = {{0.5, -0.25}}});
    const auto theirs = db::media_attachments::insert(tx, {.account = alice.id, .type = "image"});
    EXPECT_FALSE(db::media_attachments::attach(tx, bob.id, status.id, {mine, theirs}));
    EXPECT_TRUE(db::media_attachments::list(tx, status.id).empty());
    EXPECT_TRUE(db::media_attachments::attach(tx, bob.id, status.id, {mine}));
    EXPECT_TRUE(db::media_attachments::attach(tx, bob.id, status.id, {mine}));
    EXPECT_FALSE(db::media_attachments::attach(tx, bob.id, status_by(bob).id, {mine}));
    EXPECT_FALSE(db::media_attachments::find(tx, alice.id, mine));
    EXPECT_EQ(db::media_attachments::list(tx, status.id).front().focus->at(1), -0.25);
    db::media_attachments::set_description(tx, mine, "a \"map\"", std::nullopt);
    EXPECT_EQ(db::media_attachments::find(tx, bob.id, mine)->description, "a \"map\"");
    db::media_attachments::remove_others(tx, status.id, {});
    EXPECT_TRUE(db::media_attachments::list(tx, status.id).empty());
}

TEST_F(RelationsTest, RemoteAttachmentsKeepTheirOrder) {
    const auto theirs = status_by(alice);
    db::media_attachments::insert_all(
        tx,
        alice.id,
        theirs.id,
        {
            {.type = "image", .remote_url = "https://m.example/1.png", .width = 4, .height = 3},
            {.type = "video", .remote_url = "https://m.example/2.mp4", .duration_ms = 1500},
        });
    const auto read = db::media_attachments::list_all(tx, {theirs.id});
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(read.at(0).width, 4);
    EXPECT_EQ(read.at(1).duration_ms, 1500);
    EXPECT_EQ(read.at(1).remote_url, "https://m.example/2.mp4");
}

TEST_F(RelationsTest, TheHistoryKeepsTheFirstVersionAndTheLatest) {
    for (int i = 0; i < db::status_edits::max_versions + 5; ++i) {
        db::status_edits::insert(
            tx, {.status = status.id, .content = std::to_string(i), .created_at = now});
    }
    db::status_edits::trim(tx, status.id);
    const auto edits = db::status_edits::list(tx, status.id);
    ASSERT_EQ(edits.size(), std::size_t{db::status_edits::max_versions});
    EXPECT_EQ(edits.front().content, "0");
    EXPECT_EQ(edits.back().content, std::to_string(db::status_edits::max_versions + 4));
}

TEST_F(RelationsTest, TombstonesOfOursStayAndOthersAge) {
    db::tombstones::insert(tx, {.uri = "https://a.example/1", .deleted_at = now});
    db::tombstones::insert(tx, {.uri = "https://maple.test/1", .local = true, .deleted_at = now});
    EXPECT_EQ(db::tombstones::among(tx, {"https://a.example/1", "https://a.example/2"}).size(), 1U);
    db::tombstones::remove_older(tx, now + std::chrono::hours{1});
    EXPECT_FALSE(db::tombstones::find(tx, "https://a.example/1"));
    EXPECT_TRUE(db::tombstones::find(tx, "https://maple.test/1")->local);

    EXPECT_EQ(db::missing_objects::note(tx, "https://a.example/3", now), now);
    EXPECT_EQ(db::missing_objects::note(tx, "https://a.example/3", now + std::chrono::hours{1}),
              now);
    db::missing_objects::forget(tx, "https://a.example/3");
}

class PollsTest : public RelationsTest {
  protected:
    db::Poll poll{.status = status.id,
                  .options = {"Blue", "Green"},
                  .tallies = {0, 0},
                  .multiple = true,
                  .voters_count = 0,
                  .expires_at = now + std::chrono::hours{1}};
    PollId id = db::polls::insert(tx, poll);
};

TEST_F(PollsTest, IsTiedToItsStatusAndReadBack) {
    EXPECT_EQ(db::statuses::find(tx, status.id)->poll, id);
    const auto read = db::polls::find_by_status(tx, status.id);
    EXPECT_EQ(read->options, poll.options);
    EXPECT_EQ(read->expires_at, poll.expires_at);
    EXPECT_FALSE(read->is_over(now));
    EXPECT_TRUE(read->is_over(now + std::chrono::hours{1}));
    EXPECT_EQ(db::polls::list_all(tx, {status.id}).size(), 1U);
}

TEST_F(PollsTest, CountsEachChoiceAndEachVoterOnce) {
    ASSERT_TRUE(db::polls::lock(tx, id));
    EXPECT_EQ(db::polls::cast(tx, id, alice.id, {0}, "", db::polls::Tally::Count), 1);
    EXPECT_EQ(db::polls::cast(tx, id, alice.id, {0}, "", db::polls::Tally::Count), 0);
    EXPECT_EQ(db::polls::cast(tx, id, alice.id, {1}, "", db::polls::Tally::Count), 1);
    EXPECT_EQ(db::polls::cast(tx, id, bob.id, {0, 1}, "", db::polls::Tally::Count), 2);
    const auto read = db::polls::find(tx, id);
    EXPECT_EQ(read->tallies, (std::vector<std::int64_t>{2, 2}));
    EXPECT_EQ(read->voters_count, 2);
    EXPECT_EQ(db::polls::votes_of(tx, id, alice.id), (std::vector<int>{0, 1}));
    EXPECT_EQ(db::polls::votes_among(tx, bob.id, {id}).size(), 2U);
    EXPECT_EQ(db::polls::local_voters(tx, id), std::vector{bob.id});
}

TEST_F(PollsTest, TalliesOfARemotePollComeFromItsOriginOnly) {
    db::polls::cast(tx, id, bob.id, {1}, "", db::polls::Tally::Leave);
    EXPECT_EQ(db::polls::find(tx, id)->tallies, (std::vector<std::int64_t>{0, 0}));
    auto read = *db::polls::find(tx, id);
    read.tallies = {7, 9};
    read.voters_count = std::nullopt;
    db::polls::set_tallies(tx, read);
    EXPECT_EQ(db::polls::find(tx, id)->tallies, read.tallies);
    EXPECT_FALSE(db::polls::find(tx, id)->voters_count);
    read.tallies = {1, 2, 3};
    db::polls::set_tallies(tx, read);
    EXPECT_EQ(db::polls::find(tx, id)->tallies.size(), 2U);
}

TEST_F(PollsTest, AreClaimedWhenTalliesChangedAndWhenTheyEnd) {
    EXPECT_TRUE(db::polls::claim_dirty(tx, now, 10).empty());
    db::polls::cast(tx, id, alice.id, {0}, "", db::polls::Tally::Count);
    EXPECT_EQ(db::polls::claim_dirty(tx, now, 10).size(), 1U);
    db::polls::mark_announced(tx, id, now);
    EXPECT_TRUE(db::polls::claim_dirty(tx, now + std::chrono::hours{1}, 10).empty());

    EXPECT_TRUE(db::polls::claim_ended(tx, now, 10).empty());
    EXPECT_EQ(db::polls::claim_ended(tx, now + std::chrono::hours{1}, 10).size(), 1U);
    db::polls::mark_end_handled(tx, id);
    EXPECT_TRUE(db::polls::claim_ended(tx, now + std::chrono::hours{1}, 10).empty());

    auto changed = *db::polls::find(tx, id);
    changed.options = {"Red", "Green"};
    db::polls::update(tx, changed);
    db::polls::remove_votes(tx, id);
    EXPECT_TRUE(db::polls::votes_of(tx, id, alice.id).empty());
}

} // namespace
