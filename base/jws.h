#pragma once

#include "base/json.h"
#include "base/result.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// JSON Web Signatures that others made (RFC 7515), and the keys that they are checked with (RFC
/// 7517). Only signatures by public keys: "none" and MACs do not exist here, so that nobody can
/// make us take a public key for a secret (RFC 8725).
namespace jws {

enum class Algorithm { Rs256, Ps256, Es256, EdDsa };

/// A token in compact form, taken apart. Nothing is verified yet.
struct Token {
    Algorithm algorithm = Algorithm::Rs256;
    std::string key_id{}; ///< "": the header names none.
    Json payload = Json::object();
    std::string signing_input{};
    std::string signature{};
};
/// Errors: Invalid (not three parts of base64url, a header or payload that is no JSON object or
/// says a thing twice, an algorithm that is none of ours, critical extensions, another `typ` than
/// JWT); TooLarge (more than 16 KiB).
Result<Token> parse(std::string_view compact);

/// A public key of a set.
struct Key {
    std::string id{};
    std::vector<Algorithm> algorithms{}; ///< What it may be used for.
    /// Whether the signature is this key's over the message. Pure.
    std::function<bool(Algorithm, std::string_view message, std::string_view signature)> verify{};
};

/// The keys of a JWK set that can sign; those of other kinds, uses or curves are passed over, and
/// so are RSA keys of less than 2048 bits. At most 64. Errors: Invalid (no set of keys).
Result<std::vector<Key>> parse_key_set(const Json& document);

/// The key that the token names; where it names none, the only one that its algorithm fits. Null
/// when there is none, or when two have that name.
const Key* find_key(const std::vector<Key>& keys, const Token& token);

} // namespace jws
