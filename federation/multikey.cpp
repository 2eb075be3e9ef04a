#include "federation/multikey.h"

namespace federation {

namespace {

constexpr std::string_view ed25519_prefix = "\xed\x01";
constexpr std::string_view rsa_prefix = "\x85\x24";

} // namespace

std::string encode_multikey(const crypto::PublicKey& key) {
    const bool rsa = key.type() == crypto::KeyType::Rsa;
    const std::string prefix(rsa ? rsa_prefix : ed25519_prefix);
    return 'z' + crypto::base58(prefix + (rsa ? key.rsa_pkcs1_der() : key.ed25519_raw()));
}

Result<crypto::PublicKey> decode_multikey(std::string_view text) {
    const Error invalid{.kind = Error::Kind::Invalid, .detail = "multikey: not a key we know"};
    if (!text.starts_with('z')) return invalid;
    const auto bytes = crypto::base58_decode(text.substr(1));
    if (!bytes) return invalid;
    if (bytes->starts_with(ed25519_prefix)) {
        return crypto::PublicKey::from_ed25519(bytes->substr(ed25519_prefix.size()));
    }
    if (bytes->starts_with(rsa_prefix)) {
        return crypto::PublicKey::from_rsa_pkcs1_der(bytes->substr(rsa_prefix.size()));
    }
    return invalid;
}

} // namespace federation
