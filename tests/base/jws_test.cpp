#include "base/crypto.h"
#include "base/crypto_p256.h"
#include "base/jws.h"

#include <gtest/gtest.h>

namespace {

using crypto::base64url;

std::string unsigned_token(const std::string& header, const std::string& payload) {
    return base64url(header) + "." + base64url(payload);
}

Json set_of(const Json& key) {
    return {{"keys", Json::array({key})}};
}

/// An RSA public key in DER (RFC 8017 A.1.1) as a JWK: two INTEGERs in a SEQUENCE.
Json rsa_jwk(const crypto::PublicKey& key) {
    const auto der = key.rsa_pkcs1_der();
    std::size_t at = 0;
    const auto length = [&] {
        const auto first = static_cast<unsigned char>(der[at++]);
        if (first < 0x80) return std::size_t{first};
        std::size_t value = 0;
        for (int i = 0; i < (first & 0x7F); ++i)
            value = value * 256 + static_cast<unsigned char>(der[at++]);
        return value;
    };
    const auto integer = [&] {
        ++at;
        const auto size = length();
        auto bytes = der.substr(at, size);
        at += size;
        if (bytes.size() > 1 && bytes.front() == '\0') bytes.erase(0, 1);
        return bytes;
    };
    ++at;
    length();
    const auto modulus = integer();
    const auto exponent = integer();
    return {{"kty", "RSA"}, {"kid", "r"}, {"n", base64url(modulus)}, {"e", base64url(exponent)}};
}

Json ed25519_jwk(const crypto::PrivateKey& key) {
    return {{"kty", "OKP"},
            {"crv", "Ed25519"},
            {"kid", "e"},
            {"x", base64url(key.public_key().ed25519_raw())}};
}

bool verifies(const std::string& compact, const Json& jwk) {
    const auto token = jws::parse(compact);
    const auto keys = jws::parse_key_set(set_of(jwk));
    if (!token || !keys) return false;
    const auto* key = jws::find_key(*keys, *token);
    return key != nullptr && key->verify(token->algorithm, token->signing_input, token->signature);
}

std::string ed25519_token(const crypto::PrivateKey& key,
                          const std::string& header = R"({"alg":"EdDSA","kid":"e"})",
                          const std::string& payload = R"({"sub":"ada"})") {
    const auto input = unsigned_token(header, payload);
    return input + "." + base64url(key.sign(input));
}

} // namespace

TEST(Jws, EachAlgorithmIsVerifiedByItsKeyAndNoOther) {
    const auto rsa = crypto::PrivateKey::generate_rsa();
    const auto input = unsigned_token(R"({"alg":"RS256","kid":"r"})", R"({"sub":"ada"})");
    const auto token = input + "." + base64url(rsa.sign(input));
    EXPECT_TRUE(verifies(token, rsa_jwk(rsa.public_key())));
    EXPECT_FALSE(verifies(token, rsa_jwk(crypto::PrivateKey::generate_rsa().public_key())));

    const auto p256 = crypto::generate_p256();
    const Json ec{{"kty", "EC"},
                  {"crv", "P-256"},
                  {"kid", "c"},
                  {"x", base64url(p256.point.substr(1, 32))},
                  {"y", base64url(p256.point.substr(33))}};
    const auto ec_input = unsigned_token(R"({"alg":"ES256","kid":"c"})", R"({"sub":"ada"})");
    EXPECT_TRUE(verifies(ec_input + "." + base64url(crypto::sign_es256(p256, ec_input)), ec));
    EXPECT_FALSE(verifies(ec_input + "." + base64url(std::string(64, 'x')), ec));

    const auto ed = crypto::PrivateKey::generate_ed25519();
    EXPECT_TRUE(verifies(ed25519_token(ed), ed25519_jwk(ed)));
    EXPECT_FALSE(verifies(ed25519_token(crypto::PrivateKey::generate_ed25519()), ed25519_jwk(ed)));
}

// Made with node's crypto module; its private key is gone.
TEST(Jws, Ps256OfAnotherLibraryIsVerified) {
    const std::string modulus =
        "o42UberC04C610BRWXSaTuJ0AKOYN0aesYKJxHX__Yt5fDnQQa1DWKZYDKXIXKRYYBHoLiwQcc4y_Hg0"
        "74A5r5sAHK2yT8t0-9qMHceTW7JT3xyXIbErFxCeJt-N-6aLjnZ7N2z8zBGYA5SGtDEzOUQcXjFVfQnU"
        "unUWPvHcUzYzX9epSb6YnyVqfqjfsGpQeUkXBGVbqvNwuJBmqe1bhzTeAIdW1tKNLV8hbK1JE85AFQTL"
        "g8372DNe61XjWncr5LqKIKLvIj9XnGWw9133DQVN7smVA8koFFgzn-kvdkxojOP61obxls1vi29gjjRC"
        "s03UUE1Yg0InIvCkNFVwqw";
    const std::string token =
        "eyJhbGciOiJQUzI1NiIsImtpZCI6InAifQ.eyJzdWIiOiJhZGEifQ.eqYV60v8vBKtOUENyue_xvGGe2"
        "CSA5hYqNmUkZ_Vi25Jckvyyp1EBMEwNCgUoJueBmNiD0QTqsrb5Ki81DkEWznxByExjwFKevWeyrxLdY"
        "YJ5c0NfWNbptrENtBtXExF726-cGFRq9GQJiMYZAUwwXBt-Ms4Buc5NPESrkpE6fUFmZsSSryDeXbW1z"
        "JIOaOXGftsDpqNpVo2DcYdW8fWlzdIagZ5K-2wLmFbVBYivAOl8wx8W0jngafc2WH-nVyLXpv2Hq6-mD"
        "B5QTo1wRKIfMn-nYnuJIcE6-xkuLkD-8cRl7oCoZ0k9oE0gJ4lHhgaxZZx2mdddP5znTfNRtIw1w";
    Json jwk{{"kty", "RSA"}, {"kid", "p"}, {"n", modulus}, {"e", "AQAB"}};
    EXPECT_TRUE(verifies(token, jwk));
    auto altered = token;
    altered[altered.size() - 20] = altered[altered.size() - 20] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verifies(altered, jwk));
    jwk["alg"] = "RS256";
    EXPECT_FALSE(verifies(token, jwk)) << "the key is for another algorithm";
}

TEST(Jws, WhatIsNoSignatureByAPublicKeyIsRefused) {
    const auto ed = crypto::PrivateKey::generate_ed25519();
    const auto rsa = crypto::PrivateKey::generate_rsa();
    const auto mac_of = [&](const char* header) {
        const auto input = unsigned_token(header, R"({"sub":"ada"})");
        // The public key as the secret: what a confused verifier would take (RFC 8725 2.1).
        return input + "." + base64url(crypto::hmac_sha256(rsa.public_key().pem(), input));
    };
    const auto none = unsigned_token(R"({"alg":"none"})", R"({"sub":"ada"})");
    const struct {
        const char* name;
        std::string token;
    } cases[] = {
        {"none without a signature", none + "."},
        {"none with one", none + ".AAAA"},
        {"None", unsigned_token(R"({"alg":"None"})", "{}") + "."},
        {"HS256 with the public key as secret", mac_of(R"({"alg":"HS256","kid":"r"})")},
        {"no algorithm", ed25519_token(ed, R"({"kid":"e"})")},
        {"two algorithms", ed25519_token(ed, R"({"alg":"none","alg":"EdDSA","kid":"e"})")},
        {"two subjects", ed25519_token(ed, R"({"alg":"EdDSA"})", R"({"sub":"ada","sub":"eve"})")},
        {"critical extension", ed25519_token(ed, R"({"alg":"EdDSA","crit":["b64"],"b64":false})")},
        {"an access token", ed25519_token(ed, R"({"alg":"EdDSA","typ":"at+jwt"})")},
        {"a number as kid", ed25519_token(ed, R"({"alg":"EdDSA","kid":7})")},
        {"payload is a list", ed25519_token(ed, R"({"alg":"EdDSA"})", "[]")},
        {"two parts", base64url("{}") + "." + base64url("{}")},
        {"four parts", ed25519_token(ed) + ".AAAA"},
        {"padding", ed25519_token(ed) + "="},
        {"nothing", ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_FALSE(jws::parse(c.token));
    }
    EXPECT_TRUE(jws::parse(ed25519_token(ed)));
}

TEST(Jws, AHugeTokenIsNotEvenRead) {
    const auto ed = crypto::PrivateKey::generate_ed25519();
    const auto huge =
        ed25519_token(ed, R"({"alg":"EdDSA"})", Json{{"sub", std::string(20'000, 'a')}}.dump());
    const auto refused = jws::parse(huge);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::TooLarge);
}

TEST(Jws, AKeyIsChosenByItsNameOrByBeingTheOnlyOne) {
    const auto one = crypto::PrivateKey::generate_ed25519();
    const auto two = crypto::PrivateKey::generate_ed25519();
    auto first = ed25519_jwk(one);
    auto second = ed25519_jwk(two);
    second["kid"] = "f";
    const auto both = jws::parse_key_set({{"keys", Json::array({first, second})}});
    ASSERT_TRUE(both);
    const auto find = [&](const char* header) {
        return jws::find_key(*both, *jws::parse(ed25519_token(one, header)));
    };
    EXPECT_NE(find(R"({"alg":"EdDSA","kid":"e"})"), nullptr);
    EXPECT_EQ(find(R"({"alg":"EdDSA","kid":"g"})"), nullptr) << "unknown";
    EXPECT_EQ(find(R"({"alg":"EdDSA"})"), nullptr) << "which of the two?";
    EXPECT_EQ(find(R"({"alg":"RS256","kid":"e"})"), nullptr) << "another algorithm";
    first["kid"] = "f";
    const auto same = jws::parse_key_set({{"keys", Json::array({first, second})}});
    EXPECT_EQ(jws::find_key(*same, *jws::parse(ed25519_token(two, R"({"alg":"EdDSA","kid":"f"})"))),
              nullptr)
        << "two of one name";
}

TEST(Jws, KeysThatCannotSignArePassedOver) {
    const auto ed = crypto::PrivateKey::generate_ed25519();
    const auto changed = [&](const char* name, const Json& value) {
        auto jwk = ed25519_jwk(ed);
        jwk[name] = value;
        return jwk;
    };
    const Json keys = Json::array({{{"kty", "oct"}, {"k", "AAAA"}},
                                   changed("use", "enc"),
                                   changed("key_ops", Json::array({"sign"})),
                                   changed("crv", "X25519"),
                                   changed("x", "AAAA"),
                                   {{"kty", "RSA"}, {"n", "AQAB"}, {"e", "AQAB"}},
                                   "text",
                                   changed("use", "sig")});
    const auto read = jws::parse_key_set({{"keys", keys}});
    ASSERT_TRUE(read);
    EXPECT_EQ(read->size(), 1U);
    EXPECT_FALSE(jws::parse_key_set(Json::array()));
    EXPECT_FALSE(jws::parse_key_set({{"keys", 1}}));
}
