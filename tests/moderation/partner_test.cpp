#include "moderation/filters.h"

#include <gtest/gtest.h>

namespace {

using moderation::Direction;
using moderation::Facts;
using moderation::Subject;
using moderation::Verdict;

const std::string vendor = "https://vendor.example/users/sales";
const std::string bob = "https://maple.test/users/bob";
const std::string eve = "https://maple.test/users/eve";

Subject post(std::vector<std::string> mentions = {}, const std::string& html = "<p>Hello</p>") {
    return {.type = "Create",
            .actor = vendor,
            .signer = vendor,
            .id = vendor + "/1/activity",
            .authors = {vendor},
            .speaks_for = {vendor},
            .is_post = true,
            .visibility = db::Visibility::Public,
            .mentions = std::move(mentions),
            .html = html};
}

Subject follow(const std::string& whom) {
    return {.type = "Follow", .actor = vendor, .signer = vendor, .object = whom};
}

/// Bob knows the vendor, Eve does not.
Facts facts(db::PeerLevel level = db::PeerLevel::Partner) {
    Facts known{.levels = {{vendor, level}}, .sender = moderation::Sender{.is_person = false}};
    known.sender_is_followed = true;
    known.targets[bob] = {.knows_sender = true};
    known.targets[eve] = {.knows_sender = false};
    return known;
}

std::string link(const std::string& url) {
    return "<p><a href=\"" + url + "\">read</a></p>";
}

} // namespace

TEST(Partner, PostsToItsPageAndAnswersWhoKnowsIt) {
    EXPECT_FALSE(moderation::partner(post(), facts()));
    EXPECT_FALSE(moderation::partner(post({bob}), facts()));
    const auto finding = moderation::partner(post({bob, eve}), facts());
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->verdict, Verdict::Strip);
    EXPECT_EQ(finding->reason, "partner-mention");
    EXPECT_EQ(finding->effects.stripped_mentions, std::vector{eve});
}

TEST(Partner, AddressingWithoutATagIsAMentionToo) {
    auto direct = post();
    direct.visibility = db::Visibility::Direct;
    direct.recipients = {eve, eve};
    const auto finding = moderation::partner(direct, facts());
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->effects.stripped_mentions, std::vector{eve});
}

TEST(Partner, FollowsOnlyWhoKnowsIt) {
    auto known = facts();
    known.object_owner = bob;
    EXPECT_FALSE(moderation::partner(follow(bob), known));
    known.object_owner = eve;
    const auto finding = moderation::partner(follow(eve), known);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->verdict, Verdict::Reject);
    EXPECT_EQ(finding->reason, "partner-follow");
}

TEST(Partner, D14_LikesAndBoostsOnlyWhoKnowsIt) {
    for (const auto* type : {"Like", "EmojiReact", "Announce", "QuoteRequest"}) {
        auto subject = follow(bob + "/statuses/1");
        subject.type = type;
        auto known = facts();
        known.object_is_ours = true;
        known.object_owner = bob;
        EXPECT_FALSE(moderation::partner(subject, known)) << type;
        known.object_owner = eve;
        const auto finding = moderation::partner(subject, known);
        ASSERT_TRUE(finding) << type;
        EXPECT_EQ(finding->verdict, Verdict::Reject) << type;
        EXPECT_EQ(finding->reason, "partner-contact") << type;
        known.object_is_ours = false;
        known.object_owner = "https://birch.example/users/else";
        EXPECT_FALSE(moderation::partner(subject, known)) << type << " of somebody elsewhere";
        known = facts(db::PeerLevel::Member);
        known.object_owner = eve;
        EXPECT_FALSE(moderation::partner(subject, known)) << type << " by a colleague";
    }
}

TEST(Partner, AnAccountThatWasNeverSeenIsKnownToNobody) {
    Facts unseen{.levels = {{vendor, db::PeerLevel::Partner}}};
    const auto finding = moderation::partner(post({bob}), unseen);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->effects.stripped_mentions, std::vector{bob});
    EXPECT_TRUE(moderation::partner(follow(bob), unseen));
    EXPECT_FALSE(moderation::partner(post(), unseen));
}

TEST(Partner, TheCapIsTheOrganisationsAndConcernsMentionsAlone) {
    auto known = facts();
    known.partner_mentions = 19;
    EXPECT_FALSE(moderation::partner(post({bob}), known));
    known.partner_mentions = 20;
    const auto finding = moderation::partner(post({bob}), known);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->verdict, Verdict::Limit);
    EXPECT_EQ(finding->reason, "partner-cap");
    EXPECT_TRUE(finding->effects.quiet);
    EXPECT_FALSE(moderation::partner(post(), known)) << "its own page stays its own";
}

TEST(Partner, LinksThatTrackAreShownToNobody) {
    const struct {
        const char* url;
        bool tracks;
    } cases[] = {
        {"https://shop.example/", false},
        {"https://shop.example/?page=2", false},
        {"https://shop.example/?page=2&amp;lang=en#top", false},
        {"https://shop.example/utm_source=x", false},
        {"https://shop.example/?xutm_source=x", false},
        {"https://shop.example/?utm_source=mail", true},
        {"https://shop.example/?page=2&amp;utm_medium=x", true},
        {"https://shop.example/?page=2&amp;lang=en&amp;gclid=1", true},
        {"https://shop.example/?fbclid=1", true},
    };
    for (const auto& c : cases)
        EXPECT_EQ(moderation::partner(post({}, link(c.url)), facts()).has_value(), c.tracks)
            << c.url;
    const auto finding = moderation::partner(
        post({eve}, link("https://a.example/") + link("https://a.example/?mc_eid=1")), facts());
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->reason, "partner-tracking");
    EXPECT_EQ(finding->effects.stripped_mentions, std::vector{eve}) << "nor is she told";
}

TEST(Partner, OfADistrictSaysSoWhereItIsReadFirst) {
    auto known = facts(db::PeerLevel::Member);
    EXPECT_FALSE(moderation::partner(post(), known)) << "a colleague";
    known.sender_is_commercial = true;
    const struct {
        std::string html;
        bool passes;
    } cases[] = {
        {"<p>[Commercial partner: Acme]</p><p>Hello</p>", true},
        {"<p>RE: https://maple.test/1</p><p>[COMMERCIAL Partner: Acme]</p>", true},
        {"<p>Hello</p>", false},
        {"", false},
        {"<p>" + std::string(400, 'x') + " Commercial partner</p>", false},
        {"<p title=\"commercial partner\">Hello</p>", false},
    };
    for (const auto& c : cases) {
        const auto finding = moderation::partner(post({eve}, c.html), known);
        ASSERT_TRUE(finding);
        EXPECT_EQ(finding->reason, c.passes ? "partner-mention" : "partner-label") << c.html;
        EXPECT_EQ(finding->effects.quiet, !c.passes) << c.html;
        EXPECT_EQ(finding->effects.stripped_mentions, std::vector{eve}) << c.html;
    }
}

TEST(Partner, OfADistrictThatAttestsOthersIsNotTakenForAnImpostor) {
    auto known = facts(db::PeerLevel::Member);
    known.sender_is_followed = false;
    known.sender->is_person = true;
    known.sender->house_attests = true;
    const auto finding = moderation::actor_gate(post({bob}), known);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->reason, "not-attested");
    known.sender_is_commercial = true;
    EXPECT_FALSE(moderation::actor_gate(post({bob}), known));
    known.sender->trust = educators::Trust::Revoked;
    EXPECT_TRUE(moderation::actor_gate(post({bob}), known)) << "the mark excuses nothing else";
}

TEST(Partner, ThatIsStoppedReachesNobody) {
    auto known = facts();
    known.object_owner = bob;
    known.partner_is_stopped = true;
    for (const auto* type : {"Create", "Update", "Follow", "Announce", "Like", "QuoteRequest"}) {
        auto subject = post();
        subject.type = type;
        subject.is_post = subject.type == "Create" || subject.type == "Update";
        const auto finding = moderation::partner(subject, known);
        ASSERT_TRUE(finding) << type;
        EXPECT_EQ(finding->verdict, Verdict::Reject) << type;
        EXPECT_EQ(finding->reason, "partner-stopped") << type;
    }
    for (const auto* type : {"Delete", "Undo", "Update", "Accept", "Block"}) {
        auto subject = post();
        subject.type = type;
        subject.is_post = false; // The Update of its profile says that it is stopped.
        EXPECT_FALSE(moderation::partner(subject, known)) << type;
    }
}

TEST(Partner, IsAHostAtThatLevelOrAnOrganisation) {
    EXPECT_FALSE(moderation::partner(post({eve}), facts(db::PeerLevel::Member)))
        << "an educator's bot";
    auto known = facts(db::PeerLevel::Member);
    known.sender->is_organisation = true;
    EXPECT_TRUE(moderation::partner(post({eve}), known));
    auto ours = post({eve});
    ours.direction = Direction::Out;
    EXPECT_FALSE(moderation::partner(ours, known));
    auto taken_back = post({eve});
    taken_back.type = "Delete";
    taken_back.is_post = false;
    EXPECT_FALSE(moderation::partner(taken_back, facts()));
}

TEST(VouchedContact, AnswersButIsNotTheFirstToWrite) {
    const struct {
        const char* name;
        std::vector<std::string> mentions;
        std::string answers;
        db::Visibility visibility;
        bool passes;
    } cases[] = {
        {"to nobody", {}, "", db::Visibility::Public, true},
        {"who knows the author", {bob}, "", db::Visibility::Direct, true},
        {"a stranger", {eve}, "", db::Visibility::Public, false},
        {"a stranger beside an acquaintance", {bob, eve}, "", db::Visibility::Public, false},
        {"an open answer to what a stranger posted", {eve}, eve, db::Visibility::Public, true},
        {"a private message below it", {eve}, eve, db::Visibility::Direct, false},
        {"an answer that draws a stranger in", {eve}, bob, db::Visibility::Public, false},
        {"oneself", {vendor}, "", db::Visibility::Public, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto known = facts(db::PeerLevel::Member);
        known.targets[vendor] = {.knows_sender = false};
        known.object_owner = c.answers;
        auto subject = post(c.mentions);
        subject.visibility = c.visibility;
        EXPECT_FALSE(moderation::first_contact(subject, known)) << "by a roster";
        known.sender_is_vouched = true;
        const auto incoming = moderation::first_contact(subject, known);
        EXPECT_EQ(incoming.has_value(), !c.passes);
        if (incoming) {
            EXPECT_EQ(incoming->verdict, Verdict::Strip);
            EXPECT_EQ(incoming->effects.stripped_mentions, std::vector{eve});
        }
        subject.direction = Direction::Out;
        known.targets[bob].follows_sender = true;
        const auto outgoing = moderation::first_contact(subject, known);
        EXPECT_EQ(outgoing.has_value(), !c.passes);
        if (outgoing) {
            EXPECT_EQ(outgoing->verdict, Verdict::Reject);
        }
    }
}

TEST(PartnerReasons, AreExplained) {
    for (const auto* reason : {"vouched-first-contact",
                               "partner-follow",
                               "partner-mention",
                               "partner-cap",
                               "partner-tracking",
                               "partner-label",
                               "partner-stopped"})
        EXPECT_FALSE(moderation::explain(reason).empty()) << reason;
}
