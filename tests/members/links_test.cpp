#include "members/email.h"
#include "members/links.h"
#include "tests/members/members_test.h"

namespace {

using namespace std::chrono_literals;
using members::LinkPurpose;

class LinksTest : public MembersTest {
  protected:
    db::User user_of(const db::Account& account) { return *db::users::find(tx, account.id); }
    std::string token(LinkPurpose purpose) {
        return members::make_link_token(key, purpose, user_of(ada), now);
    }
    bool opens(const std::string& text, LinkPurpose purpose, Time at, std::string_view by = key) {
        return members::find_by_link(tx, by, purpose, text, at).has_value();
    }

    static constexpr std::string_view key = "a secret";
    db::Account ada = member();
};

TEST_F(LinksTest, ALinkOpensForItsPurposeItsTimeAndItsKeyOnly) {
    const auto reset = token(LinkPurpose::ResetPassword);
    EXPECT_TRUE(opens(reset, LinkPurpose::ResetPassword, now));
    EXPECT_TRUE(opens(reset, LinkPurpose::ResetPassword, now + 119min));
    EXPECT_FALSE(opens(reset, LinkPurpose::ResetPassword, now + 121min));
    EXPECT_FALSE(opens(reset, LinkPurpose::Confirm, now));
    EXPECT_FALSE(opens(reset, LinkPurpose::SecondFactor, now));
    EXPECT_FALSE(opens(reset, LinkPurpose::ResetPassword, now, "another secret"));
    const auto bob = member("bob");
    auto forged = reset;
    forged.replace(0, forged.find('.'), to_string(bob.id));
    auto longer = reset;
    longer.replace(longer.find('.') + 1, 1, "9");
    for (const auto& wrong : {forged, longer, reset + "x", std::string("1.2"), std::string("..")})
        EXPECT_FALSE(opens(wrong, LinkPurpose::ResetPassword, now)) << wrong;
}

TEST_F(LinksTest, ALinkEndsWhenItWasUsed) {
    const auto reset = token(LinkPurpose::ResetPassword);
    db::users::set_password(tx, ada.id, "another hash", db::users::NextSignIn::Normal);
    EXPECT_FALSE(opens(reset, LinkPurpose::ResetPassword, now));

    const auto bob = local_account("bob");
    db::users::insert(tx, {.account = bob.id, .email = "bob@mail.test", .is_confirmed = false});
    const auto confirm = members::make_link_token(key, LinkPurpose::Confirm, user_of(bob), now);
    EXPECT_TRUE(opens(confirm, LinkPurpose::Confirm, now));
    db::users::set_email(tx, bob.id, "bob@other.test");
    EXPECT_FALSE(opens(confirm, LinkPurpose::Confirm, now)) << "it proved another address";
    db::users::set_email(tx, bob.id, "bob@mail.test");
    members::confirm(tx, bob.id, now);
    EXPECT_FALSE(opens(confirm, LinkPurpose::Confirm, now));
}

// What Mastodon's lists hold for the same mailboxes.
TEST(CanonicalEmail, IsTheHashOfTheMailbox) {
    const auto hash = crypto::hex(crypto::sha256("test@example.com"));
    for (const auto* spelling : {"test@example.com", "T.est+tag@Example.com", "te.s.t@example.com"})
        EXPECT_EQ(members::canonical_email_hash(spelling), hash) << spelling;
    EXPECT_NE(members::canonical_email_hash("tesst@example.com"), hash);
}

} // namespace
