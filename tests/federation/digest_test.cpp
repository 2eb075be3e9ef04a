#include "federation/digest.h"
#include "tests/federation/vectors.h"

#include <gtest/gtest.h>

namespace federation {
namespace {

std::string body_of(const Json& entry) {
    if (entry.at("body_base64").is_null()) return std::string(65536, '\0'); // as body_note says
    return *crypto::base64_decode(entry.at("body_base64").get<std::string>());
}

TEST(DigestVectors, OfBodiesAreMadeAndMatch) {
    const Json file = vectors::load("content-digests.json");
    ASSERT_EQ(file["bodies"].size(), 6U);
    for (const auto& c : file["bodies"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const std::string body = body_of(c);
        ASSERT_EQ(body.size(), c["length"].get<std::size_t>());
        EXPECT_EQ(crypto::hex(crypto::sha256(body)), c["sha256_hex"].get<std::string>());
        EXPECT_EQ(make_digest(body), c["digest_rfc3230"].get<std::string>());
        EXPECT_EQ(make_content_digest(body), c["content_digest_sha256"].get<std::string>());
        EXPECT_TRUE(check_digest(c["digest_rfc3230"].get<std::string>(), body));
        EXPECT_TRUE(check_content_digest(c["content_digest_sha256"].get<std::string>(), body));
        EXPECT_TRUE(check_content_digest(c["content_digest_sha512"].get<std::string>(), body));
        EXPECT_FALSE(check_digest(c["digest_rfc3230"].get<std::string>(), body + "x"));
        EXPECT_FALSE(
            check_content_digest(c["content_digest_sha512"].get<std::string>(), body + "x"));
    }
}

TEST(DigestVectors, OfHeaderFormsGetTheirVerdicts) {
    const Json file = vectors::load("content-digests.json");
    ASSERT_EQ(file["header_forms"].size(), 7U);
    for (const auto& c : file["header_forms"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        std::string body;
        for (const auto& entry : file["bodies"]) {
            if (c.contains("body") && entry["id"] == c["body"]) body = body_of(entry);
        }
        const auto line = c["header"].get<std::string>();
        const auto value = line.substr(line.find(": ") + 2);
        const bool accepted = line.starts_with("Digest:")
                                  ? static_cast<bool>(check_digest(value, body))
                                  : static_cast<bool>(check_content_digest(value, body));
        EXPECT_EQ(accepted, c["expected"] == "accept");
    }
}

TEST(Digest, TakesNothingForGranted) {
    const std::string good = make_digest("x");
    EXPECT_TRUE(check_digest(good, "x"));
    EXPECT_TRUE(check_digest("MD5=abc, " + good, "x"));
    const std::vector<std::string> wrong = {"",
                                            "," + good,
                                            good + ",,",
                                            good + "=",
                                            good + "x",
                                            "=" + good,
                                            good + "," + make_digest("y"),
                                            "SHA-256=",
                                            "SHA-512=" + good.substr(8)};
    for (const auto& header : wrong)
        EXPECT_FALSE(check_digest(header, "x")) << header;
}

TEST(ContentDigest, TakesNothingForGranted) {
    const std::string good = make_content_digest("x");
    EXPECT_TRUE(check_content_digest(good, "x"));
    const std::vector<std::string> wrong = {"",
                                            "sha-256=(" + good.substr(8) + ")",
                                            "sha-256",
                                            good + ", " + good,
                                            "sha-256=:AAAA:",
                                            "md5=:AAAA:",
                                            good + ","};
    for (const auto& header : wrong)
        EXPECT_FALSE(check_content_digest(header, "x")) << header;
}

} // namespace
} // namespace federation
