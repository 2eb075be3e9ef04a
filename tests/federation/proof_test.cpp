#include "federation/multikey.h"
#include "federation/proof.h"
#include "tests/federation/vectors.h"

#include <gtest/gtest.h>

namespace federation {
namespace {

constexpr const char* file_name = "object-proofs-eddsa-jcs-2022.json";

std::string author_of(const Json& document) {
    for (const char* name : {"actor", "attributedTo"}) {
        if (document.contains(name)) return document.at(name);
    }
    return {};
}

/// The verdict for a document whose author lists exactly the key that the vector names, under the
/// id that the proof names.
bool accepted(const Json& document, const crypto::PublicKey& key) {
    const auto proof = parse_proof(document);
    return proof && verify_proof(*proof, author_of(document), proof->verification_method, key);
}

TEST(ProofVectors, GetTheirVerdicts) {
    const Json file = vectors::load(file_name);
    ASSERT_EQ(file["cases"].size(), 16U);
    for (const auto& c : file["cases"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto key = decode_multikey(c["publicKeyMultibase"].get<std::string>());
        ASSERT_TRUE(key);
        const Json& document = c["signed_document"];
        const auto proof = parse_proof(document);
        if (c.contains("canonical_proof_config")) {
            ASSERT_TRUE(proof);
            EXPECT_EQ(proof->canonical_options, c["canonical_proof_config"].get<std::string>());
            EXPECT_EQ(proof->canonical_document, c["canonical_document"].get<std::string>());
            EXPECT_EQ(crypto::hex(proof->signed_bytes),
                      c["proof_config_sha256"].get<std::string>() +
                          c["document_sha256"].get<std::string>());
        }
        if (c.value("crypto_valid", c["expected"] == "accept")) {
            ASSERT_TRUE(proof);
            EXPECT_TRUE(key->verify(proof->signed_bytes, proof->value));
        }
        // The W3C's credential names its issuer by a DID: right in arithmetic, no key of an actor.
        const bool expected = c["expected"] == "accept" && c["id"] != "proof-w3c-vc-di-eddsa";
        EXPECT_EQ(accepted(document, *key), expected);
    }
}

TEST(ProofVectors, AreMadeAgainByteForByte) {
    const Json file = vectors::load(file_name);
    const auto dana = crypto::PrivateKey::from_pem(file["secret_key_dana_pem"].get<std::string>());
    ASSERT_TRUE(dana);
    for (const auto& c : file["cases"]) {
        if (c["id"] != "proof-own-note" && c["id"] != "proof-own-create") continue;
        SCOPED_TRACE(c["id"].get<std::string>());
        Json document = c["signed_document"];
        const Json proof = document["proof"];
        document.erase("proof");
        const auto made = add_proof(document,
                                    *dana,
                                    proof["verificationMethod"].get<std::string>(),
                                    *parse_iso8601(proof["created"].get<std::string>()));
        ASSERT_TRUE(made);
        const auto read = parse_proof(*made);
        ASSERT_TRUE(read);
        EXPECT_TRUE(accepted(*made, dana->public_key()));
        EXPECT_EQ((*made)["proof"], proof);
    }
}

TEST(Proof, IsNotMadeWithAnRsaKeyOrTwice) {
    const auto rsa = crypto::PrivateKey::generate_rsa();
    const auto ed25519 = crypto::PrivateKey::generate_ed25519();
    const Json document = {{"actor", "https://a.example/u"}, {"type", "Create"}};
    const std::string key_id = "https://a.example/u#k";
    EXPECT_FALSE(add_proof(document, rsa, key_id, Time{}));
    const auto made = add_proof(document, ed25519, key_id, Time{});
    ASSERT_TRUE(made);
    EXPECT_TRUE(accepted(*made, ed25519.public_key()));
    EXPECT_FALSE(accepted(*made, rsa.public_key()));
    EXPECT_FALSE(add_proof(*made, ed25519, key_id, Time{}));
}

TEST(Proof, IsReadOnlyWhenThereIsExactlyOne) {
    const auto key = crypto::PrivateKey::generate_ed25519();
    Json document = {{"actor", "https://a.example/u"}, {"type", "Create"}};
    EXPECT_EQ(parse_proof(document).error().kind, Error::Kind::NotFound);
    document = *add_proof(document, key, "https://a.example/u#k", Time{});
    document["proof"] = Json::array({document["proof"], document["proof"]});
    EXPECT_EQ(parse_proof(document).error().kind, Error::Kind::Invalid);
}

TEST(Proof, ContextOfOneStringIsTheBeginningOfAList) {
    const auto key = crypto::PrivateKey::generate_ed25519();
    const std::string as2 = "https://www.w3.org/ns/activitystreams";
    const Json plain = {{"@context", as2}, {"actor", "https://a.example/u"}};
    const Json made = *add_proof(plain, key, "https://a.example/u#k", Time{});
    const struct {
        const char* name;
        Json document_context, proof_context;
        bool expected;
    } cases[] = {
        {"same text", as2, as2, true},
        {"text and list of it", as2, Json::array({as2}), true},
        {"list that begins with it", Json::array({as2, "x"}), as2, true},
        {"list that ends with it", Json::array({"x", as2}), as2, false},
        {"longer than the document's", Json::array({as2}), Json::array({as2, "x"}), false},
        {"empty document list", Json::array(), as2, false},
        {"null", Json(), as2, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Json document = made;
        document["@context"] = c.document_context;
        document["proof"]["@context"] = c.proof_context;
        EXPECT_EQ(static_cast<bool>(parse_proof(document)), c.expected);
    }
}

TEST(Proof, A24_OfARearrangedDocumentIsWorthless) {
    const auto key = crypto::PrivateKey::generate_ed25519();
    const std::string actor = "https://a.example/u";
    const Json undo = {{"@context", "https://www.w3.org/ns/activitystreams"},
                       {"type", "Undo"},
                       {"actor", actor},
                       {"object", {{"type", "Announce"}, {"actor", actor}}}};
    const Json honest = *add_proof(undo, key, actor + "#k", Time{});
    EXPECT_TRUE(accepted(honest, key.public_key()));

    Json inner = honest["object"];
    inner["proof"] = honest["proof"];
    EXPECT_FALSE(accepted(inner, key.public_key()));
    for (const char* keyword : {"@graph", "@included", "@reverse", "@nest"}) {
        SCOPED_TRACE(keyword);
        Json moved = inner;
        moved["@context"] = honest["@context"];
        moved[keyword] = undo;
        EXPECT_FALSE(accepted(moved, key.public_key()));
    }
    // A linked-data signature alone proves nothing, however well it is made.
    Json old = undo;
    old["signature"] = {{"type", "RsaSignature2017"}, {"creator", actor + "#main-key"}};
    EXPECT_EQ(parse_proof(old).error().kind, Error::Kind::NotFound);
}

TEST(Proof, A25_OfAnotherActorOriginContextOrPurposeIsWorthless) {
    const auto key = crypto::PrivateKey::generate_ed25519();
    const std::string actor = "https://a.example/u";
    const std::string key_id = actor + "#k";
    const Json document = {
        {"@context", Json::array({"https://www.w3.org/ns/activitystreams", "x"})},
        {"type", "Create"},
        {"actor", actor}};
    const Json honest = *add_proof(document, key, key_id, Time{});
    const auto proof = parse_proof(honest);
    ASSERT_TRUE(proof);
    EXPECT_TRUE(verify_proof(*proof, actor, key_id, key.public_key()));

    const auto other = crypto::PrivateKey::generate_ed25519().public_key();
    EXPECT_FALSE(verify_proof(*proof, actor, key_id, other));
    EXPECT_FALSE(verify_proof(*proof, actor, actor + "#other", key.public_key()));
    EXPECT_FALSE(verify_proof(*proof, "https://b.example/u", key_id, key.public_key()));
    EXPECT_FALSE(verify_proof(*proof, "", key_id, key.public_key()));

    const struct {
        const char* name;
        const char* member;
        Json value;
    } cases[] = {
        {"another context", "@context", Json::array({"x"})},
        {"another purpose", "proofPurpose", "authentication"},
        {"another suite", "cryptosuite", "eddsa-rdfc-2022"},
        {"another type", "type", "Ed25519Signature2020"},
        {"another method", "verificationMethod", "https://b.example/u#k"},
        {"no method", "verificationMethod", nullptr},
        {"a later date", "created", "2030-01-01T00:00:00Z"},
        {"a member that was not signed", "domain", "b.example"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Json changed = honest;
        changed["proof"][c.member] = c.value;
        EXPECT_FALSE(accepted(changed, key.public_key()));
    }
}

TEST(Proof, A26_OfADocumentWithDuplicateKeysIsNeverRead) {
    const auto key = crypto::PrivateKey::generate_ed25519();
    const std::string actor = "https://a.example/u";
    const Json honest = *add_proof({{"actor", actor}, {"type", "Like"}}, key, actor + "#k", Time{});
    std::string text = dump_json(honest);
    const auto twin = parse_json(text);
    ASSERT_TRUE(twin);
    EXPECT_TRUE(accepted(*twin, key.public_key()));
    text.insert(1, R"("actor":"https://a.example/mallory",)");
    EXPECT_FALSE(parse_json(text));
}

} // namespace
} // namespace federation
