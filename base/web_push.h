#pragma once

#include "base/crypto_p256.h"
#include "base/result.h"
#include "base/time.h"

#include <string>
#include <string_view>

/// Messages that a push service carries and cannot read. Pure: no clock, no randomness, no network.
namespace web_push {

/// What a browser or app gave with its subscription.
struct Receiver {
    std::string point{}; ///< p256dh: 65 bytes.
    std::string auth{};  ///< 16 bytes.
};
/// From base64url, as clients send it (with or without padding; some send base64).
/// Errors: Invalid for what is no point on the curve or no 16 bytes.
Result<Receiver> parse_receiver(std::string_view p256dh, std::string_view auth);

/// Made anew for each message.
struct Fresh {
    crypto::P256Key key{};
    std::string salt{}; ///< 16 bytes.
};

/// One record of 4096 bytes: RFC 8291 section 4.
constexpr std::size_t max_plaintext_bytes = 3'993;

/// The body of a message with `Content-Encoding: aes128gcm` (RFC 8188, RFC 8291).
/// Errors: TooLarge; Invalid (the receiver's point).
Result<std::string> encrypt(const Receiver& receiver,
                            const Fresh& fresh,
                            std::string_view plaintext);

/// The body with `Content-Encoding: aesgcm` (draft-ietf-webpush-encryption-04), which is what
/// Mastodon's older clients expect; salt and key travel in header lines.
Result<std::string> encrypt_legacy(const Receiver& receiver,
                                   const Fresh& fresh,
                                   std::string_view plaintext);

/// For tests and for nobody else: what the receiver does (aes128gcm, one record).
/// Errors: Invalid.
Result<std::string> decrypt(const crypto::P256Key& key,
                            std::string_view auth,
                            std::string_view body);

/// Says to the push service at `audience` (an origin) who sends: RFC 8292 section 2. `subject`: a
/// mailto: or https: address of the operator.
std::string sign_vapid(const crypto::P256Key& key,
                       std::string_view audience,
                       std::string_view subject,
                       Time expires_at);

} // namespace web_push
