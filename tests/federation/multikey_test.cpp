#include "federation/keys.h"
#include "federation/multikey.h"
#include "tests/federation/vectors.h"

#include <gtest/gtest.h>

namespace federation {
namespace {

TEST(MultikeyVectors, AreReadAndWritten) {
    const Json file = vectors::load("multikey.json");
    ASSERT_EQ(file["keys"].size(), 4U);
    for (const auto& c : file["keys"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto text = c["publicKeyMultibase"].get<std::string>();
        const auto key = decode_multikey(text);
        ASSERT_TRUE(key);
        EXPECT_EQ(encode_multikey(*key), text);
        const bool rsa = c["key_type"] == "rsa";
        ASSERT_EQ(key->type() == crypto::KeyType::Rsa, rsa);
        if (c.contains("raw_public_hex")) {
            EXPECT_EQ(crypto::hex(key->ed25519_raw()), c["raw_public_hex"].get<std::string>());
        }
        if (c.contains("pkcs1_der_hex")) {
            EXPECT_EQ(crypto::hex(key->rsa_pkcs1_der()), c["pkcs1_der_hex"].get<std::string>());
        }
        EXPECT_EQ(key->pem(), c.value("spki_pem", key->pem()));
    }
}

TEST(MultikeyVectors, ToRefuseAreRefused) {
    const Json file = vectors::load("multikey.json");
    ASSERT_EQ(file["must_refuse"].size(), 5U);
    for (const auto& c : file["must_refuse"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        if (c.contains("publicKeyMultibase")) {
            EXPECT_FALSE(decode_multikey(c["publicKeyMultibase"].get<std::string>()));
            continue;
        }
        const auto& object = c["object"];
        ActorKey key{.id = object["id"],
                     .owner = object["controller"],
                     .multikey = object["publicKeyMultibase"]};
        const std::string owner = "https://evil.test/u/m";
        EXPECT_FALSE(find_key(std::array{key}, owner, key.id));
        key.owner = owner;
        EXPECT_TRUE(find_key(std::array{key}, owner, key.id)) << "only the controller was wrong";
    }
}

} // namespace
} // namespace federation
