#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>

/// Reports that are answered (decision 310): own terms on a Flag, and the case that who receives it
/// makes of it. A case has a type of its own, and so has the moderators' note in it, so that
/// neither ever turns into a post.
namespace federation {

/// What a Flag says beside Mastodon's words.
struct FlagTerms {
    std::string category{}; ///< "spam", "legal", "violation" or "other".
    std::string clause{};   ///< Of the covenant, by its id; "" for none.
    std::string case_id{};  ///< The sender's own number, to speak about it.
    bool is_urgent = false; ///< Threats, students.
    bool is_kept = false;   ///< The sender keeps copies of the posts while the case is open.
};
/// Adds them, and their context, to a rendered Flag.
void add_flag_terms(Json& flag, const FlagTerms& terms);
/// Strangers' words: what has another shape counts as absent, an unknown category as "other";
/// "threat" and "student" are violations that are urgent.
FlagTerms parse_flag_terms(const Json& flag);

struct Case {
    std::string id{};
    std::string actor{}; ///< The server actor that made it.
    std::string flag{};  ///< The Flag that it answers.
    bool is_closed = false;
    std::string outcome{}; ///< One of is_outcome(); "" while it is open.
    std::string note{};    ///< Plain text for who reported.
    Time opened_at{};
    std::optional<Time> decide_by{};
};
/// "no-breach", "warned", "removed", "limited", "attestation-revoked", "referred".
bool is_outcome(std::string_view text);
/// In words: "The moderators found no breach of the rules."; "" for what is no outcome.
std::string_view outcome_text(std::string_view outcome);

/// With its context, as it is served and sent.
Json render_case(const Case& one);
bool is_case(const Json& object);
/// Errors: NotFound (something else), Invalid (without id or maker, not on one origin, closed
/// without a known outcome).
Result<Case> parse_case(const Json& document);

} // namespace federation
