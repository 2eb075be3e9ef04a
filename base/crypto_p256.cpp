#include "base/crypto_p256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

namespace crypto {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t point_bytes = 65;
constexpr std::size_t tag_bytes = 16;

template <auto free_it>
struct Free {
    template <typename T>
    void operator()(T* thing) const {
        free_it(thing);
    }
};
using Pkey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_clear_free>>;
using Group = std::unique_ptr<EC_GROUP, Free<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Free<EC_POINT_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

// Only memory and our own mistakes make OpenSSL fail here.
void require(bool is_fine) {
    if (!is_fine) throw std::runtime_error("openssl: P-256");
}

Group curve() {
    Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    require(group != nullptr);
    return group;
}

std::string padded(const BIGNUM* number) {
    std::string bytes(secret_bytes, '\0');
    require(BN_bn2binpad(number, bytes_of(bytes), static_cast<int>(secret_bytes)) > 0);
    return bytes;
}

/// Null when the point is none.
Pkey load(const P256Key& key) {
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    require(builder != nullptr);
    require(OSSL_PARAM_BLD_push_utf8_string(
                builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1);
    require(OSSL_PARAM_BLD_push_octet_string(
                builder.get(), OSSL_PKEY_PARAM_PUB_KEY, key.point.data(), key.point.size()) == 1);
    const Number secret(key.secret.empty() ? nullptr
                                           : BN_bin2bn(bytes_of(std::string_view(key.secret)),
                                                       static_cast<int>(key.secret.size()),
                                                       nullptr));
    if (secret) {
        require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) == 1);
    }
    const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
    const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    require(params && context && EVP_PKEY_fromdata_init(context.get()) == 1);
    EVP_PKEY* loaded = nullptr;
    const int selection = secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
    if (EVP_PKEY_fromdata(context.get(), &loaded, selection, params.get()) != 1) return nullptr;
    return Pkey(loaded);
}

} // namespace

P256Key generate_p256() {
    const auto group = curve();
    const Number secret(BN_new());
    require(secret != nullptr);
    do {
        require(BN_priv_rand_range(secret.get(), EC_GROUP_get0_order(group.get())) == 1);
    } while (BN_is_zero(secret.get()));
    return *p256_from_secret(padded(secret.get()));
}

std::optional<P256Key> p256_from_secret(std::string_view secret) {
    if (secret.size() != secret_bytes) return std::nullopt;
    const auto group = curve();
    const Number number(BN_bin2bn(bytes_of(secret), static_cast<int>(secret.size()), nullptr));
    require(number != nullptr);
    if (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0)
        return std::nullopt;
    const Point point(EC_POINT_new(group.get()));
    require(point &&
            EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, nullptr) == 1);
    P256Key key{.secret = std::string(secret), .point = std::string(point_bytes, '\0')};
    require(EC_POINT_point2oct(group.get(),
                               point.get(),
                               POINT_CONVERSION_UNCOMPRESSED,
                               bytes_of(key.point),
                               point_bytes,
                               nullptr) == point_bytes);
    return key;
}

bool is_p256_point(std::string_view bytes) {
    if (bytes.size() != point_bytes || bytes.front() != '\x04') return false;
    const auto group = curve();
    const Point point(EC_POINT_new(group.get()));
    require(point != nullptr);
    return EC_POINT_oct2point(group.get(), point.get(), bytes_of(bytes), bytes.size(), nullptr) ==
               1 &&
           EC_POINT_is_on_curve(group.get(), point.get(), nullptr) == 1 &&
           EC_POINT_is_at_infinity(group.get(), point.get()) == 0;
}

std::optional<std::string> p256_agree(const P256Key& own, std::string_view point) {
    if (!is_p256_point(point)) return std::nullopt;
    const auto ours = load(own);
    const auto theirs = load({.point = std::string(point)});
    if (!ours || !theirs) return std::nullopt;
    const PkeyContext context(EVP_PKEY_CTX_new(ours.get(), nullptr));
    std::string shared(secret_bytes, '\0');
    std::size_t size = shared.size();
    require(context && EVP_PKEY_derive_init(context.get()) == 1 &&
            EVP_PKEY_derive_set_peer(context.get(), theirs.get()) == 1 &&
            EVP_PKEY_derive(context.get(), bytes_of(shared), &size) == 1 && size == secret_bytes);
    return shared;
}

std::string sign_es256(const P256Key& key, std::string_view message) {
    const auto loaded = load(key);
    const Digest digest(EVP_MD_CTX_new());
    require(loaded && digest &&
            EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, loaded.get()) == 1);
    std::size_t size = 0;
    require(EVP_DigestSign(digest.get(), nullptr, &size, bytes_of(message), message.size()) == 1);
    std::vector<unsigned char> der(size);
    require(EVP_DigestSign(digest.get(), der.data(), &size, bytes_of(message), message.size()) ==
            1);
    const unsigned char* next = der.data();
    const Signature signature(d2i_ECDSA_SIG(nullptr, &next, static_cast<long>(size)));
    require(signature != nullptr);
    return padded(ECDSA_SIG_get0_r(signature.get())) + padded(ECDSA_SIG_get0_s(signature.get()));
}

bool verify_es256(std::string_view point, std::string_view message, std::string_view signature) {
    if (!is_p256_point(point) || signature.size() != 2 * secret_bytes) return false;
    const auto loaded = load({.point = std::string(point)});
    const Signature parts(ECDSA_SIG_new());
    require(loaded && parts);
    const auto number = [&](std::size_t start) {
        return BN_bin2bn(
            bytes_of(signature.substr(start)), static_cast<int>(secret_bytes), nullptr);
    };
    require(ECDSA_SIG_set0(parts.get(), number(0), number(secret_bytes)) == 1);
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(parts.get(), &der);
    require(size > 0);
    const std::string encoded(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    const Digest digest(EVP_MD_CTX_new());
    require(digest &&
            EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, loaded.get()) == 1);
    return EVP_DigestVerify(digest.get(),
                            bytes_of(std::string_view(encoded)),
                            encoded.size(),
                            bytes_of(message),
                            message.size()) == 1;
}

std::string encrypt_aes128_gcm(std::string_view key,
                               std::string_view nonce,
                               std::string_view plaintext) {
    const Cipher cipher(EVP_CIPHER_CTX_new());
    std::string out(plaintext.size() + tag_bytes, '\0');
    int size = 0;
    int rest = 0;
    require(key.size() == 16 && nonce.size() == 12 && cipher &&
            EVP_EncryptInit_ex(
                cipher.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key), bytes_of(nonce)) == 1 &&
            EVP_EncryptUpdate(cipher.get(),
                              bytes_of(out),
                              &size,
                              bytes_of(plaintext),
                              static_cast<int>(plaintext.size())) == 1 &&
            EVP_EncryptFinal_ex(cipher.get(), bytes_of(out) + size, &rest) == 1 &&
            EVP_CIPHER_CTX_ctrl(cipher.get(),
                                EVP_CTRL_GCM_GET_TAG,
                                static_cast<int>(tag_bytes),
                                bytes_of(out) + plaintext.size()) == 1);
    return out;
}

std::optional<std::string> decrypt_aes128_gcm(std::string_view key,
                                              std::string_view nonce,
                                              std::string_view ciphertext) {
    if (key.size() != 16 || nonce.size() != 12 || ciphertext.size() < tag_bytes)
        return std::nullopt;
    const Cipher cipher(EVP_CIPHER_CTX_new());
    const auto body = ciphertext.substr(0, ciphertext.size() - tag_bytes);
    std::string tag(ciphertext.substr(body.size()));
    std::string out(body.size() + tag_bytes, '\0');
    int size = 0;
    int rest = 0;
    require(
        cipher &&
        EVP_DecryptInit_ex(
            cipher.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key), bytes_of(nonce)) == 1 &&
        EVP_DecryptUpdate(
            cipher.get(), bytes_of(out), &size, bytes_of(body), static_cast<int>(body.size())) ==
            1 &&
        EVP_CIPHER_CTX_ctrl(
            cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_bytes), bytes_of(tag)) == 1);
    if (EVP_DecryptFinal_ex(cipher.get(), bytes_of(out) + size, &rest) != 1) return std::nullopt;
    out.resize(body.size());
    return out;
}

} // namespace crypto
