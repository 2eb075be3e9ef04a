#pragma once

#include "base/crypto.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace federation {

/// A public key as "z..." text: base58 over a multicodec prefix (Ed25519: ed 01, RSA: 85 24) and
/// the key (32 bytes, PKCS#1 DER).
///
/// Source: FEP-521a, https://w3id.org/security/multikey/v1
std::string encode_multikey(const crypto::PublicKey& key);

/// Errors: Invalid (another base, alphabet, key type, length or strength).
Result<crypto::PublicKey> decode_multikey(std::string_view text);

} // namespace federation
