#pragma once

#include "base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// OpenSSL's only home. Bytes travel as std::string.
namespace crypto {

std::string random_bytes(std::size_t count);
/// 32 random bytes as base64url without padding: tokens, codes, secrets.
std::string random_token();

std::string sha256(std::string_view bytes);
std::string sha512(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
/// Only for one-time codes (RFC 6238): what authenticator apps speak.
std::string hmac_sha1(std::string_view key, std::string_view bytes);

std::string hex(std::string_view bytes);
std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes); ///< Without padding.
/// Strict: alphabet, length and padding must be right (padding optional for url).
std::optional<std::string> base64_decode(std::string_view text);
std::optional<std::string> base64url_decode(std::string_view text);
std::string base32(std::string_view bytes); ///< RFC 4648, without padding.
std::string base58(std::string_view bytes); ///< The Bitcoin alphabet, as multibase "z" uses it.
std::optional<std::string> base58_decode(std::string_view text);

bool equal_constant_time(std::string_view a, std::string_view b);

enum class KeyType { Rsa, Ed25519 };

/// A public key; cheap to copy. Safe from any thread.
class PublicKey {
  public:
    /// SPKI or PKCS#1 PEM; only RSA of 2048 to 8192 bits with an odd exponent >= 3, and Ed25519.
    /// Private keys, certificates, other curves and trailing data are Invalid.
    static Result<PublicKey> from_pem(std::string_view pem);
    /// The same checks but RSA from 1024 bits: for published test vectors only.
    static Result<PublicKey> from_pem_for_vectors(std::string_view pem);
    static Result<PublicKey> from_ed25519(std::string_view raw32);
    static Result<PublicKey> from_rsa_pkcs1_der(std::string_view der);

    KeyType type() const;
    std::string pem() const;           ///< SPKI.
    std::string ed25519_raw() const;   ///< 32 bytes; only of an Ed25519 key.
    std::string rsa_pkcs1_der() const; ///< Only of an RSA key.

    /// RSA: PKCS#1 v1.5 with SHA-256. Ed25519: pure. False for anything that does not fit.
    bool verify(std::string_view message, std::string_view signature) const;

    struct Impl;
    explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  private:
    std::shared_ptr<const Impl> impl_; ///< Shared because OpenSSL's key is immutable and counted.
};

/// A private key; cheap to copy. Safe from any thread.
class PrivateKey {
  public:
    static PrivateKey generate_rsa(); ///< 2048 bits.
    static PrivateKey generate_ed25519();
    static Result<PrivateKey> from_pem(std::string_view pem);
    static Result<PrivateKey> from_ed25519_seed(std::string_view raw32);

    KeyType type() const;
    std::string pem() const; ///< PKCS#8.
    PublicKey public_key() const;
    /// RSA: PKCS#1 v1.5 with SHA-256. Ed25519: pure.
    std::string sign(std::string_view message) const;

    struct Impl;
    explicit PrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  private:
    std::shared_ptr<const Impl> impl_;
};

} // namespace crypto
