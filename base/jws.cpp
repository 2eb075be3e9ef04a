#include "base/jws.h"

#include "base/crypto.h"
#include "base/crypto_p256.h"
#include "base/crypto_pss.h"
#include "base/text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace jws {
namespace {

constexpr std::size_t max_token_bytes = 16 * 1024;
constexpr std::size_t max_keys = 64;
constexpr std::size_t p256_coordinate_bytes = 32;
constexpr std::size_t max_rsa_bytes = 1024; ///< 8192 bits.
constexpr JsonLimits limits{.max_depth = 8, .max_members = 2'000};

Error invalid(std::string why) {
    return {Error::Kind::Invalid, "token: " + std::move(why)};
}

/// RFC 7515 has no padding, and one spelling only.
std::optional<std::string> decode(std::string_view text) {
    if (text.find('=') != std::string_view::npos) return std::nullopt;
    auto bytes = crypto::base64url_decode(text);
    if (!bytes || crypto::base64url(*bytes) != text) return std::nullopt;
    return bytes;
}

Result<Json> decode_object(std::string_view part) {
    const auto bytes = decode(part);
    if (!bytes) return invalid("a part is not base64url");
    auto document = parse_json(*bytes, limits);
    if (!document) return document.error();
    if (!document->is_object()) return invalid("a part is no JSON object");
    return std::move(*document);
}

std::string text_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return "";
    return found->get<std::string>();
}

std::optional<Algorithm> parse_algorithm(std::string_view name) {
    if (name == "RS256") return Algorithm::Rs256;
    if (name == "PS256") return Algorithm::Ps256;
    if (name == "ES256") return Algorithm::Es256;
    if (name == "EdDSA") return Algorithm::EdDsa;
    return std::nullopt;
}

std::string der(char tag, const std::string& content) {
    std::string length;
    if (content.size() < 0x80) {
        length.push_back(static_cast<char>(content.size()));
    } else {
        std::string bytes;
        for (auto rest = content.size(); rest > 0; rest >>= 8U)
            bytes.insert(bytes.begin(), static_cast<char>(rest & 0xFFU));
        length.push_back(static_cast<char>(0x80U | bytes.size()));
        length += bytes;
    }
    return tag + length + content;
}

std::string der_integer(std::string_view big_endian) {
    while (big_endian.size() > 1 && big_endian.front() == '\0')
        big_endian.remove_prefix(1);
    std::string content(big_endian);
    if ((static_cast<unsigned char>(content.front()) & 0x80U) != 0) content.insert(0, 1, '\0');
    return der('\x02', content);
}

std::optional<crypto::PublicKey> read_rsa(const Json& jwk) {
    const auto modulus = decode(text_of(jwk, "n"));
    const auto exponent = decode(text_of(jwk, "e"));
    if (!modulus || !exponent || modulus->empty() || exponent->empty()) return std::nullopt;
    if (modulus->size() > max_rsa_bytes || exponent->size() > max_rsa_bytes) return std::nullopt;
    const auto key = crypto::PublicKey::from_rsa_pkcs1_der(
        der('\x30', der_integer(*modulus) + der_integer(*exponent)));
    if (!key) return std::nullopt;
    return *key;
}

std::optional<Key> rsa_key(const Json& jwk) {
    const auto key = read_rsa(jwk);
    if (!key) return std::nullopt;
    return Key{.algorithms = {Algorithm::Rs256, Algorithm::Ps256},
               .verify = [key = *key](Algorithm algorithm,
                                      std::string_view message,
                                      std::string_view signature) {
                   return algorithm == Algorithm::Ps256
                              ? crypto::verify_ps256(key, message, signature)
                              : key.verify(message, signature);
               }};
}

std::optional<Key> p256_key(const Json& jwk) {
    const auto x = decode(text_of(jwk, "x"));
    const auto y = decode(text_of(jwk, "y"));
    if (text_of(jwk, "crv") != "P-256" || !x || !y || x->size() != p256_coordinate_bytes ||
        y->size() != p256_coordinate_bytes)
        return std::nullopt;
    auto point = '\x04' + *x + *y;
    if (!crypto::is_p256_point(point)) return std::nullopt;
    return Key{.algorithms = {Algorithm::Es256},
               .verify = [point = std::move(point)](
                             Algorithm, std::string_view message, std::string_view signature) {
                   return crypto::verify_es256(point, message, signature);
               }};
}

std::optional<Key> ed25519_key(const Json& jwk) {
    const auto x = decode(text_of(jwk, "x"));
    if (text_of(jwk, "crv") != "Ed25519" || !x) return std::nullopt;
    const auto key = crypto::PublicKey::from_ed25519(*x);
    if (!key) return std::nullopt;
    return Key{
        .algorithms = {Algorithm::EdDsa},
        .verify = [key = *key](Algorithm, std::string_view message, std::string_view signature) {
            return key.verify(message, signature);
        }};
}

bool may_verify(const Json& jwk) {
    if (const auto use = text_of(jwk, "use"); !use.empty() && use != "sig") return false;
    const auto operations = jwk.find("key_ops");
    return operations == jwk.end() || !operations->is_array() ||
           std::ranges::find(*operations, Json("verify")) != operations->end();
}

std::optional<Key> read_key(const Json& jwk) {
    if (!jwk.is_object() || !may_verify(jwk)) return std::nullopt;
    const auto type = text_of(jwk, "kty");
    auto key = type == "RSA"   ? rsa_key(jwk)
               : type == "EC"  ? p256_key(jwk)
               : type == "OKP" ? ed25519_key(jwk)
                               : std::nullopt;
    if (!key) return std::nullopt;
    key->id = text_of(jwk, "kid");
    if (jwk.contains("alg")) {
        const auto only = parse_algorithm(text_of(jwk, "alg"));
        std::erase_if(key->algorithms, [&](Algorithm one) { return one != only; });
    }
    if (key->algorithms.empty()) return std::nullopt;
    return key;
}

} // namespace

Result<Token> parse(std::string_view compact) {
    if (compact.size() > max_token_bytes)
        return Error{Error::Kind::TooLarge, "token: longer than 16 KiB"};
    const auto first = compact.find('.');
    const auto second = first == std::string_view::npos ? first : compact.find('.', first + 1);
    if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos)
        return invalid("not three parts");
    const auto header = decode_object(compact.substr(0, first));
    if (!header) return header.error();
    const auto algorithm = parse_algorithm(text_of(*header, "alg"));
    if (!algorithm) return invalid("signed by no algorithm that we take");
    if (header->contains("crit")) return invalid("wants extensions that we do not know");
    if (header->contains("kid") && !(*header)["kid"].is_string())
        return invalid("its kid is no text");
    if (const auto type = text_of(*header, "typ"); !type.empty() && !iequals(type, "JWT"))
        return invalid("is of another type than JWT");
    auto payload = decode_object(compact.substr(first + 1, second - first - 1));
    if (!payload) return payload.error();
    auto signature = decode(compact.substr(second + 1));
    if (!signature || signature->empty()) return invalid("has no signature");
    return Token{.algorithm = *algorithm,
                 .key_id = text_of(*header, "kid"),
                 .payload = std::move(*payload),
                 .signing_input = std::string(compact.substr(0, second)),
                 .signature = std::move(*signature)};
}

Result<std::vector<Key>> parse_key_set(const Json& document) {
    const auto list = document.is_object() ? document.find("keys") : document.end();
    if (!document.is_object() || list == document.end() || !list->is_array())
        return Error{Error::Kind::Invalid, "no JWK set"};
    std::vector<Key> keys;
    for (const auto& jwk : *list) {
        if (keys.size() == max_keys) break;
        if (auto key = read_key(jwk)) keys.push_back(std::move(*key));
    }
    return keys;
}

const Key* find_key(const std::vector<Key>& keys, const Token& token) {
    const Key* found = nullptr;
    for (const auto& key : keys) {
        const bool fits =
            std::ranges::find(key.algorithms, token.algorithm) != key.algorithms.end();
        if (!fits || (!token.key_id.empty() && key.id != token.key_id)) continue;
        if (found != nullptr) return nullptr;
        found = &key;
    }
    return found;
}

} // namespace jws
