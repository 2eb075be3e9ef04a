#include "db/audit_log.h"
#include "db/door_refusals.h"
#include "db/filter_modes.h"
#include "db/held_items.h"
#include "moderation/chain_settings.h"
#include "moderation/draft.h"
#include "moderation/explanation.h"
#include "moderation/facts.h"
#include "moderation/record.h"
#include "moderation/rules.h"
#include "tests/support/database.h"

#include <algorithm>
#include <array>

namespace {

using moderation::Subject;
using moderation::Verdict;

constexpr auto moderator = "https://maple.test/users/mod";

class RulesTest : public DatabaseTest {
  protected:
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    moderation::Peers peers{test_pool(), instance};
    Time now = system_now();
    db::Account alice = remote_account();

    /// As the worker does it; the sender's district is a member.
    moderation::Decision judge(const Subject& subject) {
        auto sheet = moderation::load_facts(tx, peers, std::array{subject}, now);
        for (auto& [uri, level] : sheet.facts.front().levels)
            level = db::PeerLevel::Member;
        return moderation::decide(subject, sheet.facts.front());
    }

    Subject post(std::string html) {
        return {.type = "Create",
                .actor = alice.uri,
                .signer = alice.uri,
                .id = alice.uri + "/1/activity",
                .authors = {alice.uri},
                .speaks_for = {alice.uri},
                .is_post = true,
                .visibility = db::Visibility::Public,
                .post = alice.uri + "/1",
                .html = std::move(html),
                .published = now};
    }

    db::RuleId rule(std::string kind, std::string value, std::string verdict) {
        const auto id = moderation::add_rule(
            tx,
            {.kind = std::move(kind), .value = std::move(value), .verdict = std::move(verdict)},
            moderator,
            now);
        EXPECT_TRUE(id) << (id ? "" : id.error().shown);
        return id ? *id : db::RuleId{};
    }
};

TEST_F(RulesTest, EachKindFindsWhatItIsAboutAndNothingElse) {
    const auto honest =
        post("<p>Assassin beetles, see <a href=\"https://school.example/b\">here</a></p>");
    ASSERT_EQ(judge(honest).verdict, Verdict::Accept);
    rule("word", "  Gift Card ", "hold");
    rule("pattern", "win(ner)?s? of the day", "limit");
    rule("link-host", "Spam.Example", "reject");
    rule("media-type", "video/", "strip");

    struct Case {
        std::string html;
        std::vector<std::string> media;
        Verdict verdict;
        std::string reason;
    };
    for (const auto& c : {
             Case{"<p>Assassin beetles</p>", {"image/png"}, Verdict::Accept, ""},

             Case{"<p>a <b>GIFT card</b> for you</p>", {}, Verdict::Hold, "content-words"},
             Case{"<p>regift cardboard</p>", {}, Verdict::Accept, ""},
             Case{"<p>You are the Winner of the day!</p>", {}, Verdict::Limit, "content-words"},
             Case{"<p><a href=\"https://www.spam.example/?x\">x</a></p>",
                  {},
                  Verdict::Reject,
                  "content-link"},
             Case{"<p><a href=\"https://notspam.example/\">x</a></p>", {}, Verdict::Accept, ""},
             Case{"<p>film</p>", {"video/mp4"}, Verdict::Strip, "content-media"},
         }) {
        auto subject = post(c.html);
        subject.media_types = c.media;
        const auto decision = judge(subject);
        EXPECT_EQ(decision.verdict, c.verdict) << c.html;
        EXPECT_EQ(decision.reason, c.reason) << c.html;
        EXPECT_EQ(decision.effects.strips_media, c.verdict == Verdict::Strip) << c.html;
        EXPECT_FALSE(c.verdict != Verdict::Accept && moderation::explain(c.reason).empty());
    }
    auto bare = post("<p>picture</p>");
    bare.has_undescribed_media = true;
    EXPECT_EQ(judge(bare).verdict, Verdict::Accept);
    rule("no-description", "", "limit");
    EXPECT_EQ(judge(bare).reason, "content-description");
}

TEST_F(RulesTest, WhatCannotBeARuleIsRefusedWithASentence) {
    for (const auto& [kind, value, verdict] : {
             std::array<std::string, 3>{"word", "", "hold"},
             std::array<std::string, 3>{"word", "spam", "drop"},
             std::array<std::string, 3>{"word", "spam", "strip"},
             std::array<std::string, 3>{"pattern", "free(", "hold"},
             std::array<std::string, 3>{"link-host", "no host", "hold"},
             std::array<std::string, 3>{"media-type", "film", "strip"},
             std::array<std::string, 3>{"no-description", "x", "limit"},
             std::array<std::string, 3>{"mood", "bad", "hold"},
         }) {
        const auto id = moderation::add_rule(
            tx, {.kind = kind, .value = value, .verdict = verdict}, moderator, now);
        ASSERT_FALSE(id) << kind << " " << value;
        EXPECT_FALSE(id.error().shown.empty());
    }
    rule("word", "spam", "hold");
    const auto twice = moderation::add_rule(
        tx, {.kind = "word", .value = " SPAM", .verdict = "reject"}, moderator, now);
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().kind, Error::Kind::Unprocessable);
}

TEST_F(RulesTest, AWithdrawnRuleReleasesWhatItHeldAndNothingElse) {
    const auto spam = rule("word", "spam", "hold");
    const auto eggs = rule("word", "eggs", "hold");
    const auto hold = [&](const Subject& subject) {
        return moderation::hold(tx, subject, judge(subject), alice.id, "payload", now);
    };
    const auto first = hold(post("<p>spam</p>"));
    const auto second = hold(post("<p>eggs</p>"));
    const auto released = moderation::withdraw_rule(tx, spam, moderator, now);
    ASSERT_TRUE(released);
    EXPECT_EQ(*released, 1);
    EXPECT_EQ(db::held_items::find(tx, first)->decision, db::HeldDecision::Released);
    EXPECT_EQ(db::held_items::find(tx, second)->decision, db::HeldDecision::Open);
    EXPECT_EQ(judge(post("<p>spam</p>")).verdict, Verdict::Accept);
    EXPECT_FALSE(moderation::withdraw_rule(tx, spam, moderator, now)) << "a second time";
    EXPECT_TRUE(moderation::withdraw_rule(tx, eggs, moderator, now));
}

TEST_F(RulesTest, AFilterThatObservesCountsAndDoesNothing) {
    rule("word", "spam", "reject");
    const auto subject = post("<p>spam</p>");
    ASSERT_EQ(judge(subject).verdict, Verdict::Reject);
    ASSERT_TRUE(moderation::set_mode(tx, "content", true, moderator, now));
    const auto decision = judge(subject);
    EXPECT_EQ(decision.verdict, Verdict::Accept);
    ASSERT_EQ(decision.observed.size(), 1U);
    moderation::record_verdict(tx, subject, decision, now);
    const auto counts = db::filter_modes::counts(tx, now - std::chrono::hours{1});
    const auto counted = std::ranges::find(counts, "content", &db::filter_modes::Count::filter);
    ASSERT_NE(counted, counts.end());
    EXPECT_TRUE(counted->observed);
    EXPECT_EQ(counted->verdict, "reject");
    ASSERT_TRUE(moderation::set_mode(tx, "content", false, moderator, now));
    EXPECT_EQ(judge(subject).verdict, Verdict::Reject);
}

TEST_F(RulesTest, WhatMembersAndTheDoorDecidedCannotBeSwitchedOff) {
    for (const auto* name : {"transport", "peer gate", "audience", "consent"}) {
        const auto set = moderation::set_mode(tx, name, true, moderator, now);
        ASSERT_FALSE(set) << name;
        EXPECT_EQ(set.error().kind, Error::Kind::Unprocessable);
    }
    EXPECT_FALSE(moderation::set_mode(tx, "no such", true, moderator, now));
    // Also a row that somebody wrote by hand has no effect.
    db::filter_modes::set(tx, "peer gate", true);
    auto subject = post("<p>x</p>");
    auto sheet = moderation::load_facts(tx, peers, std::array{subject}, now);
    EXPECT_EQ(moderation::decide(subject, sheet.facts.front()).verdict, Verdict::Reject);
}

TEST_F(RulesTest, OneOfOursIsToldInsteadOfLosingAPicture) {
    rule("media-type", "video/", "strip");
    const auto bob = local_account("bob");
    moderation::Outgoing outgoing{.html = "<p>film</p>", .media_types = {"video/mp4"}};
    const auto decision = moderation::check_draft(tx, peers, bob, outgoing, now);
    EXPECT_EQ(decision.verdict, Verdict::Reject);
    EXPECT_EQ(decision.reason, "content-media");
}

TEST_F(RulesTest, ATrialChangesNothingAndNamesExamples) {
    const auto bob = local_account("bob");
    auto status = status_by(bob);
    const auto trial =
        moderation::try_rule(tx, {.kind = "pattern", .value = ".", .verdict = "hold"});
    ASSERT_TRUE(trial);
    EXPECT_GE(trial->posts, 1);
    EXPECT_LE(trial->hits, trial->posts);
    EXPECT_TRUE(db::content_rules::list(tx).empty());
    const auto none =
        moderation::try_rule(tx, {.kind = "word", .value = "xyzzy plugh", .verdict = "hold"});
    ASSERT_TRUE(none);
    EXPECT_EQ(none->hits, 0);
}

// Whoever tries rules may be the employer: a word must not search what was written to few.
TEST_F(RulesTest, ATrialReadsNoPrivatePosts) {
    const auto bob = local_account("bob");
    const auto posts = [&] {
        return moderation::try_rule(tx, {.kind = "pattern", .value = ".", .verdict = "hold"})
            ->posts;
    };
    const auto before = posts();
    status_by(bob, db::Visibility::Private);
    status_by(bob, db::Visibility::Direct);
    EXPECT_EQ(posts(), before);
    status_by(bob, db::Visibility::Unlisted);
    EXPECT_EQ(posts(), before + 1);
}

TEST_F(RulesTest, AnEditThatTurnsALikedPostAroundIsHeld) {
    auto status = status_by(alice);
    const auto stored = db::statuses::find(tx, status.id);
    ASSERT_TRUE(stored);
    auto edit = post("<p>Buy my course at once, all of you</p>");
    edit.type = "Update";
    edit.post = stored->uri;
    EXPECT_EQ(judge(edit).verdict, Verdict::Accept) << "nobody liked it";
    db::statuses::add_favourites_count(tx, status.id, 10);
    EXPECT_EQ(judge(edit).reason, "edit-turns-around");
    EXPECT_EQ(judge(edit).verdict, Verdict::Hold);
    edit.html = stored->content + "<p>Typo mended.</p>";
    EXPECT_EQ(judge(edit).verdict, Verdict::Accept) << "most of it stays";
}

TEST_F(RulesTest, AVeryOldPostOfAStrangerIsKeptOutOfTimelines) {
    auto old = post("<p>x</p>");
    old.published = now - std::chrono::hours{24 * 365 * 3};
    const auto decision = judge(old);
    EXPECT_EQ(decision.reason, "very-old");
    EXPECT_TRUE(decision.effects.quiet);
    old.published = now - std::chrono::hours{24 * 365};
    EXPECT_EQ(judge(old).verdict, Verdict::Accept);
}

TEST_F(RulesTest, WhyIsAnsweredForActivityPostSenderAndHost) {
    rule("word", "spam", "reject");
    const auto subject = post("<p>spam</p>");
    moderation::record_verdict(tx, subject, judge(subject), now);
    for (const auto& what : {subject.id, subject.post, subject.actor}) {
        const auto reasons = moderation::why(tx, what);
        ASSERT_FALSE(reasons.empty()) << what;
        EXPECT_EQ(reasons.front().verdict, "reject");
        EXPECT_EQ(reasons.front().sentence, moderation::explain("content-words"));
    }
    db::door_refusals::add(tx, "troll.example", now, "actor-not-authorized", 7);
    const auto reasons = moderation::why(tx, "https://troll.example/users/t");
    ASSERT_EQ(reasons.size(), 1U);
    EXPECT_NE(reasons[0].sentence.find("7 in this hour"), std::string::npos);
    EXPECT_TRUE(moderation::why(tx, "https://nowhere.example/x").empty());
}

} // namespace
