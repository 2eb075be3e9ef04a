#include "moderation/filters.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace {

using moderation::Decision;
using moderation::Direction;
using moderation::Facts;
using moderation::FilterRow;
using moderation::Finding;
using moderation::Subject;
using moderation::Verdict;

const std::string alice = "https://cedar.example/users/alice";
const std::string bob = "https://maple.test/users/bob";
const std::string eve = "https://maple.test/users/eve";

Subject post(std::size_t mentions = 0) {
    Subject subject{.type = "Create",
                    .actor = alice,
                    .signer = alice,
                    .id = alice + "/1/activity",
                    .authors = {alice},
                    .speaks_for = {alice},
                    .is_post = true,
                    .visibility = db::Visibility::Public};
    for (std::size_t i = 0; i < mentions; ++i)
        subject.mentions.push_back(fmt::format("https://maple.test/users/u{}", i));
    return subject;
}

Facts from(db::PeerLevel level) {
    return {.levels = {{alice, level}}};
}

TEST(FilterChain, HasAllTwelveRowsInOrderAndNamesTheUnbuiltOnes) {
    const auto rows = moderation::filters();
    ASSERT_EQ(rows.size(), 12U);
    std::vector<int> built;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].number, static_cast<int>(i) + 1);
        EXPECT_FALSE(rows[i].name.empty());
        if (rows[i].filter != nullptr) built.push_back(rows[i].number);
    }
    EXPECT_EQ(built, (std::vector{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
}

TEST(FilterChain, TheStrongestVerdictWinsAndEffectsAddUp) {
    const FilterRow rows[] = {
        {1,
         "strip",
         [](const Subject&, const Facts&) -> std::optional<Finding> {
             return Finding{.verdict = Verdict::Strip,
                            .reason = "blocked",
                            .effects = {.stripped_mentions = {bob}}};
         }},
        {2,
         "limit",
         [](const Subject&, const Facts&) -> std::optional<Finding> {
             return Finding{
                 .verdict = Verdict::Limit, .reason = "many-mentions", .effects = {.quiet = true}};
         }},
        {3, "absent", nullptr},
        {4,
         "weaker",
         [](const Subject&, const Facts&) -> std::optional<Finding> {
             return Finding{.verdict = Verdict::Strip, .reason = "local-only"};
         }},
    };
    const Decision decision = moderation::decide({}, {}, rows);
    EXPECT_EQ(decision.verdict, Verdict::Limit);
    EXPECT_EQ(decision.filter, "limit");
    EXPECT_TRUE(decision.effects.quiet);
    EXPECT_EQ(decision.effects.stripped_mentions, std::vector{bob});
    EXPECT_TRUE(decision.passes());
}

TEST(FilterChain, AFilterThatThrowsMeansHold) {
    const FilterRow rows[] = {
        {1, "broken", [](const Subject&, const Facts&) -> std::optional<Finding> {
             throw std::runtime_error("broken");
         }}};
    const Decision decision = moderation::decide({}, {}, rows);
    EXPECT_EQ(decision.verdict, Verdict::Hold);
    EXPECT_EQ(decision.reason, "filter-failed");
    EXPECT_FALSE(decision.passes());
}

TEST(Transport, A02_A03_A04_ForeignSignersIdsAndAuthorsAreRejected) {
    const auto honest = post();
    EXPECT_EQ(moderation::decide(honest, from(db::PeerLevel::Member)).verdict, Verdict::Accept);
    const auto expect = [&](Subject subject, std::string_view reason) {
        const auto decision = moderation::decide(subject, from(db::PeerLevel::Member));
        EXPECT_EQ(decision.verdict, Verdict::Reject) << reason;
        EXPECT_EQ(decision.reason, reason);
        EXPECT_FALSE(moderation::explain(decision.reason).empty());
    };
    auto forged = post();
    forged.authors = {"https://evil.test/users/mallory"};
    expect(forged, "foreign-author");
    auto squatted = post();
    squatted.id = "https://evil.test/1";
    expect(squatted, "foreign-id");
    auto signed_by_other = post();
    signed_by_other.signer = "https://cedar.example/users/mallory";
    expect(signed_by_other, "signer-is-not-actor");
}

TEST(PeerGate, TheLowestLevelOfEverybodyItSpeaksForCounts) {
    const struct {
        db::PeerLevel sender;
        db::PeerLevel other;
        bool is_followed;
        Verdict verdict;
        std::string_view reason;
    } cases[] = {
        {db::PeerLevel::Member, db::PeerLevel::Member, false, Verdict::Accept, ""},
        {db::PeerLevel::Guest, db::PeerLevel::Member, true, Verdict::Accept, ""},
        {db::PeerLevel::Guest, db::PeerLevel::Member, false, Verdict::Limit, "guest-stranger"},
        {db::PeerLevel::Member, db::PeerLevel::Guest, false, Verdict::Limit, "guest-stranger"},
        {db::PeerLevel::Unknown,
         db::PeerLevel::Member,
         false,
         Verdict::Reject,
         "actor-not-authorized"},
        {db::PeerLevel::Pending,
         db::PeerLevel::Member,
         false,
         Verdict::Reject,
         "actor-not-authorized"},
        {db::PeerLevel::Blocked, db::PeerLevel::Member, true, Verdict::Drop, "peer-blocked"},
        {db::PeerLevel::Member,
         db::PeerLevel::Unknown,
         true,
         Verdict::Reject,
         "principal-not-authorized"},
        {db::PeerLevel::Member,
         db::PeerLevel::Blocked,
         true,
         Verdict::Reject,
         "principal-not-authorized"},
    };
    const std::string quoted = "https://oak.example/notes/1";
    for (const auto& c : cases) {
        SCOPED_TRACE(c.reason);
        auto subject = post();
        subject.speaks_for.push_back(quoted);
        auto facts = from(c.sender);
        facts.levels[quoted] = c.other;
        facts.sender_is_followed = c.is_followed;
        const auto decision = moderation::decide(subject, facts);
        EXPECT_EQ(decision.verdict, c.verdict);
        EXPECT_EQ(decision.reason, c.reason);
    }
}

TEST(FirstContact, D12_CountsMentionsOfStrangersByTheNumbersOfThePolicy) {
    const struct {
        const char* name;
        std::size_t mentions;
        db::PeerLevel level;
        bool is_followed;
        Verdict verdict;
    } cases[] = {
        {"exactly eight", 8, db::PeerLevel::Member, false, Verdict::Accept},
        {"nine", 9, db::PeerLevel::Member, false, Verdict::Limit},
        {"exactly twenty-five", 25, db::PeerLevel::Member, false, Verdict::Limit},
        {"more, by a member", 26, db::PeerLevel::Member, false, Verdict::Limit},
        {"more, by a guest", 26, db::PeerLevel::Guest, false, Verdict::Hold},
        {"nine, by a guest", 9, db::PeerLevel::Guest, false, Verdict::Limit},
        {"a teacher who addresses the department",
         40,
         db::PeerLevel::Member,
         true,
         Verdict::Accept},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto facts = from(c.level);
        facts.sender_is_followed = c.is_followed;
        EXPECT_EQ(moderation::decide(post(c.mentions), facts).verdict, c.verdict);
    }
}

TEST(FirstContact, OursMayAddressThoseWhoFollowThem) {
    auto subject = post(30);
    subject.direction = Direction::Out;
    subject.speaks_for.clear();
    Facts facts;
    for (const auto& uri : subject.mentions)
        facts.targets[uri] = {.follows_sender = true};
    EXPECT_EQ(moderation::decide(subject, facts).verdict, Verdict::Accept);
    for (auto& [uri, target] : facts.targets)
        target.follows_sender = false;
    EXPECT_EQ(moderation::decide(subject, facts).reason, "mention-flood");
    EXPECT_EQ(moderation::decide(subject, facts).verdict, Verdict::Hold);
}

TEST(Consent, ABlockedSenderIsDroppedOrOnlyLosesTheMention) {
    auto like = post();
    like.type = "Like";
    like.is_post = false;
    like.object = bob + "/statuses/1";
    auto facts = from(db::PeerLevel::Member);
    facts.object_owner = bob;
    facts.targets[bob] = {};
    EXPECT_EQ(moderation::decide(like, facts).verdict, Verdict::Accept);
    facts.targets[bob].blocks_sender = true;
    EXPECT_EQ(moderation::decide(like, facts).verdict, Verdict::Drop);
    // Taking something back needs nobody's consent.
    like.type = "Undo";
    EXPECT_EQ(moderation::decide(like, facts).verdict, Verdict::Accept);

    auto note = post();
    note.mentions = {bob};
    facts.object_owner.clear();
    EXPECT_EQ(moderation::decide(note, facts).verdict, Verdict::Drop);
    note.mentions = {bob, eve};
    facts.targets[eve] = {};
    const auto decision = moderation::decide(note, facts);
    EXPECT_EQ(decision.verdict, Verdict::Strip);
    EXPECT_EQ(decision.effects.stripped_mentions, std::vector{bob});
}

TEST(Audience, AFollowersOnlyPostDoesNotDrawInWhoDoesNotFollow) {
    auto note = post();
    note.visibility = db::Visibility::Private;
    note.mentions = {bob, eve};
    auto facts = from(db::PeerLevel::Member);
    facts.targets[bob] = {.follows_sender = true};
    facts.targets[eve] = {};
    auto decision = moderation::decide(note, facts);
    EXPECT_EQ(decision.verdict, Verdict::Strip);
    EXPECT_EQ(decision.effects.stripped_mentions, std::vector{eve});
    // But an answer to her reaches her.
    facts.object_owner = eve;
    decision = moderation::decide(note, facts);
    EXPECT_EQ(decision.verdict, Verdict::Accept);
}

TEST(Audience, WhatStaysHereIsAddressedToNobodyElsewhere) {
    Subject note = post();
    note.direction = Direction::Out;
    note.local_only = true;
    note.speaks_for.clear();
    note.mentions = {bob, alice};
    Facts facts;
    facts.targets[bob] = {};
    facts.targets[alice] = {.is_local = false};
    EXPECT_EQ(moderation::decide(note, facts).effects.stripped_mentions, std::vector{alice});
    note.local_only = false;
    EXPECT_EQ(moderation::decide(note, facts).verdict, Verdict::Accept);
}

TEST(Explanations, StandForEveryReasonThatAFilterGives) {
    for (const auto* reason : {"signer-is-not-actor",
                               "foreign-id",
                               "foreign-author",
                               "too-large",
                               "peer-blocked",
                               "actor-not-authorized",
                               "principal-not-authorized",
                               "guest-stranger",
                               "mentions-non-follower",
                               "local-only",
                               "recipient-not-authorized",
                               "blocked",
                               "many-mentions",
                               "mention-flood",
                               "filter-failed"}) {
        EXPECT_FALSE(moderation::explain(reason).empty()) << reason;
    }
    EXPECT_TRUE(moderation::explain("no-such-reason").empty());
}

} // namespace
