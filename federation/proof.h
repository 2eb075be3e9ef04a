#pragma once

#include "base/crypto.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <string>
#include <string_view>

namespace federation {

/// An object proof (FEP-8b32) that is well-formed; what is open is `verify_proof`.
struct Proof {
    std::string verification_method; ///< The id of the key that is said to have made it.
    std::string value;               ///< The 64 bytes of the signature.
    std::string signed_bytes;        ///< SHA-256 of the options, SHA-256 of the document.
    std::string canonical_options{}; ///< What was hashed; for tests and logs.
    std::string canonical_document{};
};

/// Reads `proof` of a document: exactly one, of the suite eddsa-jcs-2022 and for assertionMethod;
/// if it has a `@context`, the document's begins with the same. `proof` and `signature` are no
/// part of what is signed. Pure.
///
/// Errors: NotFound (no proof); Invalid (one that we cannot use). Both mean: not proven, and the
/// HTTP signature decides alone.
/// Source: FEP-8b32, https://www.w3.org/TR/vc-di-eddsa/
Result<Proof> parse_proof(const Json& document);

/// Whether the key made the proof and may speak for `author`, the id of the actor that the
/// document names (`actor` of an activity, `attributedTo` of an object). `key_id` and `key` come
/// from that actor's own document (federation::find_key). Pure.
///
/// Errors: Unauthorized (another key; an RSA key; a method on another origin than the author).
Result<Done> verify_proof(const Proof& proof,
                          std::string_view author,
                          std::string_view key_id,
                          const crypto::PublicKey& key);

/// Adds a proof to a document that has none. Only for public documents: a proof lets anybody show
/// third parties who wrote it. Pure.
///
/// Errors: Invalid (no Ed25519 key; a document that JCS refuses or that has a proof).
Result<Json> add_proof(Json document,
                       const crypto::PrivateKey& key,
                       std::string_view key_id,
                       Time now);

} // namespace federation
