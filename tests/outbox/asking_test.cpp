#include "db/audit_log.h"
#include "db/held_items.h"
#include "db/jobs.h"
#include "db/roster_others.h"
#include "db/scheduled_statuses.h"
#include "educators/import.h"
#include "educators/student_marks.h"
#include "moderation/filters.h"
#include "moderation/held.h"
#include "outbox/asking.h"
#include "outbox/edit.h"
#include "outbox/held_posts.h"
#include "outbox/schedule.h"
#include "tests/outbox/verbs_support.h"

namespace {

class AskingTest : public VerbsTest {
  protected:
    AskingTest() {
        const auto hash = educators::load_keyed_hash(tx);
        const db::RosterOther maya{.id_hash = hash.of_id("s-maya"),
                                   .kind = 's',
                                   .marks = educators::marks_of_student(
                                       hash, {.given = "Maya", .family = "Okafor"}, {"48213771"})};
        const db::RosterOther parent{.id_hash = hash.of_id("p-petra"), .kind = 'f'};
        db::roster_others::store(tx, std::vector{maya, parent});
    }
    std::vector<db::AskedPost> questions(const db::Account& of) {
        return db::asked_posts::list(tx, of.id);
    }
    std::vector<db::HeldItem> held() {
        std::vector<db::HeldItem> own;
        for (auto& item : db::held_items::list_of_filter(tx, moderation::student_filter))
            if (item.account == bob.id) own.push_back(std::move(item));
        return own;
    }
    std::size_t posts_of(const db::Account& author) {
        return db::statuses::ids_of_account(tx, author.id, 100).size();
    }
    /// As the worker does after a decision.
    void decide(const db::HeldItem& item, db::HeldDecision decision) {
        ASSERT_TRUE(moderation::decide_held(tx, item.id, decision, eve.uri, now));
        db::jobs::lock_claims(tx);
        const auto jobs = db::jobs::claim(
            tx, {moderation::held_post_job}, 100, std::chrono::milliseconds{60'000});
        const auto kind = outbox::held_post_kind(
            {.instance = instance, .peers = peers, .clock = [this] { return now; }});
        for (const auto& step : kind.prepare(jobs))
            (*step)(tx);
        db::jobs::finish(tx, jobs);
    }
};

TEST_F(AskingTest, AnAuthorIsAskedBeforeAStudentIsNamed) {
    ASSERT_TRUE(outbox::publish(tx, by(bob), {.text = "A good day at school"}));
    const outbox::Draft draft{.text = "Maya Okafor won the spelling bee!"};
    for (int tries = 0; tries < 3; ++tries) {
        const auto asked = outbox::publish(tx, by(bob), draft);
        ASSERT_FALSE(asked);
        EXPECT_EQ(asked.error().kind, Error::Kind::Unprocessable);
        EXPECT_TRUE(outbox::is_question(asked.error()));
        EXPECT_TRUE(outbox::has_left_rows(asked.error()));
        EXPECT_EQ(asked.error().reason, "student-name");
        EXPECT_NE(asked.error().shown.find("https://maple.test/settings/waiting"),
                  std::string::npos);
    }
    ASSERT_EQ(questions(bob).size(), 1U) << "an app that repeats asks once";
    EXPECT_EQ(posts_of(bob), 1U);
    EXPECT_TRUE(held().empty());
    const auto entries = db::audit_log::list_by_subject(tx, bob.uri);
    ASSERT_FALSE(entries.empty());
    EXPECT_EQ(entries.front().filter, moderation::student_filter);
    for (const auto& entry : entries)
        EXPECT_EQ(dump_json(entry.details).find("Okafor"), std::string::npos);
}

TEST_F(AskingTest, GoingOnNeedsAReasonAndGoesToTheOfficer) {
    const outbox::Draft draft{.text = "Maya Okafor won the spelling bee!"};
    ASSERT_FALSE(outbox::publish(tx, by(bob), draft));
    const auto id = questions(bob).front().id;
    EXPECT_EQ(outbox::answer_question(tx, by(eve), id, {.reason = "mine now"}).error().kind,
              Error::Kind::NotFound)
        << "another member's";

    const auto answered =
        outbox::answer_question(tx, by(bob), id, {.reason = "Her parents signed the release"});
    ASSERT_TRUE(answered) << answered.error().detail;
    EXPECT_FALSE(*answered);
    EXPECT_TRUE(questions(bob).empty());
    EXPECT_EQ(posts_of(bob), 0U);
    ASSERT_EQ(held().size(), 1U);
    EXPECT_NE(held().front().payload.find("Her parents signed"), std::string::npos);
    EXPECT_FALSE(held().front().release_at_deadline);

    decide(held().front(), db::HeldDecision::Released);
    EXPECT_EQ(posts_of(bob), 1U);
}

TEST_F(AskingTest, NoReasonAndTooLongOnesAreNone) {
    ASSERT_FALSE(outbox::publish(tx, by(bob), {.text = "number 48213771"}));
    // "No student can be seen" is an answer about pictures only.
    for (const auto& answer : {outbox::Answer{.reason = "  "},
                               outbox::Answer{.reason = std::string(1'001, 'x')},
                               outbox::Answer{.no_student_seen = true}}) {
        // The door rolls back, so that the question stays.
        try {
            tx.nested([&]() -> bool {
                const auto answered =
                    outbox::answer_question(tx, by(bob), questions(bob).front().id, answer);
                EXPECT_EQ(answered.error().kind, Error::Kind::Unprocessable);
                throw std::runtime_error("rolled back");
            });
        } catch (const std::runtime_error&) {
        }
    }
    EXPECT_EQ(questions(bob).size(), 1U);
    EXPECT_EQ(posts_of(bob), 0U);
    EXPECT_TRUE(held().empty());
}

TEST_F(AskingTest, AppsMayBringTheReasonAlong) {
    const auto refused = outbox::publish(
        tx, by(bob), {.text = "Maya Okafor won", .students_reason = "Parents agreed"});
    ASSERT_FALSE(refused);
    EXPECT_TRUE(outbox::is_held(refused.error()));
    EXPECT_TRUE(questions(bob).empty());
    ASSERT_EQ(held().size(), 1U);
    decide(held().front(), db::HeldDecision::Rejected);
    EXPECT_EQ(posts_of(bob), 0U);
}

TEST_F(AskingTest, PollsAndWarningsAreRead) {
    EXPECT_FALSE(outbox::publish(tx, by(bob), {.text = "x", .spoiler_text = "about Maya Okafor"}));
    EXPECT_FALSE(outbox::publish(
        tx,
        by(bob),
        {.text = "who?", .poll = outbox::PollDraft{.options = {"Maya Okafor", "nobody"}}}));
    EXPECT_EQ(questions(bob).size(), 2U);
}

TEST_F(AskingTest, WhatIsScheduledIsAskedAboutAtOnce) {
    const auto later = now + std::chrono::hours{2};
    const auto asked = outbox::schedule(tx, by(bob), {.text = "Maya Okafor won"}, later);
    ASSERT_FALSE(asked);
    EXPECT_TRUE(outbox::is_question(asked.error()));
    ASSERT_EQ(questions(bob).size(), 1U);
    const auto answered = outbox::answer_question(
        tx, by(bob), questions(bob).front().id, {.reason = "Parents agreed"});
    ASSERT_TRUE(answered);
    EXPECT_TRUE(*answered) << "it waits for its time";
    EXPECT_EQ(db::scheduled_statuses::count(tx, bob.id, later).all, 1);
}

TEST_F(AskingTest, AnEditThatNamesAStudentIsAskedAboutAndHeld) {
    const auto post = outbox::publish(tx, by(bob), {.text = "A fifth grader won"});
    ASSERT_TRUE(post);
    const auto text = [&] { return db::statuses::find(tx, post->id)->text; };
    const auto edited = outbox::edit(tx, by(bob), post->id, {.text = "Maya Okafor won"});
    ASSERT_FALSE(edited);
    EXPECT_TRUE(outbox::is_question(edited.error()));
    EXPECT_EQ(edited.error().reason, "student-name");
    ASSERT_EQ(questions(bob).size(), 1U);
    EXPECT_TRUE(held().empty());

    EXPECT_FALSE(outbox::answer_question(tx, by(bob), questions(bob)[0].id, {}));
    const auto again = outbox::edit(tx, by(bob), post->id, {.text = "Maya Okafor won"});
    ASSERT_FALSE(again);
    const auto answered =
        outbox::answer_question(tx, by(bob), questions(bob)[0].id, {.reason = "The parents agree"});
    ASSERT_TRUE(answered);
    EXPECT_FALSE(*answered) << "the privacy officer decides";
    ASSERT_EQ(held().size(), 1U);
    EXPECT_EQ(text(), "A fifth grader won") << "as it was until then";
    decide(held()[0], db::HeldDecision::Released);
    EXPECT_EQ(text(), "Maya Okafor won");
    EXPECT_EQ(posts_of(bob), 1U) << "no second post";

    // With the reason at once; refused; and one that came too late.
    const outbox::Edit more{.text = "Maya Okafor won again", .students_reason = "she did"};
    const auto kept = outbox::edit(tx, by(bob), post->id, more);
    ASSERT_FALSE(kept);
    EXPECT_TRUE(outbox::is_held(kept.error()));
    EXPECT_TRUE(outbox::has_left_rows(kept.error()));
    decide(held()[0], db::HeldDecision::Rejected);
    EXPECT_EQ(text(), "Maya Okafor won");
    ASSERT_FALSE(outbox::edit(tx, by(bob), post->id, more));
    auto later = by(bob);
    later.now = now + std::chrono::minutes{5};
    ASSERT_TRUE(outbox::edit(tx, later, post->id, {.text = "She won"}));
    decide(held()[0], db::HeldDecision::Released);
    EXPECT_EQ(text(), "She won") << "the newer one stays";
}

TEST_F(AskingTest, OldestQuestionsGiveWay) {
    for (int i = 0; i < 55; ++i)
        EXPECT_FALSE(outbox::publish(tx, by(bob), {.text = "Maya Okafor " + std::to_string(i)}));
    EXPECT_EQ(questions(bob).size(), 50U);
    db::asked_posts::remove_older_than(tx, now + std::chrono::hours{1});
    EXPECT_TRUE(questions(bob).empty());
}

} // namespace
