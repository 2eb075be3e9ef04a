#pragma once

#include "base/crypto.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace federation {

constexpr std::size_t max_policy_bytes = 32UL * 1024;
/// Types that the server actor `implements` (FEP-844e).
constexpr std::string_view policy_standard = "https://staffroom.example/ns/v1#PolicyDocument";

/// A key with which the server actor signed at some time.
struct PolicyKey {
    std::string id{};
    std::string multikey{};
    Time from{};
    std::optional<Time> until{}; ///< Nothing: it signs.
};

constexpr std::string_view policy_link_standard = "https://staffroom.example/ns/v1#policyDocument";

/// What a district promises, for machines (POLICY section 1): ids, numbers and addresses, no text,
/// so that reading one shows nobody a stranger's words. Own type.
struct Policy {
    std::string id{};
    std::string actor{}; ///< The server actor.
    Time at{};
    std::int64_t version = 0;
    std::int64_t covenant_version = 0; ///< Of the text for people,
    std::string covenant_url{};        ///< which is here.
    std::vector<std::string> clauses{};
    std::vector<std::string> kinds{};     ///< Of educators, who can be attested.
    std::vector<std::string> assurance{}; ///< How they are known.
    std::int64_t roster_check_hours = 0;  ///< 0: no roster is checked.
    bool takes_partners = false;
    std::int64_t partner_posts_per_week = 0;
    std::string report_contact{};  ///< "mailto:…" or "https://…"; may be empty.
    std::string report_group{};    ///< The moderators' Group actor; may be empty.
    std::string privacy_contact{}; ///< Is told of posts that may name students.
    std::int64_t acknowledge_hours = 0;
    std::int64_t decide_school_days = 0;
    std::int64_t urgent_hours = 0;        ///< Threats, students.
    std::int64_t record_days = 0;         ///< Acts of moderators are kept so long.
    std::int64_t removed_days = 0;        ///< What moderators removed is kept so long as evidence.
    std::vector<std::string> languages{}; ///< The moderators'.
    std::vector<PolicyKey> keys{};
};

/// Without its proof (federation::add_proof).
Json render_policy(const Policy& policy);
/// The part of it that says what is promised: everything but id, author and date.
Json render_promises(const Policy& policy);

/// Whatever is in it is of a plain alphabet and bounded; the proof is not looked at.
///
/// Errors: Invalid (too large, not a policy, anything out of bounds); Unauthorized (its author, or
/// an address in it, is on another origin).
Result<Policy> parse_policy(const Json& document);
/// Of what render_promises made; `actor` is whose it is.
Result<Policy> parse_promises(const Json& promises, std::string_view actor);

/// A policy whose author is that actor and which bears its proof (eddsa-jcs-2022), by one of the
/// keys that its document lists.
///
/// Errors: as parse_policy; Unauthorized (another author, no proof or not the actor's).
Result<Policy> read_policy(const Json& document, const Json& actor_document);

/// Where the actor's document says that its policy is (`policyDocument`); "" when it names none on
/// its own origin.
std::string policy_link(const Json& actor_document);

} // namespace federation
