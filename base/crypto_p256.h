#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The curve P-256 and AES-GCM, as Web Push needs them (RFC 8291, RFC 8292). Bytes travel as
/// std::string; keys are short and live for one message, so they are bytes too.
namespace crypto {

struct P256Key {
    std::string secret{}; ///< 32 bytes, big-endian.
    std::string point{};  ///< 65 bytes: 0x04, x, y.
};

P256Key generate_p256();
/// Nothing when it is no key: not 32 bytes, or not in [1, n).
std::optional<P256Key> p256_from_secret(std::string_view secret);
/// 65 bytes, uncompressed, on the curve.
bool is_p256_point(std::string_view point);
/// The x coordinate that both sides get; nothing when the point is none.
std::optional<std::string> p256_agree(const P256Key& own, std::string_view point);

/// ES256 (RFC 7518 section 3.4): r and s, 64 bytes. Of a key from this file.
std::string sign_es256(const P256Key& key, std::string_view message);
bool verify_es256(std::string_view point, std::string_view message, std::string_view signature);

/// The ciphertext with the 16-byte tag behind it. `key` has 16 bytes, `nonce` 12.
std::string encrypt_aes128_gcm(std::string_view key,
                               std::string_view nonce,
                               std::string_view plaintext);
/// Nothing when the tag does not fit.
std::optional<std::string> decrypt_aes128_gcm(std::string_view key,
                                              std::string_view nonce,
                                              std::string_view ciphertext);

} // namespace crypto
