#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace federation {

/// What an activity names in `object`, `target`, `instrument` or `result`, as far as its document
/// tells. Nothing here is trusted: an embedded copy is the sender's word.
struct ObjectRef {
    std::string id{};                   ///< Empty: anonymous.
    std::string type{};                 ///< Empty: only the id was given.
    std::string actor{};                ///< Of an embedded activity.
    std::string object{};               ///< Of an embedded activity.
    std::string object_type{};          ///< The same, when it is embedded itself.
    std::string object_actor{};         ///< The actor of that, for an Announce around an Undo.
    std::string instrument{};           ///< Of an embedded QuoteRequest.
    std::vector<std::string> authors{}; ///< attributedTo.
    bool embedded = false;
};

/// An activity as it came in: well-formed, and nothing more. All ids are canonical (base/uri.h).
/// Who sent it and whether it may is another type's business (inbox::Received).
struct Activity {       // NOLINT(bugprone-exception-escape): moving a Json throws nothing.
    std::string id{};   ///< Empty for the types that may lack one (PROTOCOL 11.5).
    std::string type{}; ///< The first known one; of unknown ones the first.
    std::string actor{};
    std::string object{};             ///< Id of the first object; "" when it is anonymous.
    std::vector<ObjectRef> objects{}; ///< GoToSocial sends votes, Flag its posts as a list.
    ObjectRef target{};
    ObjectRef result{};
    ObjectRef instrument{};
    std::vector<std::string> to{}; ///< The public collection only as its full IRI.
    std::vector<std::string> cc{};
    std::vector<std::string> audience{};
    std::optional<Time> published{};
    std::string
        content{}; ///< Plain text: a Flag's reason, a Like's emoji; at most 5,000 characters.
    bool has_proof = false;
    /// Without bto and bcc, so that they are never stored. A proof is over what was received:
    /// verify it over the parsed body, not over this.
    Json document{};
};

/// "https://www.w3.org/ns/activitystreams#Public"
extern const std::string_view public_collection;
bool is_public(std::string_view id); ///< Also "as:Public" and "Public".

/// A row of PROTOCOL section 12.
bool is_known_activity(std::string_view type);
/// Accept, Reject, Undo, Add, Remove, Delete, Update, Follow.
bool may_lack_id(std::string_view type);

/// Checks what PROTOCOL 11.3 and the form part of 11.5 ask: an object without @graph, @included,
/// @reverse, @nest or @import anywhere, a type, one actor with an http(s) id, an id (where the
/// type needs one) on the actor's origin; an Announce of an Announce of an Announce is refused.
/// Unknown types pass, so that they can be answered 202 and forgotten.
///
/// Errors: Invalid, with the property.
Result<Activity> parse_activity(Json document);

/// The embedded object number `index`, nullptr when only its id was given. Points into `activity`.
const Json* embedded_object(const Activity& activity, std::size_t index = 0);
const Json* embedded_instrument(const Activity& activity);

/// An activity inside an Announce by a group (FEP-1b12), read by the same rules.
Result<Activity> parse_inner_activity(const Activity& announce);

/// What a Flag reports: the ids of its objects, then the http(s) URLs in its text, where Misskey
/// names the posts. At most 60, no duplicates; whose they are is to be checked.
std::vector<std::string> reported_ids(const Activity& flag);

/// Every id whose host must pass the peer gate (PROTOCOL 11.2): owner of the key, actor, authors of
/// embedded objects, boosted and quoted objects, the actor of a wrapped activity. No duplicates.
std::vector<std::string> speaks_for(const Activity& activity, std::string_view key_owner);

} // namespace federation
