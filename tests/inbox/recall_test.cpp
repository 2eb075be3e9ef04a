#include "db/audit_log.h"
#include "db/deliveries.h"
#include "db/held_items.h"
#include "db/object_inboxes.h"
#include "db/peers.h"
#include "db/privacy_notes.h"
#include "db/recalls.h"
#include "db/tombstones.h"
#include "federation/privacy_note.h"
#include "federation/recall.h"
#include "federation/uris.h"
#include "outbox/recall.h"
#include "tests/support/handlers.h"

namespace {

using inbox::handle_accept;
using inbox::handle_offer;

/// What server actors tell each other of posts that have to go.
class RecallTest : public HandlerTest {
  protected:
    RecallTest() {
        cedar = peer("actor", "cedar.test");
        cedar.actor_type = "Application";
        cedar.is_server_actor = true;
        teacher = peer("teacher", "cedar.test");
    }
    Json recall_of(const std::string& subject, const db::Account& by) {
        return federation::render_recall(
            {.id = by.uri + "#recalls/1/1", .actor = by.uri, .subject = subject},
            "https://maple.test/actor")["object"];
    }
    Result<inbox::Outcome> offer(const db::Account& by, const Json& object) {
        return handle_offer(tx, house, received(by, activity("Offer", by, object)));
    }
    bool is_here(const std::string& uri) { return db::statuses::find_by_uri(tx, uri).has_value(); }
    Json note_on(const std::string& post, const db::Account& by) {
        return federation::render_privacy_note({.id = by.uri + "#privacy-notes/1",
                                                .actor = by.uri,
                                                .about = post,
                                                .reason = "student-name"},
                                               "https://maple.test/actor")["object"];
    }
    std::size_t notes() {
        std::size_t count = 0;
        for (const auto& note : db::privacy_notes::list_unseen(tx))
            if (note.host == "cedar.test") ++count;
        return count;
    }

    db::Account cedar, teacher;
};

TEST_F(RecallTest, AHouseRecallsAPostOfItsOwnAndItStaysBuried) {
    const auto post = status_by(teacher);
    ASSERT_TRUE(is_here(post.uri));
    const auto before = db::deliveries::count_for_host(tx, "cedar.test");
    EXPECT_EQ(*offer(cedar, recall_of(post.uri, cedar)), applied);
    EXPECT_FALSE(is_here(post.uri));
    EXPECT_EQ(db::deliveries::count_for_host(tx, "cedar.test"), before + 1) << "the Accept";
    db::tombstones::remove_older(tx, now + std::chrono::hours{24 * 400});
    EXPECT_TRUE(db::tombstones::find(tx, post.uri));
    EXPECT_EQ(db::audit_log::list_by_subject(tx, post.uri).size(), 1U);
    // Asked again, since the Accept was lost; and of what never came.
    EXPECT_EQ(*offer(cedar, recall_of(post.uri, cedar)), applied);
    EXPECT_EQ(*offer(cedar, recall_of("https://cedar.test/never/1", cedar)), applied);
    EXPECT_EQ(db::deliveries::count_for_host(tx, "cedar.test"), before + 3);
}

// ATTACKS A14: nobody deletes what is not theirs.
TEST_F(RecallTest, A14_NobodyRecallsWhatIsNotOfTheirHouse) {
    const auto theirs = status_by(teacher);
    const auto elsewhere = status_by(alice);
    auto evil = peer("actor", "evil.test");
    evil.actor_type = "Application";
    evil.is_server_actor = true;
    EXPECT_FALSE(offer(evil, recall_of(theirs.uri, evil)));
    EXPECT_FALSE(offer(evil, recall_of(theirs.uri, cedar))) << "in another's name";
    EXPECT_FALSE(offer(cedar, recall_of(elsewhere.uri, cedar)));
    EXPECT_FALSE(offer(teacher, recall_of(theirs.uri, teacher))) << "no server actor";
    EXPECT_TRUE(is_here(theirs.uri));
    EXPECT_TRUE(is_here(elsewhere.uri));
}

// ATTACKS A14: an Application of a member's own making is not the house.
TEST_F(RecallTest, A14_ABotOfTheHostIsNotItsHouse) {
    const auto post = status_by(teacher);
    auto bot = peer("relay", "cedar.test");
    bot.actor_type = "Application";
    EXPECT_FALSE(offer(bot, recall_of(post.uri, bot)));
    EXPECT_FALSE(offer(bot, note_on(status_by(bob).uri, bot)));
    EXPECT_TRUE(is_here(post.uri));
    // Which one speaks was settled: not even one that bears the host's name.
    db::peers::set_their_follow(tx, "cedar.test", cedar.uri, cedar.uri + "#follow");
    bot.is_server_actor = true;
    EXPECT_FALSE(offer(bot, recall_of(post.uri, bot)));
    EXPECT_TRUE(is_here(post.uri));
    EXPECT_TRUE(offer(cedar, recall_of(post.uri, cedar)));
    EXPECT_FALSE(is_here(post.uri));
}

TEST_F(RecallTest, OfPostsThatAreNotHereNobodyFillsTheTables) {
    const auto uri = [](int number) {
        return "https://cedar.test/never/" + std::to_string(number);
    };
    for (int i = 0; i < 200; ++i)
        ASSERT_EQ(*offer(cedar, recall_of(uri(i), cedar)), applied) << i;
    EXPECT_EQ(*offer(cedar, recall_of(uri(200), cedar)), ignored);
    EXPECT_FALSE(db::tombstones::find(tx, uri(200)));
    const auto post = status_by(teacher);
    EXPECT_EQ(*offer(cedar, recall_of(post.uri, cedar)), applied) << "what is here goes";
    db::tombstones::remove_older(tx, now + std::chrono::hours{24 * 400});
    EXPECT_FALSE(db::tombstones::find(tx, uri(0)));
    EXPECT_TRUE(db::tombstones::find(tx, post.uri));
}

TEST_F(RecallTest, OursIsConfirmedByTheServerThatWasAskedAndByNoOther) {
    db::peers::set_their_follow(tx, "cedar.test", cedar.uri, cedar.uri + "#follow");
    const auto post = status_by(bob);
    db::object_inboxes::insert(
        tx,
        post.uri,
        {{"https://cedar.test/inbox", "cedar.test"}, {"https://silent.test/inbox", "silent.test"}});
    const auto id = outbox::recall(tx, instance, post.uri, bob.uri, "a name", now);
    ASSERT_TRUE(id) << id.error().detail;
    EXPECT_FALSE(is_here(post.uri));
    auto hosts = db::recalls::list_hosts(tx, *id);
    ASSERT_EQ(hosts.size(), 2U);
    EXPECT_EQ(hosts[0].tries, 1);
    EXPECT_EQ(hosts[1].tries, 0) << "has no server actor";
    EXPECT_EQ(outbox::recall_state(hosts[1]), "no answer");

    const auto asked =
        federation::fragment_uri(federation::server_actor_uri(instance), "recalls", id->value) +
        "/1";
    const Json brief{{"id", asked}, {"type", "Offer"}};
    auto evil = peer("actor", "evil.test");
    evil.actor_type = "Application";
    evil.is_server_actor = true;
    EXPECT_EQ(*handle_accept(tx, house, received(evil, activity("Accept", evil, brief))), ignored);
    EXPECT_EQ(*handle_accept(tx, house, received(teacher, activity("Accept", teacher, brief))),
              ignored);
    EXPECT_EQ(*handle_accept(tx, house, received(cedar, activity("Accept", cedar, brief))),
              applied);
    EXPECT_EQ(*handle_accept(tx, house, received(cedar, activity("Accept", cedar, brief))), ignored)
        << "twice";
    hosts = db::recalls::list_hosts(tx, *id);
    EXPECT_EQ(hosts[0].host, "silent.test");
    EXPECT_EQ(outbox::recall_state(hosts[1]), "confirmed");
    EXPECT_FALSE(hosts[1].next_at);
}

TEST_F(RecallTest, IsAskedAgainWithPausesAndEndsByItself) {
    db::peers::set_their_follow(tx, "cedar.test", cedar.uri, cedar.uri + "#follow");
    const auto post = status_by(bob);
    db::object_inboxes::insert(tx, post.uri, {{"https://cedar.test/inbox", "cedar.test"}});
    const auto id = outbox::recall(tx, instance, post.uri, bob.uri, "a name", now);
    ASSERT_TRUE(id);
    const auto tries = [&] { return db::recalls::list_hosts(tx, *id).front().tries; };
    outbox::ask_for_confirmations(tx, instance, now + std::chrono::minutes{59});
    EXPECT_EQ(tries(), 1);
    for (int day = 1; day < 40; ++day)
        outbox::ask_for_confirmations(tx, instance, now + std::chrono::hours{24 * day});
    const auto ended = tries();
    EXPECT_GT(ended, 5);
    EXPECT_LT(ended, 20);
    EXPECT_EQ(*outbox::ask_again(tx, *id, bob.uri, now), 1);
    outbox::ask_for_confirmations(tx, instance, now);
    EXPECT_EQ(tries(), ended + 1);
}

TEST_F(RecallTest, NeedsAReasonAndAPostOfOurs) {
    const auto theirs = status_by(teacher);
    const auto ours = status_by(bob);
    const auto kind = [&](const std::string& uri, const std::string& reason) {
        return outbox::recall(tx, instance, uri, bob.uri, reason, now).error().kind;
    };
    EXPECT_EQ(kind(ours.uri, " "), Error::Kind::Unprocessable);
    EXPECT_EQ(kind(ours.uri, std::string(1'001, 'x')), Error::Kind::Unprocessable);
    EXPECT_EQ(kind(theirs.uri, "x"), Error::Kind::NotFound);
    EXPECT_EQ(kind("https://maple.test/none", "x"), Error::Kind::NotFound);
    EXPECT_TRUE(is_here(ours.uri));
    ASSERT_TRUE(outbox::recall(tx, instance, ours.uri, bob.uri, "x", now));
    EXPECT_EQ(kind(ours.uri, "x"), Error::Kind::NotFound) << "erased";
}

TEST_F(RecallTest, APrivacyNoteOfAServerActorReachesOurOfficerOnce) {
    const auto post = status_by(bob);
    EXPECT_EQ(*offer(cedar, note_on(post.uri, cedar)), applied);
    EXPECT_EQ(*offer(cedar, note_on(post.uri, cedar)), ignored);
    EXPECT_EQ(notes(), 1U);
    EXPECT_TRUE(is_here(post.uri));
    EXPECT_EQ(*offer(cedar, note_on("https://maple.test/none", cedar)), ignored);
    EXPECT_EQ(*offer(cedar, note_on(status_by(teacher).uri, cedar)), ignored) << "not ours";
    EXPECT_FALSE(offer(teacher, note_on(status_by(bob).uri, teacher))) << "a person";
    EXPECT_FALSE(offer(cedar, note_on(status_by(bob).uri, teacher))) << "in another's name";
    EXPECT_EQ(notes(), 1U);
    for (int i = 0; i < 30; ++i)
        EXPECT_TRUE(offer(cedar, note_on(status_by(bob).uri, cedar)));
    EXPECT_EQ(notes(), 24U) << "a day's worth";
}

} // namespace
