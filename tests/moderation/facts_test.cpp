#include "db/audit_log.h"
#include "db/blocks.h"
#include "db/follows.h"
#include "db/held_items.h"
#include "db/mentions.h"
#include "db/partner_strikes.h"
#include "db/users.h"
#include "db/vouchings.h"
#include "educators/attestation.h"
#include "moderation/draft.h"
#include "moderation/facts.h"
#include "moderation/held.h"
#include "moderation/record.h"
#include "tests/support/database.h"

namespace {

class FactsTest : public DatabaseTest {
  protected:
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    moderation::Peers peers{test_pool(), instance};
    Time now = system_now();

    moderation::Subject reply(const db::Account& by, const db::Status& to) {
        return {.type = "Create",
                .actor = by.uri,
                .signer = by.uri,
                .object = to.uri,
                .speaks_for = {by.uri},
                .is_post = true,
                .mentions = {"https://maple.test/users/bob"}};
    }
};

TEST_F(FactsTest, TellHowSenderAndTargetsStandToEachOther) {
    const auto bob = local_account("bob");
    db::users::insert(tx, {.account = bob.id, .password_hash = "-"});
    const auto alice = remote_account();
    const auto zed = remote_account("zed");
    db::follows::insert(
        tx, {.follower = bob.id, .followed = alice.id, .accepted = true, .created_at = now});
    db::follows::insert(
        tx, {.follower = alice.id, .followed = bob.id, .accepted = false, .created_at = now});
    db::blocks::insert(tx, bob.id, zed.id, "");
    const auto status = status_by(bob);

    const moderation::Subject subjects[] = {reply(alice, status), reply(zed, status)};
    const auto sheet = moderation::load_facts(tx, peers, subjects, now);
    ASSERT_EQ(sheet.facts.size(), 2U);
    const auto& of_alice = sheet.facts[0];
    EXPECT_TRUE(of_alice.sender_is_followed);
    EXPECT_TRUE(of_alice.object_is_ours);
    EXPECT_EQ(of_alice.object_owner, bob.uri);
    EXPECT_TRUE(of_alice.targets.at(bob.uri).follows_sender);
    EXPECT_FALSE(of_alice.targets.at(bob.uri).blocks_sender);
    EXPECT_FALSE(of_alice.targets.at(bob.uri).is_followed_by_sender); // Only asked for.
    const auto& of_zed = sheet.facts[1];
    EXPECT_FALSE(of_zed.sender_is_followed);
    EXPECT_TRUE(of_zed.targets.at(bob.uri).blocks_sender);
    EXPECT_EQ(sheet.accounts.at(alice.uri).id, alice.id);
}

TEST_F(FactsTest, AVerdictIsWrittenDownAndAcceptIsNot) {
    const auto alice = remote_account();
    const moderation::Subject subject{.type = "Create", .actor = alice.uri};
    moderation::record_verdict(tx, subject, {}, now);
    EXPECT_TRUE(db::audit_log::list_by_subject(tx, alice.uri).empty());

    moderation::record_verdict(tx,
                               subject,
                               {.verdict = moderation::Verdict::Limit,
                                .filter = "first contact",
                                .reason = "mention-flood"},
                               now);
    const auto entries = db::audit_log::list_by_subject(tx, alice.uri);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].verdict, "limit");
    EXPECT_EQ(entries[0].reason, "mention-flood");
    EXPECT_EQ(entries[0].rule_version, moderation::rule_version);
}

TEST_F(FactsTest, AHeldItemIsDecidedOnceOrByItsDeadline) {
    const moderation::Subject subject{.type = "Create", .actor = "https://guest.example/users/g"};
    const moderation::Decision decision{
        .verdict = moderation::Verdict::Hold, .filter = "first contact", .reason = "mention-flood"};
    const auto first = moderation::hold(tx, subject, decision, {}, "payload", now);
    const auto second = moderation::hold(tx, subject, decision, {}, "payload", now);

    ASSERT_TRUE(
        moderation::decide_held(tx, first, db::HeldDecision::Released, "command line", now));
    const auto again =
        moderation::decide_held(tx, first, db::HeldDecision::Rejected, "command line", now);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, Error::Kind::Unprocessable);
    EXPECT_EQ(db::held_items::find(tx, first)->decision, db::HeldDecision::Released);

    EXPECT_EQ(moderation::decide_due(tx, now), 0);
    EXPECT_GE(moderation::decide_due(tx, now + std::chrono::hours{24 * 30}), 1);
    EXPECT_EQ(db::held_items::find(tx, second)->decision, db::HeldDecision::Rejected);
}

TEST_F(FactsTest, ADraftToSomebodyWhoBlocksItsAuthorLosesTheMention) {
    const auto bob = local_account("bob");
    const auto eve = local_account("eve");
    const moderation::Outgoing outgoing{.mentioned = {eve}};
    EXPECT_EQ(moderation::check_draft(tx, peers, bob, outgoing, now).verdict,
              moderation::Verdict::Accept);
    db::blocks::insert(tx, eve.id, bob.id, "");
    const auto decision = moderation::check_draft(tx, peers, bob, outgoing, now);
    EXPECT_EQ(decision.verdict, moderation::Verdict::Strip);
    EXPECT_EQ(decision.effects.stripped_mentions, std::vector{eve.uri});
    EXPECT_EQ(db::audit_log::list_by_subject(tx, bob.uri).size(), 1U);
}

TEST_F(FactsTest, NobodyOfAHostThatIsNotAllowedIsInteractedWith) {
    const auto bob = local_account("bob");
    const auto stranger = remote_account("s", "stranger.example");
    const auto post = status_by(stranger);
    const moderation::Outgoing boost{.type = "Announce", .about = post, .whom = stranger};
    const auto decision = moderation::check_draft(tx, peers, bob, boost, now);
    EXPECT_EQ(decision.verdict, moderation::Verdict::Reject);
    EXPECT_EQ(decision.reason, "principal-not-authorized");
}

TEST_F(FactsTest, AVouchedMemberIsNotTheFirstToWrite) {
    const auto bob = member("bob");
    const auto eve = local_account("eve");
    const auto alice = remote_account();
    const auto reason = [&](const moderation::Outgoing& outgoing) {
        const auto author = *db::accounts::find(tx, bob.id);
        return std::string(moderation::check_draft(tx, peers, author, outgoing, now).reason);
    };
    const moderation::Outgoing to_eve{.mentioned = {eve}};
    const moderation::Outgoing to_alice{.mentioned = {alice}};
    EXPECT_EQ(reason(to_eve), "");
    const auto issuer = educators::load_issuer(tx, instance, {}, now);
    ASSERT_TRUE(educators::attest(
        tx, issuer, {.account = bob.id, .assurance = educators::Assurance::Vouched}, now));
    EXPECT_EQ(reason(to_eve), "vouched-first-contact");
    EXPECT_EQ(reason(to_alice), "vouched-first-contact");
    EXPECT_EQ(reason({.type = "Follow", .whom = eve}), "") << "a follow is no message";
    const auto posted = status_by(eve);
    EXPECT_EQ(reason({.mentioned = {eve}, .about = posted, .whom = eve}), "");
    EXPECT_EQ(reason({.type = "Update", .mentioned = {eve}, .addressed = {eve.uri}}), "");
    EXPECT_EQ(reason({.type = "Update", .mentioned = {eve}}), "vouched-first-contact");

    db::follows::insert(
        tx, {.follower = eve.id, .followed = bob.id, .accepted = true, .created_at = now});
    EXPECT_EQ(reason(to_eve), "");
    const auto asked = status_by(alice, db::Visibility::Direct);
    db::mentions::insert_all(tx, asked.id, {bob.id}, false);
    EXPECT_NE(reason(to_alice), "vouched-first-contact") << "she wrote first";
}

TEST_F(FactsTest, AVouchingThatLapsedOrWasTakenBackGivesNoMore) {
    const auto bob = member("bob");
    const auto eve = local_account("eve");
    const auto moderator = member("mod");
    db::users::set_role(tx, moderator.id, db::Role::Moderator);
    auto sponsor = member("sponsor");
    const moderation::Outgoing to_eve{.mentioned = {eve}};
    const auto reason = [&](const moderation::Outgoing& outgoing) {
        const auto author = *db::accounts::find(tx, bob.id);
        return std::string(moderation::check_draft(tx, peers, author, outgoing, now).reason);
    };
    const auto issuer = educators::load_issuer(tx, instance, {}, now);
    const auto attest = [&](educators::Assurance assurance) {
        ASSERT_TRUE(
            educators::attest(tx, issuer, {.account = bob.id, .assurance = assurance}, now));
    };
    attest(educators::Assurance::Vouched);
    ASSERT_EQ(reason(to_eve), "vouched-first-contact");
    ASSERT_TRUE(db::vouchings::insert(
        tx,
        {.candidate = bob.id, .kind = "teacher", .statement = "-", .asked_at = now},
        {sponsor.id}));
    ASSERT_TRUE(educators::revoke(tx, bob.id, {.reason = "the year is over"}, now));
    EXPECT_EQ(reason(to_eve), "vouched-first-contact") << "nothing attests him now";
    EXPECT_EQ(reason({.mentioned = {moderator}}), "") << "help is never out of reach";
    EXPECT_EQ(reason({.mentioned = {sponsor}}), "") << "nor who was asked to stand for him";
    EXPECT_EQ(reason({.mentioned = {sponsor, eve}}), "vouched-first-contact");
    const auto poll = status_by(eve);
    EXPECT_EQ(reason({.visibility = db::Visibility::Direct, .about = poll, .whom = eve}), "")
        << "a vote writes to nobody";
    attest(educators::Assurance::StaffCheck);
    EXPECT_EQ(reason(to_eve), "") << "what is stronger counts";
}

TEST_F(FactsTest, MentionsOfAPartnerInAWeekAreCounted) {
    const auto bob = member("bob");
    auto one = remote_account("one", "vendor.example");
    const auto two = remote_account("two", "vendor.example");
    const auto other = remote_account("other", "else.example");
    for (const auto& author : {one, two, other})
        db::mentions::insert_all(tx, status_by(author).id, {bob.id, other.id}, false);
    const auto weeks = [&](Time since) {
        return db::partner_strikes::weeks(tx, {"host:vendor.example", "host:", one.uri}, since);
    };
    const auto week_ago = now - std::chrono::hours{24 * 7};
    const std::map<std::string, std::int64_t> expected{
        {"host:vendor.example", 2}, {"host:", 0}, {one.uri, 1}};
    for (const auto& week : weeks(week_ago))
        EXPECT_EQ(week.mentions, expected.at(week.organisation)) << week.organisation;
    for (const auto& week : weeks(now + std::chrono::hours{1}))
        EXPECT_EQ(week.mentions, 0) << week.organisation;

    const moderation::Subject subjects[] = {{.type = "Create",
                                             .actor = one.uri,
                                             .signer = one.uri,
                                             .speaks_for = {one.uri},
                                             .is_post = true}};
    const auto counted = [&] {
        return moderation::load_facts(tx, peers, subjects, now).facts[0].partner_mentions;
    };
    EXPECT_EQ(counted(), 0) << "a person's are not";
    one.actor_type = "Organization";
    db::accounts::update_profile(tx, one);
    EXPECT_EQ(counted(), 1);
}

} // namespace
