#include "base/crypto.h"
#include "base/json.h"
#include "base/web_push.h"

#include <gtest/gtest.h>

#include <fstream>

namespace {

std::string bytes(const Json& base64url) {
    return crypto::base64url_decode(base64url.get<std::string>()).value();
}

class WebPush : public ::testing::Test {
  protected:
    static Json load() {
        std::ifstream file("tests/data/vectors/webpush-aes128gcm.json");
        return Json::parse(file);
    }

    const Json vectors = load();
    const Json& message = vectors.at("message");
    const crypto::P256Key browser =
        crypto::p256_from_secret(bytes(message.at("ua_private"))).value();
    const std::string auth = bytes(message.at("auth_secret"));
    const web_push::Receiver receiver{.point = browser.point, .auth = auth};
    const web_push::Fresh fresh{
        .key = crypto::p256_from_secret(bytes(message.at("as_private"))).value(),
        .salt = bytes(message.at("salt"))};
};

} // namespace

TEST_F(WebPush, EncryptsAsRfc8291AppendixA) {
    EXPECT_EQ(browser.point, bytes(message.at("ua_public")));
    EXPECT_EQ(fresh.key.point, bytes(message.at("as_public")));
    EXPECT_EQ(crypto::p256_agree(fresh.key, browser.point), bytes(message.at("ecdh_secret")));
    const auto plaintext = message.at("plaintext").get<std::string>();
    const auto body = web_push::encrypt(receiver, fresh, plaintext);
    ASSERT_TRUE(body);
    EXPECT_EQ(crypto::base64url(*body), message.at("body"));
    EXPECT_EQ(*web_push::decrypt(browser, auth, *body), plaintext);
}

TEST_F(WebPush, P18NobodyElseCanReadIt) {
    const auto body = *web_push::encrypt(receiver, fresh, "for one reader");
    ASSERT_EQ(*web_push::decrypt(browser, auth, body), "for one reader");
    EXPECT_EQ(body.find("reader"), std::string::npos);
    EXPECT_FALSE(web_push::decrypt(crypto::generate_p256(), auth, body));
    EXPECT_FALSE(web_push::decrypt(browser, std::string(16, 'x'), body));
    for (const std::size_t i : {std::size_t{0}, std::size_t{30}, body.size() - 1}) {
        auto changed = body;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(web_push::decrypt(browser, auth, changed)) << i;
    }
    EXPECT_FALSE(web_push::decrypt(browser, auth, body.substr(0, 40)));
    EXPECT_FALSE(web_push::decrypt(browser, auth, ""));
}

TEST_F(WebPush, HoldsUpToOneRecord) {
    EXPECT_TRUE(
        web_push::encrypt(receiver, fresh, std::string(web_push::max_plaintext_bytes, 'a')));
    EXPECT_FALSE(
        web_push::encrypt(receiver, fresh, std::string(web_push::max_plaintext_bytes + 1, 'a')));
    EXPECT_EQ(*web_push::decrypt(browser, auth, *web_push::encrypt(receiver, fresh, "")), "");
}

TEST_F(WebPush, RefusesASubscriptionThatNobodyCanBeSentTo) {
    const auto point = message.at("ua_public").get<std::string>();
    const auto secret = message.at("auth_secret").get<std::string>();
    EXPECT_TRUE(web_push::parse_receiver(point, secret));
    EXPECT_TRUE(web_push::parse_receiver(crypto::base64(browser.point), crypto::base64(auth)));
    auto off_curve = browser.point;
    off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
    const struct {
        const char* name;
        std::string point, auth;
    } cases[] = {
        {"no point", "", secret},
        {"a point that is not on the curve", crypto::base64url(off_curve), secret},
        {"a compressed point", crypto::base64url("\x02" + browser.point.substr(1, 32)), secret},
        {"a point of 64 bytes", crypto::base64url(browser.point.substr(1)), secret},
        {"no base64", "***", secret},
        {"auth of 15 bytes", point, crypto::base64url(std::string(15, 'a'))},
        {"auth of 17 bytes", point, crypto::base64url(std::string(17, 'a'))},
        {"no auth", point, ""},
    };
    for (const auto& c : cases)
        EXPECT_FALSE(web_push::parse_receiver(c.point, c.auth)) << c.name;
}

TEST_F(WebPush, SignsAsRfc8292) {
    const auto& vector = vectors.at("vapid").at(0);
    const auto token = vector.at("token").get<std::string>();
    const auto dot = token.rfind('.');
    const auto point = bytes(vector.at("k"));
    EXPECT_TRUE(crypto::verify_es256(
        point, token.substr(0, dot), *crypto::base64url_decode(token.substr(dot + 1))));
    EXPECT_FALSE(crypto::verify_es256(
        point, token.substr(0, dot) + "x", *crypto::base64url_decode(token.substr(dot + 1))));

    const auto key = crypto::generate_p256();
    const Time expires{std::chrono::seconds(1'453'523'768)};
    const auto own =
        web_push::sign_vapid(key, "https://push.example.net", "mailto:push@example.com", expires);
    const auto first = own.find('.');
    const auto last = own.rfind('.');
    EXPECT_EQ(Json::parse(*crypto::base64url_decode(own.substr(0, first))), vector.at("header"));
    EXPECT_EQ(Json::parse(*crypto::base64url_decode(own.substr(first + 1, last - first - 1))),
              vector.at("claims"));
    EXPECT_TRUE(crypto::verify_es256(
        key.point, own.substr(0, last), *crypto::base64url_decode(own.substr(last + 1))));
}

TEST(P256, RefusesWhatIsNoKey) {
    EXPECT_TRUE(crypto::p256_from_secret(std::string(31, '\0') + '\x01'));
    EXPECT_FALSE(crypto::p256_from_secret(std::string(32, '\0')));
    EXPECT_FALSE(crypto::p256_from_secret(std::string(32, '\xff')));
    EXPECT_FALSE(crypto::p256_from_secret("short"));
    EXPECT_FALSE(crypto::is_p256_point(std::string(65, '\x04')));
    EXPECT_FALSE(crypto::p256_agree(crypto::generate_p256(), std::string(65, '\0')));
}
