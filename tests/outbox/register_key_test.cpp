#include "federation/register.h"
#include "moderation/own_register.h"
#include "outbox/approvals.h"
#include "tests/outbox/verbs_support.h"

namespace {

class RegisterKeyTest : public VerbsTest {
  protected:
    RegisterKeyTest() {
        for (const auto* owner : {&bob, &eve})
            db::users::set_role(tx, owner->id, db::Role::Owner);
    }
    Result<db::ApprovalId> ask(const db::Account& who) {
        return outbox::ask_approval(
            tx,
            by(who),
            {.kind = "register.key", .subject = "register", .reason = "the old one was mailed"});
    }
};

TEST_F(RegisterKeyTest, ChangesWhenTwoOwnersSaySo) {
    const auto before = moderation::own_register_key(tx);
    const auto asked = ask(bob);
    ASSERT_TRUE(asked) << asked.error().shown;
    EXPECT_EQ(moderation::own_register_key(tx), before);
    EXPECT_FALSE(outbox::approve_act(tx, by(bob), *asked)) << "not by who asked";
    EXPECT_EQ(moderation::own_register_key(tx), before);
    ASSERT_TRUE(outbox::approve_act(tx, by(eve), *asked));
    const auto after = moderation::own_register_key(tx);
    EXPECT_NE(after, before);

    // Who pinned the old key comes along.
    const auto last = db::own_register::last(tx);
    ASSERT_TRUE(last);
    const auto document = parse_json(last->document);
    ASSERT_TRUE(document);
    const auto entry = federation::parse_register_entry(*document);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->key, after);
    EXPECT_TRUE(federation::verify_register(*document, before));
    EXPECT_FALSE(federation::verify_register(*document, after));
}

TEST_F(RegisterKeyTest, IsNotForModeratorsToAskFor) {
    db::users::set_role(tx, bob.id, db::Role::Moderator);
    EXPECT_FALSE(ask(bob));
    EXPECT_TRUE(ask(eve));
}

} // namespace
