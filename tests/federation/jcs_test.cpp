#include "federation/jcs.h"
#include "tests/federation/vectors.h"

#include <gtest/gtest.h>

#include <bit>

namespace federation {
namespace {

TEST(JcsVectors, OfObjectsGiveTheExactBytes) {
    const Json file = vectors::load("jcs-rfc8785.json");
    ASSERT_EQ(file["objects"].size(), 11U);
    for (const auto& c : file["objects"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto text = canonicalize(Json::parse(c["input"].get<std::string>()));
        ASSERT_TRUE(text);
        EXPECT_EQ(crypto::hex(*text), c["canonical_utf8_hex"].get<std::string>());
        EXPECT_EQ(crypto::hex(crypto::sha256(*text)), c["sha256"].get<std::string>());
    }
}

TEST(JcsVectors, OfNumbersGiveTheExactText) {
    const Json file = vectors::load("jcs-rfc8785.json");
    ASSERT_EQ(file["numbers"].size(), 28U);
    for (const auto& c : file["numbers"]) {
        const auto hex = c["ieee754"].get<std::string>();
        SCOPED_TRACE(hex);
        const auto number = std::bit_cast<double>(std::uint64_t{std::stoull(hex, nullptr, 16)});
        if (c["text"].is_null()) {
            EXPECT_FALSE(canonicalize(Json(number)));
        } else {
            EXPECT_EQ(format_ecmascript(number), c["text"].get<std::string>());
        }
    }
}

TEST(JcsVectors, ToRefuseAreRefused) {
    const Json file = vectors::load("jcs-rfc8785.json");
    ASSERT_EQ(file["must_refuse"].size(), 4U);
    for (const auto& c : file["must_refuse"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto json = parse_json(c["input"].get<std::string>());
        EXPECT_FALSE(json && canonicalize(*json));
    }
}

TEST(Jcs, RefusesNumbersThatOtherReadersRound) {
    EXPECT_EQ(*canonicalize(Json(9007199254740992)), "9007199254740992");
    EXPECT_EQ(*canonicalize(Json(-9007199254740992)), "-9007199254740992");
    EXPECT_FALSE(canonicalize(Json(9007199254740993)));
    EXPECT_FALSE(canonicalize(Json(-9007199254740993)));
    EXPECT_FALSE(canonicalize(Json(18446744073709551615U)));
    EXPECT_FALSE(canonicalize(*parse_json("100000000000000000001")));
    EXPECT_FALSE(canonicalize(Json("\xff")));
}

} // namespace
} // namespace federation
