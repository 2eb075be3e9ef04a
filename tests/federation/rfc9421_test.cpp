#include "federation/signature.h"
#include "tests/federation/vectors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace federation {
namespace {

constexpr const char* fediverse = "http-message-signatures-rfc9421-fediverse.json";

/// The base over the components of the first label, whether or not we would accept them.
Result<std::string> base_of(const http::Request& request,
                            const std::string& authority,
                            std::string_view signature_input) {
    const auto inputs = structured::parse_dictionary(signature_input);
    if (!inputs) return inputs.error();
    return signature_base(
        vectors::message(request, authority), inputs->front().items, inputs->front().parameters);
}

/// The first "name": value line of a signature base.
std::string line_of(const std::string& base, const std::string& name) {
    const auto start = base.find('"' + name + "\": ") + name.size() + 4;
    return base.substr(start, base.find('\n', start) - start);
}

TEST(Rfc9421Vectors, OfTheAppendixHaveTheirBases) {
    const Json file = vectors::load("http-message-signatures-rfc9421-appendix-b.json");
    ASSERT_EQ(file["cases"].size(), 13U);
    std::size_t bases = 0;
    for (const auto& c : file["cases"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto expected = c["signature_base"].get<std::string>();
        auto request = vectors::request(c.contains("request") ? c["request"] : file["request"]);
        std::string authority(request.headers.get("host"));
        if (c["id"] == "rfc9421-b3-ttrp") {
            authority = "service.internal.example";
            request.headers.add("Client-Cert", line_of(expected, "client-cert"));
        }
        const auto base = base_of(request, authority, c["signature_input"].get<std::string>());
        if (c.value("message", "request") == "response") {
            EXPECT_FALSE(base) << "@status is for responses, which nobody signs for us";
            continue;
        }
        ASSERT_TRUE(base) << base.error().detail;
        EXPECT_EQ(*base, expected);
        ++bases;
    }
    EXPECT_EQ(bases, 12U);
}

TEST(Rfc9421Vectors, OfTheAppendixVerifyOnlyWithAlgorithmsThatWeTake) {
    const Json file = vectors::load("http-message-signatures-rfc9421-appendix-b.json");
    for (const auto& c : file["cases"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto base = c["signature_base"].get<std::string>();
        const auto value = *crypto::base64_decode(c["signature_base64"].get<std::string>());
        if (c["alg"] == "hmac-sha256") {
            const auto secret =
                file["keys"]["test-shared-secret"]["secret_base64"].get<std::string>();
            EXPECT_EQ(crypto::hmac_sha256(*crypto::base64_decode(secret), base), value);
            continue;
        }
        const auto pem = file["keys"][c["key"].get<std::string>()]["public_pem"].get<std::string>();
        const auto key = crypto::PublicKey::from_pem(pem);
        ASSERT_EQ(static_cast<bool>(key), c["alg"] != "ecdsa-p256-sha256");
        if (!key) continue;
        const bool expected = c["alg"] == "ed25519" && c["expected"] == "accept";
        EXPECT_EQ(key->verify(base, value), expected);
    }
}

TEST(Rfc9421Vectors, OfTheAppendixAreNotEnoughForAnInbox) {
    const Json file = vectors::load("http-message-signatures-rfc9421-appendix-b.json");
    for (const auto& c : file["cases"]) {
        if (!c.contains("signature")) continue;
        SCOPED_TRACE(c["id"].get<std::string>());
        auto request = vectors::request(c.contains("request") ? c["request"] : file["request"]);
        request.headers.add("Signature-Input", c["signature_input"]);
        request.headers.add("Signature", c["signature"]);
        const Receiver receiver{.origin = "https://" + std::string(request.headers.get("host"))};
        const Time now(std::chrono::seconds(1618884473));
        EXPECT_FALSE(parse_signatures(request, receiver, now)) << "key ids are no URIs";
    }
}

TEST(Rfc9421Vectors, OfTheFediverseGetTheirVerdicts) {
    const Json file = vectors::load(fediverse);
    const auto keys = vectors::keys(file);
    ASSERT_EQ(file["cases"].size(), 36U);
    for (const auto& c : file["cases"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto request = vectors::request(c["request"]);
        const auto receiver = vectors::receiver(c["request"]);
        const auto owner = vectors::signer_of(request, receiver, vectors::at(file["now"]), keys);
        const bool accepted = owner && vectors::speaks_for_itself(request, *owner);
        // What may be either way is taken here: Ed25519, SHA-512 alone, a second label.
        EXPECT_EQ(accepted, c["expected"] != "reject");
    }
}

TEST(Rfc9421Vectors, OfTheFediverseHaveTheirBasesAndArithmetic) {
    const Json file = vectors::load(fediverse);
    std::size_t bases = 0;
    for (const auto& c : file["cases"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto request = vectors::request(c["request"]);
        const auto base = base_of(request,
                                  c["request"]["received_by"].get<std::string>(),
                                  request.headers.get("signature-input"));
        // Where a request was changed under way the file gives no base, and ours must not verify.
        const bool given = c["signature_base"].is_string();
        if (!given && !base) continue;
        const auto expected = given ? c["signature_base"].get<std::string>() : *base;
        if (base) {
            EXPECT_EQ(*base, expected);
            ++bases;
        }
        const auto signer = vectors::signer(file, c["key"]);
        const bool valid = c["crypto_valid"].get<bool>();
        // The mixed case carries its good signature in the file only; the request has another.
        if (c["id"] == "msg-no-mixed") continue;
        const auto value = crypto::base64_decode(c["signature_base64"].get<std::string>());
        ASSERT_TRUE(value);
        EXPECT_EQ(signer.key.public_key().verify(expected, *value), valid);
        EXPECT_EQ(signer.key.sign(expected) == *value, valid); // both algorithms are deterministic
    }
    EXPECT_EQ(bases, 33U);
}

TEST(Rfc9421Signing, IsAcceptedByOurOwnReader) {
    const Json file = vectors::load(fediverse);
    const auto keys = vectors::keys(file);
    const Time now = vectors::at(file["now"]);
    const Receiver receiver{.origin = "https://district-b.example"};
    for (const char* name : {"alice-rsa", "dana-ed25519"}) {
        for (const char* method : {"GET", "POST"}) {
            SCOPED_TRACE(fmt::format("{} {}", name, method));
            const auto signer = vectors::signer(file, name);
            http::Outgoing out{.method = method,
                               .url = "https://district-b.example/x?a=b",
                               .headers = {{"Accept", "application/activity+json"}},
                               .body = std::string(method) == "POST" ? "{}" : ""};
            ASSERT_TRUE(sign_cavage(out, signer, now));
            ASSERT_TRUE(sign_rfc9421(out, signer, now, {.also = {"accept"}}));
            EXPECT_EQ(out.headers.count("digest") + out.headers.count("date"), 0U);

            http::Request in{
                .method = out.method, .target = "/x?a=b", .headers = out.headers, .body = out.body};
            in.headers.add("Host", "district-b.example");
            const auto parsed = parse_signatures(in, receiver, now);
            ASSERT_TRUE(parsed) << parsed.error().detail;
            ASSERT_EQ(parsed->size(), 1U);
            EXPECT_EQ(parsed->front().label, "sig1");
            EXPECT_TRUE(parsed->front().covers("accept"));
            EXPECT_TRUE(verify(parsed->front(), keys.at(signer.key_id).key));
            EXPECT_FALSE(parse_signatures(in, receiver, now + std::chrono::seconds(301)));
        }
    }
}

TEST(Rfc9421Challenges, AreMadeAndAnswered) {
    const Json file = vectors::load(fediverse);
    const auto signer = vectors::signer(file, "alice-rsa");
    const Time now = vectors::at(file["now"]);
    const auto challenge = read_challenge(make_challenge("bm9uY2U"), signer);
    ASSERT_TRUE(challenge);
    http::Outgoing out{.method = "POST", .url = "https://district-b.example/inbox", .body = "{}"};
    ASSERT_TRUE(sign_rfc9421(out, signer, now, {.challenge = challenge}));
    http::Request in{.method = "POST", .target = "/inbox", .headers = out.headers, .body = "{}"};
    in.headers.add("Host", "district-b.example");
    const auto parsed = parse_signatures(in, {.origin = "https://district-b.example"}, now);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->front().nonce, "bm9uY2U");
}

TEST(Rfc9421Challenges, OfTheVectorsAreAnsweredWithAtLeastOurMinimum) {
    const Json file = vectors::load(fediverse);
    const auto signer = vectors::signer(file, "alice-rsa");
    const Time now = vectors::at(file["now"]);
    ASSERT_EQ(file["accept_signature"].size(), 4U);
    for (const auto& c : file["accept_signature"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto line = c["header"].get<std::string>();
        const auto challenge = read_challenge(line.substr(line.find(": ") + 2), signer);
        ASSERT_EQ(challenge.has_value(), c["id"] != "challenge-alg-mismatch");
        if (!challenge) continue;
        http::Outgoing out{
            .method = "POST", .url = "https://district-b.example/inbox", .body = "{}"};
        ASSERT_TRUE(sign_rfc9421(out, signer, now, {.challenge = challenge}));
        http::Request in{
            .method = "POST", .target = "/inbox", .headers = out.headers, .body = "{}"};
        in.headers.add("Host", "district-b.example");
        const auto parsed = parse_signatures(in, {.origin = "https://district-b.example"}, now);
        ASSERT_TRUE(parsed) << parsed.error().detail;
        EXPECT_TRUE(verify(parsed->front(), signer.key.public_key()));
        EXPECT_EQ(parsed->front().nonce, c["id"] == "challenge-nonce" ? "4fQm0rXGk8v9" : "");
    }
    EXPECT_FALSE(read_challenge("sig1=(\"@status\";req)", signer));
    EXPECT_FALSE(read_challenge("sig1=(\"@method\");keyid=\"other\"", signer));
    EXPECT_FALSE(read_challenge("sig1=(", signer));
    EXPECT_FALSE(read_challenge("", signer));
}

} // namespace
} // namespace federation
