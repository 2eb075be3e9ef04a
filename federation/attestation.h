#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <string>

/// What a district signs of its people: a Verifiable Credential in an actor's `attachment`, and the
/// status list that says which of them it took back.
namespace federation {

/// An educator attestation as it travels, without its proof.
struct Attestation {
    std::string id{};
    std::string issuer{};  ///< A server actor.
    std::string subject{}; ///< The actor whom it is about.
    std::string kind{};    ///< "teacher", ...; not checked here.
    std::string assurance{};
    std::string region{}; ///< "US-CA"; may be empty.
    Time valid_from{};
    Time valid_until{};
    std::string status_list{}; ///< URI of the list.
    std::int64_t status_index = 0;
};

/// The document to be signed (add_proof). Its context names no remote one of ours, so that nobody
/// fetches anything to read it.
/// Source: https://www.w3.org/TR/vc-data-model-2.0/
Json render_attestation(const Attestation& attestation);

/// Shape only: proof, issuer, dates and status are the receiver's to check.
/// Errors: Invalid.
Result<Attestation> parse_attestation(const Json& document);

/// The attestation that an actor's document carries, as text; of several the first. "" when there
/// is none, or one that is longer than 8 KiB.
std::string find_attestation(const Json& actor_document);

/// A status list as it travels, without its proof.
struct StatusList {
    std::string id{};
    std::string issuer{};
    std::string encoded_list{}; ///< See federation/status_bits.h.
    Time valid_from{};
    Time valid_until{};
};

/// Source: https://www.w3.org/TR/vc-bitstring-status-list/
Json render_status_list(const StatusList& list);
/// Errors: Invalid (shape; another purpose than revocation).
Result<StatusList> parse_status_list(const Json& document);

} // namespace federation
