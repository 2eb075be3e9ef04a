#include "db/jobs.h"
#include "db/leaver_keys.h"
#include "db/notifications.h"
#include "db/users.h"
#include "mail/letters.h"
#include "mail/queue.h"
#include "members/accounts.h"
#include "members/links.h"
#include "tests/support/database.h"

namespace {

using mail::Letter;
using namespace std::chrono_literals;

class LettersTest : public DatabaseTest {
  protected:
    db::Account with_mail(const std::string& name = "ada", bool confirmed = true) {
        auto account = local_account(name);
        db::users::insert(
            tx, {.account = account.id, .email = name + "@mail.test", .is_confirmed = confirmed});
        return account;
    }
    std::optional<mail::Message> write(Letter letter,
                                       const db::Account& to,
                                       const mail::Values& values = {}) {
        return mail::write(tx, writer, letter, to.id, values, now);
    }
    /// Who gets that letter: most go to a member, those about leaving to who left.
    db::Account reader_of(Letter letter) {
        if (letter == Letter::Confirm) return with_mail("bob", false);
        auto account = with_mail("t" + std::to_string(static_cast<int>(letter)));
        const bool is_left = letter == Letter::Leaver || letter == Letter::StayAnswer;
        if (letter == Letter::PrivateAddress || is_left)
            db::leaver_keys::set_wanted_email(tx, account.id, "ada@home.test");
        if (is_left) {
            EXPECT_TRUE(db::leaver_keys::confirm_email(tx, account.id, "ada@home.test"));
            EXPECT_TRUE(members::set_state(tx, account.id, db::MemberState::Left, now));
        }
        return account;
    }
    std::int64_t waiting() { return db::jobs::size(tx).waiting; }

    Time now = system_now();
    Instance instance{.origin = "https://maple.test",
                      .host = "maple.test",
                      .handle_host = "maple.test",
                      .title = "Maple"};
    mail::Writer writer{
        .instance = instance, .from = "no-reply@maple.test", .link_key = "link key"};
};

TEST_F(LettersTest, EveryLetterHasASubjectAndNoHoleInIt) {
    for (const auto& name : mail::letter_names()) {
        SCOPED_TRACE(name);
        const auto letter = *mail::parse_letter(name);
        if (letter == Letter::Digest) continue;
        const auto reader = reader_of(letter);
        const auto message = write(letter, reader, {{"answer", "Yes"}});
        ASSERT_TRUE(message);
        EXPECT_FALSE(message->subject.empty());
        EXPECT_EQ(message->text.find("{{"), std::string::npos);
        EXPECT_NE(message->text.find(reader.username), std::string::npos);
        EXPECT_TRUE(mail::render_message(*message));
    }
}

TEST_F(LettersTest, GoToNobodyWhoShouldNotGetThem) {
    const auto ada = with_mail();
    EXPECT_FALSE(write(Letter::Confirm, ada)) << "confirmed already";
    const auto bob = with_mail("bob", false);
    EXPECT_TRUE(write(Letter::Confirm, bob));
    EXPECT_FALSE(write(Letter::ResetPassword, bob)) << "the address may be somebody else's";
    EXPECT_FALSE(write(Letter::Approved, member("eve"))) << "no address";
    EXPECT_TRUE(members::set_state(tx, ada.id, db::MemberState::Deleted, now));
    EXPECT_FALSE(write(Letter::ResetPassword, ada));
}

TEST_F(LettersTest, TheLinkInAMailOpensWhatItSays) {
    const auto ada = with_mail();
    const auto text = write(Letter::ResetPassword, ada)->text;
    const std::string start = "https://maple.test/reset-password?token=";
    const auto at = text.find(start);
    ASSERT_NE(at, std::string::npos);
    const auto token = text.substr(at + start.size(), text.find('\n', at) - at - start.size());
    const auto user =
        members::find_by_link(tx, "link key", members::LinkPurpose::ResetPassword, token, now);
    ASSERT_TRUE(user);
    EXPECT_EQ(user->account, ada.id);
}

TEST_F(LettersTest, H15AnInstancesTitleBreaksNoHeader) {
    instance.title = "Maple\r\nBcc: everybody@mail.test";
    const auto message = write(Letter::ResetPassword, with_mail());
    ASSERT_TRUE(message);
    const auto bytes = mail::render_message(*message);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytes->find("\r\nBcc"), std::string::npos);
}

TEST_F(LettersTest, TheDigestGoesOnceAWeekToThoseWhoWantItAndMissedSomething) {
    const auto ada = with_mail();
    const auto bob = with_mail("bob");
    db::users::set_settings(tx, ada.id, {{"mail_digest", "weekly"}});
    const auto before = waiting();
    mail::post_digests(tx, now);
    EXPECT_EQ(waiting(), before) << "she was here today";
    mail::post_digests(tx, now + 8 * 24h);
    EXPECT_EQ(waiting(), before + 1) << "Bob did not ask for it";
    mail::post_digests(tx, now + 9 * 24h);
    EXPECT_EQ(waiting(), before + 1) << "not every day";

    EXPECT_FALSE(write(Letter::Digest, ada)) << "nothing happened";
    db::notifications::insert(
        tx, {.recipients = {ada.id}, .type = "follow", .from = bob.id, .now = now + 1h});
    const auto message = write(Letter::Digest, ada);
    ASSERT_TRUE(message);
    EXPECT_NE(message->text.find("new followers:      1"), std::string::npos);
}

} // namespace
