#pragma once

#include "federation/signature.h"
#include "federation/structured_field.h"

// What signature.cpp, cavage.cpp and rfc9421.cpp share; nobody else includes it.
namespace federation {

/// A request as both schemes see it, incoming or outgoing.
struct Message {
    std::string method;
    std::string origin;    ///< "https://maple.example": scheme and authority, default port dropped.
    std::string authority; ///< "maple.example".
    std::string target;    ///< Path with query.
    const http::Headers& headers;
};

/// Unauthorized with "signature: ..." as its detail.
Error refused(std::string_view why);

/// All lines of that name, joined with ", "; Unauthorized if there is none, or if one holds a
/// control character and could pass for another line of the signed text (ATTACKS B14).
Result<std::string> covered_value(const http::Headers& headers, std::string_view name);

/// Whether the digest of the body must be signed.
bool needs_digest(std::string_view method, std::string_view body);

/// Errors: Unauthorized.
Result<Done> check_key_id(std::string_view key_id, const Receiver& receiver);
/// `expires` counts if it is not the epoch. Errors: Unauthorized.
Result<Done> check_time(Time signed_at, std::optional<Time> expires, Time now);

/// Reads the draft-cavage signature of a message and checks form, coverage and time.
Result<ParsedSignature> parse_cavage(const Message& message,
                                     const Receiver& receiver,
                                     bool digest_needed,
                                     Time now);
/// One line per covered name. `created` and `expires` are the parameters' texts.
struct CavageText {
    std::vector<std::string> covered;
    std::string created{};
    std::string expires{};
};
Result<std::string> cavage_text(const Message& message, const CavageText& parts);

/// Reads the RFC 9421 signatures and checks form, coverage and time.
Result<std::vector<ParsedSignature>> parse_rfc9421(const Message& message,
                                                   const Receiver& receiver,
                                                   bool digest_needed,
                                                   Time now);
/// The signature base (RFC 9421 section 2.5). Errors: Unauthorized (a component that is missing,
/// given twice, not in lower case, or that we do not support).
Result<std::string> signature_base(const Message& message,
                                   const std::vector<structured::Item>& components,
                                   const structured::Parameters& parameters);

/// An outgoing request, ready to be signed: without what an earlier attempt left.
struct Draft {
    std::string origin;
    std::string authority;
    std::string target;
    http::Headers headers; ///< With Host, which the client will set.
};
Result<Draft> prepare(http::Outgoing& request);

} // namespace federation
