#include "db/audit_log.h"
#include "db/jobs.h"
#include "db/piles.h"
#include "db/shields.h"
#include "moderation/shield.h"
#include "outbox/boost.h"
#include "outbox/pile.h"
#include "tests/outbox/verbs_support.h"

namespace {

class PileTest : public VerbsTest {
  protected:
    PileTest() {
        mod = member("mod");
        db::users::set_role(tx, mod.id, db::Role::Moderator);
    }
    std::size_t letters(const std::string& name, const db::Account& to) {
        const auto count = [&] {
            std::size_t found = 0;
            db::jobs::lock_claims(tx);
            for (const auto& job :
                 db::jobs::claim(tx, {"mail"}, 1'000, std::chrono::milliseconds{60'000}))
                queued_letters.push_back(job.payload);
            for (const auto& payload : queued_letters) {
                const auto letter = Json::parse(payload);
                if (letter.at("letter") == name && letter.at("to") == to_string(to.id)) ++found;
            }
            return found;
        };
        return count();
    }
    std::vector<db::Account> crowd(int size) {
        std::vector<db::Account> members;
        for (int i = 0; i < size; ++i)
            members.push_back(member("crowd" + std::to_string(i)));
        return members;
    }
    std::size_t piles_on(const db::Account& whom) {
        std::size_t found = 0;
        for (const auto& entry : db::audit_log::list_by_subject(tx, whom.uri))
            if (entry.act == "pile.outgoing") ++found;
        return found;
    }
    void mention(const db::Account& author, const db::Account& whom) {
        const auto posted =
            outbox::publish(tx, by(author), {.text = "@" + whom.acct() + " look at this"});
        ASSERT_TRUE(posted) << posted.error().detail;
    }
    db::Account mod;
    std::vector<std::string> queued_letters;
};

TEST_F(PileTest, MembersWhoPileOnSomebodyElsewhereAreAskedToSlowDown) {
    const auto members = crowd(9);
    for (int i = 0; i < 7; ++i)
        mention(members[static_cast<std::size_t>(i)], alice);
    EXPECT_EQ(piles_on(alice), 0U);
    EXPECT_EQ(letters("slow_down", members[0]), 0U);

    mention(members[7], alice);
    EXPECT_EQ(piles_on(alice), 1U);
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(letters("slow_down", members[static_cast<std::size_t>(i)]), 1U) << i;
    EXPECT_EQ(letters("alarm", mod), 1U);
    // Who joins later hears of it; the others and the moderators no second time.
    mention(members[8], alice);
    mention(members[0], alice);
    EXPECT_EQ(letters("slow_down", members[8]), 1U);
    EXPECT_EQ(letters("slow_down", members[0]), 1U);
    EXPECT_EQ(letters("alarm", mod), 1U);
    EXPECT_EQ(piles_on(alice), 1U);
    EXPECT_EQ(piles_on(carol), 0U);
}

TEST_F(PileTest, OneLoudMemberKnownOnesAndOurOwnAreNoPile) {
    const auto members = crowd(9);
    for (int i = 0; i < 12; ++i)
        mention(members[0], alice);
    for (const auto& known : members) {
        db::follows::insert(
            tx, {.follower = carol.id, .followed = known.id, .accepted = true, .created_at = now});
        mention(known, carol);
        mention(known, eve);
    }
    EXPECT_EQ(piles_on(alice), 0U);
    EXPECT_EQ(piles_on(carol), 0U);
    EXPECT_EQ(piles_on(eve), 0U);
}

TEST_F(PileTest, BoostsCountAsWell) {
    const auto members = crowd(8);
    const auto post = status_by(alice);
    for (const auto& member : members)
        ASSERT_TRUE(outbox::boost(tx, by(member), post.id, db::Visibility::Public));
    EXPECT_EQ(piles_on(alice), 1U);
}

TEST_F(PileTest, ModeratorsHearOnceOfAShieldThatWentUpByItself) {
    db::shields::raise(tx,
                       {.account = bob.id,
                        .raised_at = now,
                        .until = now + moderation::shield_lasts,
                        .raised_by = "burst"});
    moderation::raise_shield(tx, eve.id, eve.uri, now);
    outbox::tell_of_shields(tx, now);
    outbox::tell_of_shields(tx, now);
    EXPECT_EQ(letters("alarm", mod), 1U);
}

} // namespace
