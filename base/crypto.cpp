#include "base/crypto.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cassert>
#include <memory>
#include <stdexcept>

namespace crypto {

namespace {

template <auto release>
struct Releaser {
    template <typename T>
    void operator()(T* pointer) const {
        release(pointer);
    }
};

using KeyPtr = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using EncoderPtr = std::unique_ptr<OSSL_ENCODER_CTX, Releaser<OSSL_ENCODER_CTX_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Releaser<BN_free>>;

constexpr int min_rsa_bits = 2048;
constexpr int min_rsa_bits_of_vectors = 1024;
constexpr int max_rsa_bits = 8192;
// Anything longer would make each verification dear; 65537 needs 17 bits.
constexpr int max_exponent_bits = 33;
constexpr std::size_t max_pem_bytes = 16'384;
constexpr std::size_t ed25519_bytes = 32;
constexpr const char* spki = "SubjectPublicKeyInfo";

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

/// For what only the machine can cause: no memory, no entropy, a broken library.
void must(bool worked, const char* what) {
    if (worked) return;
    ERR_clear_error();
    throw std::runtime_error(fmt::format("OpenSSL: {} failed", what));
}

Error invalid(const char* why) {
    // What a peer caused stays no longer in the thread's error queue.
    ERR_clear_error();
    return {.kind = Error::Kind::Invalid, .detail = why};
}

std::string digest(const EVP_MD* method, std::string_view bytes) {
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(method)), '\0');
    must(EVP_Digest(bytes.data(), bytes.size(), bytes_of(out), nullptr, method, nullptr) == 1,
         "digest");
    return out;
}

} // namespace

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    must(RAND_bytes(bytes_of(out), static_cast<int>(count)) == 1, "random bytes");
    return out;
}

std::string random_token() {
    return base64url(random_bytes(32));
}

std::string sha256(std::string_view bytes) {
    return digest(EVP_sha256(), bytes);
}

std::string sha512(std::string_view bytes) {
    return digest(EVP_sha512(), bytes);
}

static std::string hmac(const EVP_MD* hash, std::string_view key, std::string_view bytes) {
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(hash)), '\0');
    unsigned size = 0;
    must(HMAC(hash,
              key.data(),
              static_cast<int>(key.size()),
              bytes_of(bytes),
              bytes.size(),
              bytes_of(out),
              &size) != nullptr,
         "HMAC");
    return out;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    return hmac(EVP_sha256(), key, bytes);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
    return hmac(EVP_sha1(), key, bytes);
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct PublicKey::Impl {
    KeyPtr key;
};

struct PrivateKey::Impl {
    KeyPtr key;
};

namespace {

bool is(const EVP_PKEY* key, const char* type) {
    return EVP_PKEY_is_a(key, type) == 1;
}

KeyType type_of(const EVP_PKEY* key) {
    return is(key, "ED25519") ? KeyType::Ed25519 : KeyType::Rsa;
}

std::string encode(const EVP_PKEY* key, const char* format, const char* structure, int selection) {
    const EncoderPtr context(
        OSSL_ENCODER_CTX_new_for_pkey(key, selection, format, structure, nullptr));
    unsigned char* data = nullptr;
    std::size_t size = 0;
    must(context && OSSL_ENCODER_to_data(context.get(), &data, &size) == 1, "encoder");
    std::string out(reinterpret_cast<const char*>(data), size);
    OPENSSL_cleanse(data, size);
    OPENSSL_free(data);
    return out;
}

/// One ASN.1 value of less than 64 KiB: tag, length, content.
std::string der_value(char tag, std::string_view content) {
    std::string out(1, tag);
    if (content.size() < 128) {
        out += static_cast<char>(content.size());
    } else if (content.size() < 256) {
        out += '\x81';
        out += static_cast<char>(content.size());
    } else {
        out += '\x82';
        out += static_cast<char>(content.size() >> 8U);
        out += static_cast<char>(content.size() & 255U);
    }
    return out.append(content);
}

/// A key of any type from its SubjectPublicKeyInfo, which must be its one DER encoding: OpenSSL's
/// readers let trailing data and other spellings pass.
KeyPtr decode_spki(std::string_view der) {
    const unsigned char* cursor = bytes_of(der);
    KeyPtr key(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(der.size())));
    ERR_clear_error();
    if (key && encode(key.get(), "DER", spki, EVP_PKEY_PUBLIC_KEY) != der) key.reset();
    return key;
}

KeyPtr decode_pkcs1(std::string_view der) {
    constexpr std::string_view rsa_encryption(
        "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00", 13);
    const std::string bits = der_value(0x03, '\0' + std::string(der));
    return decode_spki(der_value(0x30, der_value(0x30, rsa_encryption) + bits));
}

KeyPtr decode_private(std::string_view der) {
    const unsigned char* cursor = bytes_of(der);
    KeyPtr key(d2i_AutoPrivateKey(nullptr, &cursor, static_cast<long>(der.size())));
    ERR_clear_error();
    return key;
}

NumberPtr number(const EVP_PKEY* key, const char* name) {
    BIGNUM* value = nullptr;
    must(EVP_PKEY_get_bn_param(key, name, &value) == 1, name);
    return NumberPtr(value);
}

/// Size and exponent of an RSA key (ATTACKS B08); every Ed25519 key is fine.
Result<Done> check_strength(const EVP_PKEY* key, int min_bits) {
    if (is(key, "ED25519")) return Done{};
    if (!is(key, "RSA")) return invalid("key: neither RSA nor Ed25519");
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < min_bits || bits > max_rsa_bits) return invalid("key: RSA size not allowed");
    const auto modulus = number(key, OSSL_PKEY_PARAM_RSA_N);
    const auto exponent = number(key, OSSL_PKEY_PARAM_RSA_E);
    if (!BN_is_odd(modulus.get())) return invalid("key: even RSA modulus");
    if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) ||
        BN_num_bits(exponent.get()) > max_exponent_bits) {
        return invalid("key: RSA exponent not allowed");
    }
    return Done{};
}

struct Pem {
    std::string_view label;
    std::string der;
};

/// One PEM block and nothing beside it. OpenSSL's own reader skips foreign text and takes the
/// first block that fits; here a second block or trailing data is a fault (ATTACKS B09).
std::optional<Pem> read_pem(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto strip = [&](std::string_view s) {
        const auto first = s.find_first_not_of(blanks);
        if (first == std::string_view::npos) return std::string_view{};
        return s.substr(first, s.find_last_not_of(blanks) - first + 1);
    };
    constexpr std::string_view begin = "-----BEGIN ";
    constexpr std::string_view dashes = "-----";
    text = strip(text);
    if (text.size() > max_pem_bytes || !text.starts_with(begin)) return std::nullopt;
    text.remove_prefix(begin.size());
    const auto label_end = text.find(dashes);
    if (label_end == std::string_view::npos) return std::nullopt;
    const auto label = text.substr(0, label_end);
    text.remove_prefix(label_end + dashes.size());
    const std::string end = fmt::format("-----END {}-----", label);
    if (!text.ends_with(end)) return std::nullopt;
    text.remove_suffix(end.size());

    std::string compact;
    for (const char c : text) {
        if (blanks.find(c) == std::string_view::npos) compact += c;
    }
    auto der = base64_decode(compact);
    if (!der || der->empty()) return std::nullopt;
    return Pem{.label = label, .der = std::move(*der)};
}

Result<PublicKey> checked(KeyPtr key, int min_bits) {
    if (!key) return invalid("key: cannot be decoded");
    if (const auto strong = check_strength(key.get(), min_bits); !strong) return strong.error();
    auto impl = std::make_shared<PublicKey::Impl>();
    impl->key = std::move(key);
    return PublicKey(std::move(impl));
}

Result<PublicKey> public_from_pem(std::string_view text, int min_bits) {
    const auto pem = read_pem(text);
    if (!pem) return invalid("key: not one PEM block");
    if (pem->label == "PUBLIC KEY") return checked(decode_spki(pem->der), min_bits);
    if (pem->label == "RSA PUBLIC KEY") return checked(decode_pkcs1(pem->der), min_bits);
    return invalid("key: not a public key");
}

std::string raw_public(const EVP_PKEY* key) {
    std::string out(ed25519_bytes, '\0');
    std::size_t size = out.size();
    must(EVP_PKEY_get_raw_public_key(key, bytes_of(out), &size) == 1, "raw public key");
    return out;
}

/// Ed25519 hashes for itself.
const EVP_MD* digest_for(const EVP_PKEY* key) {
    return type_of(key) == KeyType::Rsa ? EVP_sha256() : nullptr;
}

PrivateKey wrap(KeyPtr key) {
    auto impl = std::make_shared<PrivateKey::Impl>();
    impl->key = std::move(key);
    return PrivateKey(std::move(impl));
}

} // namespace

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
    return public_from_pem(pem, min_rsa_bits);
}

Result<PublicKey> PublicKey::from_pem_for_vectors(std::string_view pem) {
    return public_from_pem(pem, min_rsa_bits_of_vectors);
}

Result<PublicKey> PublicKey::from_ed25519(std::string_view raw32) {
    if (raw32.size() != ed25519_bytes) return invalid("key: not 32 bytes");
    return checked(KeyPtr(EVP_PKEY_new_raw_public_key(
                       EVP_PKEY_ED25519, nullptr, bytes_of(raw32), raw32.size())),
                   min_rsa_bits);
}

Result<PublicKey> PublicKey::from_rsa_pkcs1_der(std::string_view der) {
    if (der.size() > max_pem_bytes) return invalid("key: too long");
    return checked(decode_pkcs1(der), min_rsa_bits);
}

KeyType PublicKey::type() const {
    return type_of(impl_->key.get());
}

std::string PublicKey::pem() const {
    return encode(impl_->key.get(), "PEM", spki, EVP_PKEY_PUBLIC_KEY);
}

std::string PublicKey::ed25519_raw() const {
    assert(type() == KeyType::Ed25519);
    return raw_public(impl_->key.get());
}

std::string PublicKey::rsa_pkcs1_der() const {
    assert(type() == KeyType::Rsa);
    return encode(impl_->key.get(), "DER", "type-specific", EVP_PKEY_PUBLIC_KEY);
}

bool PublicKey::verify(std::string_view message, std::string_view signature) const {
    EVP_PKEY* key = impl_->key.get();
    const DigestContextPtr context(EVP_MD_CTX_new());
    must(context &&
             EVP_DigestVerifyInit(context.get(), nullptr, digest_for(key), nullptr, key) == 1,
         "verify");
    const bool fits = EVP_DigestVerify(context.get(),
                                       bytes_of(signature),
                                       signature.size(),
                                       bytes_of(message),
                                       message.size()) == 1;
    ERR_clear_error();
    return fits;
}

PrivateKey PrivateKey::generate_rsa() {
    KeyPtr key(EVP_RSA_gen(2048));
    must(key != nullptr, "RSA key generation");
    return wrap(std::move(key));
}

PrivateKey PrivateKey::generate_ed25519() {
    KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    must(key != nullptr, "Ed25519 key generation");
    return wrap(std::move(key));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view text) {
    const auto pem = read_pem(text);
    if (!pem) return invalid("private key: not one PEM block");
    if (pem->label != "PRIVATE KEY" && pem->label != "RSA PRIVATE KEY") {
        return invalid("private key: wrong PEM label");
    }
    KeyPtr key = decode_private(pem->der);
    if (!key) return invalid("private key: cannot be decoded");
    const auto strong = check_strength(key.get(), min_rsa_bits_of_vectors);
    if (!strong) return strong.error();
    return wrap(std::move(key));
}

Result<PrivateKey> PrivateKey::from_ed25519_seed(std::string_view raw32) {
    if (raw32.size() != ed25519_bytes) return invalid("private key: not 32 bytes");
    KeyPtr key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(raw32), raw32.size()));
    if (!key) return invalid("private key: not Ed25519");
    return wrap(std::move(key));
}

KeyType PrivateKey::type() const {
    return type_of(impl_->key.get());
}

std::string PrivateKey::pem() const {
    return encode(impl_->key.get(), "PEM", "PrivateKeyInfo", EVP_PKEY_KEYPAIR);
}

PublicKey PrivateKey::public_key() const {
    KeyPtr key = decode_spki(encode(impl_->key.get(), "DER", spki, EVP_PKEY_PUBLIC_KEY));
    must(key != nullptr, "public half");
    auto impl = std::make_shared<PublicKey::Impl>();
    impl->key = std::move(key);
    return PublicKey(std::move(impl));
}

std::string PrivateKey::sign(std::string_view message) const {
    EVP_PKEY* key = impl_->key.get();
    const DigestContextPtr context(EVP_MD_CTX_new());
    must(context && EVP_DigestSignInit(context.get(), nullptr, digest_for(key), nullptr, key) == 1,
         "sign");
    auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
    std::string signature(size, '\0');
    must(EVP_DigestSign(
             context.get(), bytes_of(signature), &size, bytes_of(message), message.size()) == 1,
         "sign");
    signature.resize(size);
    return signature;
}

} // namespace crypto
