#include "base/crypto.h"

#include <fmt/format.h>
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

// One ASN.1 value: tag, length, content.
std::string der(char tag, const std::string& content) {
    const auto size = content.size();
    std::string length;
    if (size >= 256)
        length = {'\x82', static_cast<char>(size / 256)};
    else if (size >= 128)
        length = '\x81';
    length += static_cast<char>(size % 256);
    return tag + length + content;
}

std::string rsa_der(std::size_t bits, const std::string& exponent) {
    // Nothing here checks for primes, as no verifier does.
    std::string modulus = crypto::random_bytes(bits / 8);
    modulus.front() = static_cast<char>(0xc5);
    modulus.back() = static_cast<char>(modulus.back() | 1);
    return der(0x30, der(0x02, '\0' + modulus) + der(0x02, exponent));
}

TEST(PublicKey, B08_OfBadStrengthIsRefused) {
    const std::string usual("\x01\x00\x01", 3);
    const struct {
        const char* name;
        std::size_t bits;
        std::string exponent;
        bool expected;
    } cases[] = {
        {"2048 bits", 2048, usual, true},
        {"exponent 3", 2048, "\x03", true},
        {"8192 bits", 8192, usual, true},
        {"512 bits", 512, usual, false},
        {"1024 bits", 1024, usual, false},
        {"2040 bits", 2040, usual, false},
        {"16384 bits", 16384, usual, false},
        {"exponent 1", 2048, "\x01", false},
        {"exponent 0", 2048, std::string(1, '\0'), false},
        {"even exponent", 2048, std::string("\x01\x00\x02", 3), false},
        {"huge exponent", 2048, "\x01" + std::string(255, '\x01'), false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto bytes = rsa_der(c.bits, c.exponent);
        EXPECT_EQ(static_cast<bool>(crypto::PublicKey::from_rsa_pkcs1_der(bytes)), c.expected);
    }
    EXPECT_FALSE(crypto::PublicKey::from_rsa_pkcs1_der(rsa_der(2048, usual) + "x"));
    EXPECT_FALSE(crypto::PublicKey::from_rsa_pkcs1_der(""));
}

std::string pem_of(const std::string& label, const std::string& bytes) {
    return fmt::format(
        "-----BEGIN {0}-----\n{1}\n-----END {0}-----\n", label, crypto::base64(bytes));
}

TEST(PublicKey, B09_PemHoldsOnePublicKeyOfAKnownKindAndNothingElse) {
    const auto key = crypto::PrivateKey::generate_rsa();
    const std::string good = key.public_key().pem();
    const std::string pkcs1 = key.public_key().rsa_pkcs1_der();
    EXPECT_TRUE(crypto::PublicKey::from_pem(good));
    EXPECT_TRUE(crypto::PublicKey::from_pem("\r\n " + good + " \n"));
    EXPECT_TRUE(crypto::PublicKey::from_pem(pem_of("RSA PUBLIC KEY", pkcs1)));

    // The elliptic-curve key of RFC 9421, appendix B.1.3.
    const std::string curve = "-----BEGIN PUBLIC KEY-----\n"
                              "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf\n"
                              "w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\n"
                              "-----END PUBLIC KEY-----\n";
    const std::string ed25519 = crypto::PrivateKey::generate_ed25519().public_key().pem();
    EXPECT_TRUE(crypto::PublicKey::from_pem(ed25519));
    std::string relabelled = key.pem();
    for (auto at = relabelled.find("PRIVATE"); at != std::string::npos;
         at = relabelled.find("PRIVATE")) {
        relabelled.replace(at, 7, "PUBLIC");
    }
    for (const std::string& wrong : {std::string{},
                                     std::string("-----BEGIN PUBLIC KEY-----"),
                                     key.pem(),
                                     curve,
                                     good + good,
                                     good + key.pem(),
                                     key.pem() + good,
                                     good + "x",
                                     "x" + good,
                                     good.substr(0, good.size() / 2),
                                     pem_of("CERTIFICATE", pkcs1),
                                     pem_of("PUBLIC KEY", pkcs1),
                                     relabelled,
                                     pem_of("RSA PUBLIC KEY", pkcs1 + "x"),
                                     pem_of("RSA PRIVATE KEY", pkcs1),
                                     pem_of("PUBLIC KEY", "")}) {
        EXPECT_FALSE(crypto::PublicKey::from_pem(wrong)) << wrong;
    }
    EXPECT_FALSE(crypto::PrivateKey::from_pem(good));
}

} // namespace
