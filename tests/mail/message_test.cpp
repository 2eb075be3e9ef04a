#include "base/crypto.h"
#include "mail/message.h"

#include <gtest/gtest.h>

namespace {

mail::Message letter() {
    return {.from_name = "Maple District",
            .from = "no-reply@maple.test",
            .to = "ada@mail.test",
            .subject = "Hello",
            .text = "One\nTwo\n",
            .id = "letter.1@maple.test",
            .date = *parse_iso8601("2026-03-01T08:30:00Z")};
}

TEST(MailMessage, IsWhatMailServersExpect) {
    EXPECT_EQ(*mail::render_message(letter()),
              "From: \"Maple District\" <no-reply@maple.test>\r\n"
              "To: <ada@mail.test>\r\n"
              "Subject: Hello\r\n"
              "Date: Sun, 01 Mar 2026 08:30:00 +0000\r\n"
              "Message-ID: <letter.1@maple.test>\r\n"
              "Auto-Submitted: auto-generated\r\n"
              "MIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: quoted-printable\r\n"
              "\r\n"
              "One\r\nTwo\r\n");
}

TEST(MailMessage, H15NothingOpensAHeaderOfItsOwn) {
    ASSERT_TRUE(mail::render_message(letter()));
    const struct {
        const char* name;
        void (*spoil)(mail::Message&);
    } cases[] = {
        {"subject", [](mail::Message& m) { m.subject = "Hi\r\nBcc: all@mail.test"; }},
        {"a bare line feed", [](mail::Message& m) { m.subject = "Hi\nBcc: all@mail.test"; }},
        {"name", [](mail::Message& m) { m.from_name = "Maple\r\nBcc: x@y.test"; }},
        {"NUL", [](mail::Message& m) { m.subject = std::string("a\0b", 3); }},
        {"recipient", [](mail::Message& m) { m.to = "a@b.test>\r\nRCPT TO:<c@d.test"; }},
        {"two recipients", [](mail::Message& m) { m.to = "a@b.test,c@d.test"; }},
        {"no recipient", [](mail::Message& m) { m.to = ""; }},
        {"no UTF-8", [](mail::Message& m) { m.subject = "\xff"; }},
    };
    for (const auto& c : cases) {
        auto spoilt = letter();
        c.spoil(spoilt);
        EXPECT_FALSE(mail::render_message(spoilt)) << c.name;
    }
    auto quoted = letter();
    quoted.from_name = "A \"good\" place";
    EXPECT_TRUE(mail::render_message(quoted)->starts_with("From: \"A \\\"good\\\" place\" <"));
}

TEST(MailMessage, AnyTextSurvivesTheWay) {
    auto m = letter();
    m.subject = "Grüße aus der Schule, in der es sehr lange Überschriften gibt: ü";
    m.text = "Grüße = gut \n." + std::string(100, 'x') + "\n";
    const auto text = *mail::render_message(m);
    const auto body = text.substr(text.find("\r\n\r\n") + 4);
    EXPECT_EQ(body,
              "Gr=C3=BC=C3=9Fe =3D gut=20\r\n." + std::string(74, 'x') + "=\r\n" +
                  std::string(26, 'x') + "\r\n");
    // Encoded words of at most 75 characters, none of which cuts a character.
    std::string decoded;
    for (auto at = text.find("=?UTF-8?B?"); at != std::string::npos;
         at = text.find("=?UTF-8?B?", at + 1)) {
        const auto end = text.find("?=", at);
        EXPECT_LE(end + 2 - at, 75U);
        decoded += crypto::base64_decode(text.substr(at + 10, end - at - 10)).value_or("?");
    }
    EXPECT_EQ(decoded, m.subject);
}

} // namespace
