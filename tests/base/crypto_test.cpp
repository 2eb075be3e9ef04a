#include "base/crypto.h"

#include <gtest/gtest.h>

namespace {

TEST(Base64, IsStrictBothWays) {
    EXPECT_EQ(crypto::base64(""), "");
    EXPECT_EQ(crypto::base64("f"), "Zg==");
    EXPECT_EQ(crypto::base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(crypto::base64url("\xff\xfe"), "__4");
    EXPECT_EQ(crypto::base64_decode("Zm9vYg=="), "foob");
    EXPECT_EQ(crypto::base64url_decode("__4"), "\xff\xfe");
    EXPECT_EQ(crypto::base64url_decode("__4="), "\xff\xfe");
    for (const char* wrong :
         {"Zg", "Zg=", "Zh==", "Zg==\n", "Z g=", "Zg==Zg==", "=", "====", "__4="}) {
        EXPECT_FALSE(crypto::base64_decode(wrong)) << wrong;
    }
    for (const char* wrong : {"Z",
                              "Zh",
                              "+/8",
                              "__4==",
                              "Zg=="
                              "x"}) {
        EXPECT_FALSE(crypto::base64url_decode(wrong)) << wrong;
    }
}

TEST(Base58, KeepsLeadingZeros) {
    EXPECT_EQ(crypto::base58("Hello World!"), "2NEpo7TZRRrLZSi2U");
    const std::string bytes("\0\0\x28\x7f\xb4\xcd", 6);
    EXPECT_EQ(crypto::base58(bytes), "11233QC4");
    EXPECT_EQ(crypto::base58_decode("11233QC4"), bytes);
    EXPECT_FALSE(crypto::base58_decode("0OIl"));
    EXPECT_FALSE(crypto::base58_decode(std::string(5000, 'z')));
}

TEST(Digests, MatchThePublishedValues) {
    EXPECT_EQ(crypto::hex(crypto::sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(crypto::hex(crypto::sha512("")).substr(0, 16), "cf83e1357eefb8bd");
    // RFC 4231, case 2.
    EXPECT_EQ(crypto::hex(crypto::hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Random, IsNeverTheSameTwice) {
    EXPECT_NE(crypto::random_token(), crypto::random_token());
    EXPECT_EQ(crypto::random_token().size(), 43U);
    EXPECT_TRUE(crypto::random_bytes(0).empty());
}

TEST(EqualConstantTime, ComparesAllBytes) {
    EXPECT_TRUE(crypto::equal_constant_time("", ""));
    EXPECT_TRUE(crypto::equal_constant_time("abc", "abc"));
    EXPECT_FALSE(crypto::equal_constant_time("abc", "abd"));
    EXPECT_FALSE(crypto::equal_constant_time("abc", "abcd"));
}

TEST(Keys, OfBothTypesSignVerifyAndSurviveTheirTextForms) {
    for (const auto& key :
         {crypto::PrivateKey::generate_rsa(), crypto::PrivateKey::generate_ed25519()}) {
        const auto again = crypto::PrivateKey::from_pem(key.pem());
        ASSERT_TRUE(again);
        const auto reader = crypto::PublicKey::from_pem(key.public_key().pem());
        ASSERT_TRUE(reader);
        EXPECT_EQ(reader->type(), key.type());
        const std::string signature = again->sign("text");
        EXPECT_TRUE(reader->verify("text", signature));
        EXPECT_FALSE(reader->verify("texT", signature));
        EXPECT_FALSE(reader->verify("text", ""));
        EXPECT_FALSE(reader->verify("text", signature + "x"));
    }
    const auto ed25519 = crypto::PrivateKey::generate_ed25519().public_key();
    EXPECT_EQ(crypto::PublicKey::from_ed25519(ed25519.ed25519_raw())->pem(), ed25519.pem());
    const auto rsa = crypto::PrivateKey::generate_rsa().public_key();
    EXPECT_EQ(crypto::PublicKey::from_rsa_pkcs1_der(rsa.rsa_pkcs1_der())->pem(), rsa.pem());
}

// RFC 8032, section 7.1, test 1.
TEST(Ed25519, MatchesThePublishedSignature) {
    const std::string seed = "\x9d\x61\xb1\x9d\xef\xfd\x5a\x60\xba\x84\x4a\xf4\x92\xec\x2c\xc4"
                             "\x44\x49\xc5\x69\x7b\x32\x69\x19\x70\x3b\xac\x03\x1c\xae\x7f\x60";
    const auto key = crypto::PrivateKey::from_ed25519_seed(seed);
    ASSERT_TRUE(key);
    EXPECT_EQ(crypto::hex(key->public_key().ed25519_raw()),
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    EXPECT_EQ(crypto::hex(key->sign("")).substr(0, 32), "e5564300c360ac729086e2cc806e828a");
    EXPECT_FALSE(crypto::PrivateKey::from_ed25519_seed("short"));
    EXPECT_FALSE(crypto::PublicKey::from_ed25519("short"));
}

} // namespace
