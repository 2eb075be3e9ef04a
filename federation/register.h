#pragma once

#include "base/crypto.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// A register: what one house says of others, as a chain of entries to which entries are only added
/// (POLICY section 1, decision 341). Each entry names the hash of the one before; the head, signed
/// with the register's own key, names the number and hash of the last one. Words and kinds of
/// entries are those of FIRES (https://fires.fedimod.org/).
namespace federation {

constexpr std::size_t register_page_size = 100;
constexpr std::int64_t max_register_entries = 20'000;
constexpr std::size_t max_register_head_bytes = 8UL * 1024;
constexpr std::size_t max_register_page_bytes = 256UL * 1024;
constexpr std::size_t max_register_reason = 200; ///< Code points.

enum class RegisterEntryType {
    Recommendation,
    Retraction, ///< Takes a recommendation back.
    Tombstone,  ///< The same, and what was said is to be forgotten.
    Key,        ///< From the next entry on another key signs; proven by the one before.
};

struct RegisterEntry {
    std::int64_t number = 0; ///< From 1, without gaps.
    std::string previous{};  ///< Hash of the entry before; "" of the first.
    Time at{};
    RegisterEntryType type = RegisterEntryType::Recommendation;
    std::string kind{};    ///< Of what it is about: "domain", "link-domain".
    std::string subject{}; ///< Such as a host, canonical.
    std::string word{};    ///< "accept", "filter", "reject", "drop".
    std::string issuer{};  ///< With accept: the server actor that may attest people of the host.
    std::string reason{};  ///< In the words of who keeps it; one clean line.
    std::string key{};     ///< Of a Key entry: the next one, as multikey.
    std::string hash{};    ///< Of the entry, by whoever read or made it.
};

/// The signed statement of how long the chain is.
struct RegisterHead {
    std::string id{};    ///< The address of the register.
    std::string actor{}; ///< Whose it is.
    Time at{};
    std::int64_t version = 0; ///< Number of the last entry; 0: none.
    std::string last{};       ///< Its hash; "" when there is none.
    std::string key{};        ///< Multikey that signed this; shown to whoever follows anew.
    std::string pages{};      ///< Address of the entries, to which the number of a page is added.
};

/// "z6Mk..." or "did:key:z6Mk...", as multikey. Errors: Invalid (another form, no Ed25519 key).
Result<std::string> parse_register_key(std::string_view text);

/// Without proof and hash. Only a Key entry has a proof (sign_register).
Json render_register_entry(const RegisterEntry& entry);
/// Errors: Invalid (anything out of bounds, unknown words; ids and hosts that are not canonical).
Result<RegisterEntry> parse_register_entry(const Json& document);
/// What the next entry names as the one before: SHA-256 of the JCS form, in hexadecimal digits; the
/// proof is part of it. Errors: Invalid (not canonical JSON).
Result<std::string> hash_register_entry(const Json& document);

Json render_register_head(const RegisterHead& head); ///< Without its proof.
/// Errors: Invalid; Unauthorized (an address in it is on another origin).
Result<RegisterHead> parse_register_head(const Json& document);

Json render_register_page(std::string_view id, Json entries);
/// The entries of a page. Errors: Invalid (no page, more than fit one).
Result<std::vector<Json>> parse_register_page(const Json& document);

/// Adds the proof of the register's key, which names itself (did:key).
/// Errors: Invalid (no Ed25519 key).
Result<Json> sign_register(Json document, const crypto::PrivateKey& key, Time now);
/// Errors: Unauthorized (no proof, or of another key); Invalid (no such key).
Result<Done> verify_register(const Json& document, std::string_view multikey);

/// Where a reader stands in a chain.
struct RegisterChain {
    std::int64_t version = 0;
    std::string last{};
    std::string key{}; ///< Multikey that signs now.
};
/// Reads one more entry and checks that it is the next one. Changes `chain` only when it is.
/// Errors: Invalid (malformed); Forbidden (it does not follow what was read before); Unauthorized
/// (a Key entry without the proof of the key before).
Result<RegisterEntry> extend_register(RegisterChain& chain, const Json& document);

/// Names the register in a server actor's document (`registerDocument`, an own term).
void add_register_link(Json& actor_document, std::string_view uri);

std::string_view to_string(RegisterEntryType type); ///< "recommendation", ...

} // namespace federation
