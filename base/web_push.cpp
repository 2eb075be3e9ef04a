#include "base/web_push.h"

#include "base/crypto.h"
#include "base/json.h"

#include <chrono>
#include <optional>

namespace web_push {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t auth_bytes = 16;
constexpr std::size_t point_bytes = 65;
constexpr std::size_t tag_bytes = 16;
constexpr std::uint32_t record_bytes = 4'096;

/// HKDF (RFC 5869) with SHA-256, at most 32 bytes long.
std::string derive(std::string_view salt,
                   std::string_view secret,
                   std::string_view info,
                   std::size_t bytes) {
    const auto extracted = crypto::hmac_sha256(salt, secret);
    return crypto::hmac_sha256(extracted, std::string(info) + '\x01').substr(0, bytes);
}

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>((number >> shift) & 0xff);
    return bytes;
}

struct ContentKeys {
    std::string key{};
    std::string nonce{};
};

/// RFC 8291 section 3.4. `shared` is what both sides agreed upon.
ContentKeys keys_for(std::string_view shared,
                     const Receiver& receiver,
                     std::string_view sender_point,
                     std::string_view salt) {
    const auto info = "WebPush: info\0"s + receiver.point + std::string(sender_point);
    const auto secret = derive(receiver.auth, shared, info, 32);
    return {.key = derive(salt, secret, "Content-Encoding: aes128gcm\0"sv, 16),
            .nonce = derive(salt, secret, "Content-Encoding: nonce\0"sv, 12)};
}

Error no_point() {
    return {Error::Kind::Invalid, "push: not a point of P-256"};
}

std::optional<std::string> decode(std::string_view text) {
    // "+" and "/" stand in neither alphabet of the other; some clients pad, some do not.
    if (auto bytes = crypto::base64url_decode(text)) return bytes;
    return crypto::base64_decode(text);
}

} // namespace

Result<Receiver> parse_receiver(std::string_view p256dh, std::string_view auth) {
    auto point = decode(p256dh);
    if (!point || !crypto::is_p256_point(*point)) return no_point();
    auto secret = decode(auth);
    if (!secret || secret->size() != auth_bytes) {
        return Error{Error::Kind::Invalid, "push: auth is not 16 bytes"};
    }
    return Receiver{.point = std::move(*point), .auth = std::move(*secret)};
}

Result<std::string> encrypt(const Receiver& receiver,
                            const Fresh& fresh,
                            std::string_view plaintext) {
    if (plaintext.size() > max_plaintext_bytes) {
        return Error{Error::Kind::TooLarge, "push: too long for one record"};
    }
    const auto shared = crypto::p256_agree(fresh.key, receiver.point);
    if (!shared) return no_point();
    const auto keys = keys_for(*shared, receiver, fresh.key.point, fresh.salt);
    // Behind the text the byte of the last record, and no padding.
    const auto record = std::string(plaintext) + '\x02';
    return fresh.salt + big_endian(record_bytes) + static_cast<char>(point_bytes) +
           fresh.key.point + crypto::encrypt_aes128_gcm(keys.key, keys.nonce, record);
}

Result<std::string> encrypt_legacy(const Receiver& receiver,
                                   const Fresh& fresh,
                                   std::string_view plaintext) {
    if (plaintext.size() > max_plaintext_bytes) {
        return Error{Error::Kind::TooLarge, "push: too long for one record"};
    }
    const auto shared = crypto::p256_agree(fresh.key, receiver.point);
    if (!shared) return no_point();
    const auto secret = derive(receiver.auth, *shared, "Content-Encoding: auth\0"sv, 32);
    const auto length = "\0\x41"s;
    const auto context = "P-256\0"s + length + receiver.point + length + fresh.key.point;
    const auto key = derive(fresh.salt, secret, "Content-Encoding: aesgcm\0"s + context, 16);
    const auto nonce = derive(fresh.salt, secret, "Content-Encoding: nonce\0"s + context, 12);
    // Two bytes say how much padding follows: none.
    return crypto::encrypt_aes128_gcm(key, nonce, "\0\0"s + std::string(plaintext));
}

Result<std::string> decrypt(const crypto::P256Key& key,
                            std::string_view auth,
                            std::string_view body) {
    const Error malformed{Error::Kind::Invalid, "push: not a message for this key"};
    constexpr std::size_t head_bytes = salt_bytes + 4 + 1 + point_bytes;
    if (body.size() < head_bytes + tag_bytes + 1) return malformed;
    if (static_cast<unsigned char>(body[salt_bytes + 4]) != point_bytes) return malformed;
    const auto salt = body.substr(0, salt_bytes);
    const auto sender = body.substr(salt_bytes + 5, point_bytes);
    const auto shared = crypto::p256_agree(key, sender);
    if (!shared) return malformed;
    const auto keys =
        keys_for(*shared, {.point = key.point, .auth = std::string(auth)}, sender, salt);
    auto text = crypto::decrypt_aes128_gcm(keys.key, keys.nonce, body.substr(head_bytes));
    if (!text) return malformed;
    while (!text->empty() && text->back() == '\0')
        text->pop_back();
    if (text->empty() || text->back() != '\x02') return malformed;
    text->pop_back();
    return std::move(*text);
}

std::string sign_vapid(const crypto::P256Key& key,
                       std::string_view audience,
                       std::string_view subject,
                       Time expires_at) {
    const auto expires =
        std::chrono::duration_cast<std::chrono::seconds>(expires_at.time_since_epoch()).count();
    const auto header = crypto::base64url(R"({"typ":"JWT","alg":"ES256"})");
    const auto claims =
        crypto::base64url(dump_json(Json{{"aud", audience}, {"exp", expires}, {"sub", subject}}));
    const auto signed_part = header + '.' + claims;
    return signed_part + '.' + crypto::base64url(crypto::sign_es256(key, signed_part));
}

} // namespace web_push
