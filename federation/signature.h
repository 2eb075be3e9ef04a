#pragma once

#include "base/crypto.h"
#include "base/result.h"
#include "base/time.h"
#include "http/client.h"
#include "http/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace federation {

/// Two ways to sign a request are in use: draft-cavage-http-signatures-12, which nearly everybody
/// speaks, and its successor RFC 9421.
enum class Scheme { Cavage, Rfc9421 };

/// Who receives: from the configuration, never from the request, so that no Host or Forwarded
/// header can turn a request for another server into one for us (ATTACKS B01, B16).
struct Receiver {
    std::string origin;           ///< "https://maple.example".
    bool allow_http_keys = false; ///< Only where http peers are configured for tests.
};

/// A signature that is well-formed, covers all that it must, was made for this server, this body
/// and this time: all that can be checked before the signer's key is fetched.
/// What is still open is `verify`, and whether the key's owner may do what the body says.
struct ParsedSignature {
    Scheme scheme = Scheme::Cavage;
    std::string key_id{};
    std::string algorithm{}; ///< As given; empty when absent.
    std::string label{};     ///< RFC 9421 only.
    std::string nonce{};     ///< RFC 9421 only; empty when absent.
    /// Lower-case header names and "(request-target)", "@method".
    std::vector<std::string> covered{};
    Time signed_at{};
    std::string value{};              ///< The signature's bytes.
    std::vector<std::string> texts{}; ///< What may have been signed: with the query, without it.

    /// Whether the signature protects the header of that lower-case name.
    bool covers(std::string_view name) const;
    /// Lower-case hex SHA-256 of `value`: stands for the activity when that has no id.
    std::string fingerprint() const;
};

/// Whether anything claims to be a signature; without it a request is refused before any work.
bool has_signature(const http::Request& request);

/// Reads the signatures of a request and checks everything that needs no key. At least one and at
/// most three come back, of different labels; draft-cavage has only one. The caller takes the
/// first whose key belongs to the actor.
///
/// Checked: one line each of Signature, Signature-Input, Host, Date, Digest, Content-Digest; key id
/// an https URI without user information that is not ours; target, host and time are signed, the
/// digest too when there is a body or the method is not GET; `Host` is ours; signed at most 1 h
/// ahead and 1 h 5 min ago, not expired; digest of the body. If Signature-Input is there only
/// RFC 9421 counts. Pure.
///
/// Errors: Unauthorized, with the reason in `detail`.
/// Source: draft-cavage-http-signatures-12, RFC 9421, PROTOCOL sections 4 and 5.
Result<std::vector<ParsedSignature>> parse_signatures(const http::Request& request,
                                                      const Receiver& receiver,
                                                      Time now);

/// Whether `key` made the signature. The key's type decides which algorithm runs, and a label that
/// names another one is refused (ATTACKS B07). Pure.
///
/// Errors: Unauthorized.
Result<Done> verify(const ParsedSignature& signature, const crypto::PublicKey& key);

/// A private key and the name under which peers find its public half.
struct Signer {
    crypto::PrivateKey key;
    std::string key_id;
};

/// What another server asks to see signed (`Accept-Signature`, RFC 9421 section 5).
struct Challenge {
    std::string label;
    std::vector<std::string> covered;
    std::string nonce;
    std::string tag;
};

struct SigningOptions {
    enum class Query { Signed, LeftOut };
    /// Old servers build (request-target) without the query. Draft-cavage only.
    Query query = Query::Signed;
    /// Further headers to cover, in lower case: "collection-synchronization". They must be there.
    std::vector<std::string> also{};
    /// RFC 9421 only; what it asks for comes on top of our own minimum.
    std::optional<Challenge> challenge{};
};

/// Signs a request: sets Date, Digest (when there is a body or the method is not GET) and
/// Signature, and removes what an earlier attempt left, of either scheme. The URL loses its
/// fragment and gets its bytes outside ASCII percent-encoded, so that what is signed is what is
/// sent. Pure.
///
/// Errors: Invalid (the URL; a header of `also` is missing).
Result<Done> sign_cavage(http::Outgoing& request,
                         const Signer& signer,
                         Time now,
                         const SigningOptions& options = {});

/// The same with Content-Digest, Signature-Input and Signature; valid for 300 s.
///
/// Errors: Invalid (the URL; a header of `also` or of the challenge is missing).
Result<Done> sign_rfc9421(http::Outgoing& request,
                          const Signer& signer,
                          Time now,
                          const SigningOptions& options = {});

/// The value of an `Accept-Signature` header that asks for what `parse_signatures` needs on a POST.
/// `nonce`, if not empty, comes back in ParsedSignature::nonce; it must have been made by us.
std::string make_challenge(std::string_view nonce = {});

/// The first request for a signature in an Accept-Signature header that `signer` can fulfil;
/// nothing if there is none, or the header is malformed: then answer as if it were not there.
std::optional<Challenge> read_challenge(std::string_view header, const Signer& signer);

} // namespace federation
