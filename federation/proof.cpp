#include "federation/proof.h"

#include "base/json_reader.h"
#include "base/uri.h"
#include "federation/jcs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace federation {

namespace {

constexpr std::string_view suite = "eddsa-jcs-2022";
constexpr std::string_view purpose = "assertionMethod";
constexpr std::size_t signature_bytes = 64;
constexpr std::size_t whole_seconds = std::string_view("2026-03-02T09:59:50").size();

Error refused(Error::Kind kind, std::string_view why) {
    return {.kind = kind, .detail = fmt::format("proof: {}", why)};
}

Error invalid(std::string_view why) {
    return refused(Error::Kind::Invalid, why);
}

/// FEP-8b32: all contexts of the proof stand at the beginning of the document's, in order, so that
/// both are read with the same terms.
bool begins_with(const Json& document_context, const Json& proof_context) {
    if (!proof_context.is_array()) {
        return document_context == proof_context ||
               (document_context.is_array() && !document_context.empty() &&
                document_context.front() == proof_context);
    }
    if (!document_context.is_array()) {
        return proof_context.size() == 1 && proof_context.front() == document_context;
    }
    return proof_context.size() <= document_context.size() &&
           std::equal(proof_context.begin(), proof_context.end(), document_context.begin());
}

/// Fills in what is hashed, and the bytes that are signed.
Result<Done> canonicalize_both(const Json& options, const Json& document, Proof& proof) {
    auto canonical_options = canonicalize(options);
    if (!canonical_options) return canonical_options.error();
    auto canonical_document = canonicalize(document);
    if (!canonical_document) return canonical_document.error();
    proof.canonical_options = std::move(*canonical_options);
    proof.canonical_document = std::move(*canonical_document);
    proof.signed_bytes =
        crypto::sha256(proof.canonical_options) + crypto::sha256(proof.canonical_document);
    return Done{};
}

/// The decoded `proofValue` of options that we can use.
Result<std::string> read_value(const Json& options) {
    JsonReader json(options);
    if (json.text("type") != "DataIntegrityProof") return invalid("type");
    if (json.text("cryptosuite") != suite) return invalid("cryptosuite");
    if (json.text("proofPurpose") != purpose) return invalid("proofPurpose");
    const std::string value = json.text("proofValue");
    if (!value.starts_with('z')) return invalid("proofValue is not base58");
    auto bytes = crypto::base58_decode(value.substr(1));
    if (!bytes || bytes->size() != signature_bytes) return invalid("proofValue");
    return std::move(*bytes);
}

} // namespace

Result<Proof> parse_proof(const Json& document) {
    if (!document.is_object()) return invalid("no object");
    const auto found = document.find("proof");
    if (found == document.end()) return refused(Error::Kind::NotFound, "none");
    if (!found->is_object()) return invalid("not exactly one");
    auto value = read_value(*found);
    if (!value) return value.error();

    Json options = *found;
    options.erase("proofValue");
    if (const auto context = options.find("@context"); context != options.end()) {
        const auto whole = document.find("@context");
        if (whole == document.end() || !begins_with(*whole, *context)) return invalid("@context");
    }
    const auto method = options.find("verificationMethod");
    if (method == options.end() || !method->is_string()) return invalid("verificationMethod");

    Json secured = document;
    secured.erase("proof");
    secured.erase("signature"); // of the old linked-data kind, added after or before
    Proof proof{.verification_method = *method, .value = std::move(*value), .signed_bytes = {}};
    if (const auto done = canonicalize_both(options, secured, proof); !done) return done.error();
    return proof;
}

Result<Done> verify_proof(const Proof& proof,
                          std::string_view author,
                          std::string_view key_id,
                          const crypto::PublicKey& key) {
    const auto wrong = [](std::string_view why) { return refused(Error::Kind::Unauthorized, why); };
    if (!same_origin(proof.verification_method, author)) return wrong("key on another origin");
    if (canonical_id(proof.verification_method) != canonical_id(key_id)) return wrong("other key");
    if (key.type() != crypto::KeyType::Ed25519) return wrong("not an Ed25519 key");
    if (!key.verify(proof.signed_bytes, proof.value)) return wrong("made by another key");
    return Done{};
}

Result<Json> add_proof(Json document,
                       const crypto::PrivateKey& key,
                       std::string_view key_id,
                       Time now) {
    if (key.type() != crypto::KeyType::Ed25519) return invalid("needs an Ed25519 key");
    if (!document.is_object() || document.contains("proof")) return invalid("document");
    Json options = {
        {"type", "DataIntegrityProof"},
        {"cryptosuite", suite},
        {"verificationMethod", key_id},
        {"proofPurpose", purpose},
        {"created", format_iso8601(now).substr(0, whole_seconds) + 'Z'},
    };
    if (const auto context = document.find("@context"); context != document.end()) {
        options["@context"] = *context;
    }
    Json secured = document;
    secured.erase("signature");
    Proof proof{.verification_method = std::string(key_id), .value = {}, .signed_bytes = {}};
    if (const auto done = canonicalize_both(options, secured, proof); !done) return done.error();
    options["proofValue"] = 'z' + crypto::base58(key.sign(proof.signed_bytes));
    document["proof"] = std::move(options);
    return document;
}

} // namespace federation
