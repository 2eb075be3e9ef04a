#include "db/audit_log.h"
#include "db/jobs.h"
#include "db/media_attachments.h"
#include "outbox/edit.h"
#include "outbox/moderate.h"
#include "outbox/post_measures.h"
#include "outbox/strikes.h"
#include "tests/outbox/verbs_support.h"

namespace {

using namespace std::chrono_literals;
using outbox::PostMeasure;

class StrikesTest : public VerbsTest {
  protected:
    StrikesTest() {
        for (const auto& one : {mod, other_mod})
            db::users::set_role(tx, one.id, db::Role::Moderator);
        db::users::set_role(tx, owner.id, db::Role::Owner);
    }

    std::vector<db::Strike> strikes() { return db::strikes::list(tx, bob.id); }
    db::Strike newest() { return strikes().front(); }
    bool is_suspended() { return db::accounts::find(tx, bob.id)->suspended_at.has_value(); }
    void suspend() {
        ASSERT_TRUE(outbox::sanction(
            tx,
            by(mod),
            {.target = bob.id, .sanction = outbox::Sanction::Suspend, .text = "shouting"}));
    }
    std::optional<Error::Kind> kind(const Result<Done>& done) {
        if (done) return std::nullopt;
        return done.error().kind;
    }
    Result<Done> decide(const db::Account& who, bool overturned, std::string answer = "I looked") {
        return outbox::decide_appeal(
            tx,
            by(who),
            {.strike = newest().id, .overturned = overturned, .answer = std::move(answer)});
    }
    Result<Done> measure(const db::Account& who, const db::Status& post, PostMeasure what) {
        return outbox::measure_post(tx,
                                    by(who),
                                    {.status = post.id,
                                     .measure = what,
                                     .label = what == PostMeasure::Label ? "Blood" : "",
                                     .text = "house rules"});
    }
    db::Status shown(const db::Status& post) { return *db::statuses::find(tx, post.id); }

    const db::Account mod = member("mod");
    const db::Account other_mod = member("mod2");
    const db::Account owner = member("olga");
};

TEST_F(StrikesTest, AnActIsAppealedOnceAndDecidedBySomebodyElse) {
    suspend();
    ASSERT_EQ(strikes().size(), 1U);
    EXPECT_EQ(newest().act, "suspend");
    EXPECT_EQ(newest().made_by, mod.uri);
    EXPECT_EQ(kind(decide(other_mod, true)), Error::Kind::NotFound) << "nobody appealed";

    EXPECT_EQ(kind(outbox::appeal(tx, eve.id, newest().id, "let bob in", now)),
              Error::Kind::NotFound);
    EXPECT_EQ(kind(outbox::appeal(tx, bob.id, newest().id, " \n ", now)),
              Error::Kind::Unprocessable);
    ASSERT_TRUE(outbox::appeal(tx, bob.id, newest().id, "It was a quote", now));
    EXPECT_EQ(kind(outbox::appeal(tx, bob.id, newest().id, "again", now)),
              Error::Kind::Unprocessable);
    ASSERT_EQ(db::strikes::list_appealed(tx, 10).size(), 1U);

    EXPECT_EQ(kind(decide(mod, false)), Error::Kind::Forbidden) << "the act was theirs";
    EXPECT_EQ(kind(decide(other_mod, true, " ")), Error::Kind::Unprocessable);
    EXPECT_TRUE(is_suspended());
    ASSERT_TRUE(decide(other_mod, true));
    EXPECT_FALSE(is_suspended());
    EXPECT_EQ(newest().decision, "overturned");
    EXPECT_TRUE(newest().undone_at);
    EXPECT_EQ(kind(decide(owner, false)), Error::Kind::Unprocessable) << "decided before";
    EXPECT_EQ(db::audit_log::list_acts(tx, bob.uri, {"appeal.overturned"}).size(), 1U);
    EXPECT_TRUE(db::strikes::list_appealed(tx, 10).empty());
}

TEST_F(StrikesTest, UpheldItStays) {
    suspend();
    ASSERT_TRUE(outbox::appeal(tx, bob.id, newest().id, "Why?", now));
    ASSERT_TRUE(decide(owner, false));
    EXPECT_TRUE(is_suspended());
    EXPECT_FALSE(newest().undone_at);
    EXPECT_FALSE(outbox::may_appeal(newest(), now)) << "once";
}

TEST_F(StrikesTest, TwentyDaysAreTheTime) {
    suspend();
    EXPECT_TRUE(outbox::may_appeal(newest(), now + 20 * 24h - 1s));
    EXPECT_EQ(kind(outbox::appeal(tx, bob.id, newest().id, "late", now + 20 * 24h)),
              Error::Kind::Unprocessable);
    ASSERT_TRUE(outbox::lift(tx, by(mod), bob.id, outbox::Sanction::Suspend));
    EXPECT_EQ(kind(outbox::appeal(tx, bob.id, newest().id, "it is over", now)),
              Error::Kind::Unprocessable)
        << "what was taken back needs no appeal";
}

TEST_F(StrikesTest, H13MarksOfModeratorsStandAgainstEditsAndAreTakenBack) {
    const auto post = publish(bob, {.text = "the lab", .spoiler_text = "science"});
    for (const auto what : {PostMeasure::MarkSensitive, PostMeasure::Label})
        ASSERT_TRUE(measure(mod, post, what));
    EXPECT_TRUE(shown(post).sensitive);
    EXPECT_EQ(shown(post).spoiler_text, "Blood · science");
    EXPECT_EQ(strikes().size(), 2U);

    follows(alice, bob);
    (void)queued();
    ASSERT_TRUE(outbox::edit(tx, by(bob), post.id, {.text = "the lab again"}));
    EXPECT_TRUE(shown(post).sensitive);
    EXPECT_EQ(shown(post).spoiler_text, "Blood");
    const auto sent = queued();
    ASSERT_FALSE(sent.empty());
    EXPECT_EQ(sent.front().activity.at("object").at("summary"), "Blood") << "abroad as well";

    ASSERT_TRUE(outbox::undo_post_measure(tx, by(mod), post.id, PostMeasure::Label));
    EXPECT_EQ(shown(post).spoiler_text, "");
    ASSERT_TRUE(outbox::undo_post_measure(tx, by(mod), post.id, PostMeasure::MarkSensitive));
    EXPECT_FALSE(shown(post).sensitive);
    for (const auto& strike : strikes())
        EXPECT_TRUE(strike.undone_at) << strike.act;
}

TEST_F(StrikesTest, RemovedMediaAreKeptUntilAnAppealBringsThemBack) {
    const auto media = db::media_attachments::insert(
        tx, {.account = bob.id, .type = "image", .created_at = now, .original_file = "a"});
    const auto post = publish(bob, {.text = "look", .media = {media}});
    const auto of_post = [&] { return db::media_attachments::list(tx, post.id).size(); };
    ASSERT_EQ(of_post(), 1U);
    follows(alice, bob);
    (void)queued();
    ASSERT_TRUE(measure(mod, post, PostMeasure::RemoveMedia));
    EXPECT_EQ(of_post(), 0U);
    EXPECT_FALSE(db::media_attachments::find(tx, bob.id, media)) << "not to be attached again";
    EXPECT_FALSE(db::media_attachments::is_shown(tx, media)) << "its URL is dead";
    db::media_attachments::remove_unused(tx, now + 48h);
    ASSERT_TRUE(outbox::appeal(tx, bob.id, newest().id, "harmless", now));
    ASSERT_TRUE(decide(owner, true));
    EXPECT_EQ(of_post(), 1U);
}

TEST_F(StrikesTest, ActsOnPostsNeedARoleAndAPostThatIsSeen) {
    const auto hidden = publish(bob, {.text = "@eve psst", .visibility = db::Visibility::Direct});
    EXPECT_EQ(kind(measure(mod, hidden, PostMeasure::Label)), Error::Kind::NotFound);
    const auto post = publish(owner, {.text = "by the owner"});
    EXPECT_EQ(kind(measure(mod, post, PostMeasure::Label)), Error::Kind::Forbidden);
    const auto plain = publish(bob, {.text = "plain"});
    EXPECT_EQ(kind(outbox::measure_post(
                  tx, by(mod), {.status = plain.id, .measure = PostMeasure::Label, .label = ""})),
              Error::Kind::Unprocessable);
    EXPECT_EQ(
        kind(outbox::measure_post(
            tx,
            by(mod),
            {.status = plain.id, .measure = PostMeasure::Label, .label = std::string(101, 'x')})),
        Error::Kind::Unprocessable);
    EXPECT_TRUE(strikes().empty());
}

} // namespace
