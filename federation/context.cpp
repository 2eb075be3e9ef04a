#include "federation/context.h"

#include <string_view>

namespace federation {

namespace {

constexpr auto activity_streams = "https://www.w3.org/ns/activitystreams";
constexpr auto security = "https://w3id.org/security/v1";
constexpr auto data_integrity = "https://w3id.org/security/data-integrity/v2";
constexpr auto multikey = "https://w3id.org/security/multikey/v1";

constexpr std::string_view note_terms = R"json({
    "ostatus": "http://ostatus.org#",
    "atomUri": "ostatus:atomUri",
    "inReplyToAtomUri": "ostatus:inReplyToAtomUri",
    "conversation": "ostatus:conversation",
    "sensitive": "as:sensitive",
    "toot": "http://joinmastodon.org/ns#",
    "votersCount": "toot:votersCount",
    "blurhash": "toot:blurhash",
    "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
    "Emoji": "toot:Emoji",
    "Hashtag": "as:Hashtag",
    "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"},
    "quoteUri": "http://fedibird.com/ns#quoteUri",
    "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
    "quoteAuthorization": {"@id": "https://w3id.org/fep/044f#quoteAuthorization", "@type": "@id"},
    "gts": "https://gotosocial.org/ns#",
    "replyAuthorization": {"@id": "gts:replyAuthorization", "@type": "@id"},
    "approvedBy": {"@id": "gts:approvedBy", "@type": "@id"},
    "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
    "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
    "canReply": {"@id": "gts:canReply", "@type": "@id"},
    "canLike": {"@id": "gts:canLike", "@type": "@id"},
    "canAnnounce": {"@id": "gts:canAnnounce", "@type": "@id"},
    "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    "manualApproval": {"@id": "gts:manualApproval", "@type": "@id"}
})json";

constexpr std::string_view actor_terms = R"json({
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
    "movedTo": {"@id": "as:movedTo", "@type": "@id"},
    "Hashtag": "as:Hashtag",
    "toot": "http://joinmastodon.org/ns#",
    "featured": {"@id": "toot:featured", "@type": "@id"},
    "featuredTags": {"@id": "toot:featuredTags", "@type": "@id"},
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "memorial": "toot:memorial",
    "suspended": "toot:suspended",
    "attributionDomains": {"@id": "toot:attributionDomains", "@type": "@id"},
    "Emoji": "toot:Emoji",
    "schema": "http://schema.org#",
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "implements": {
        "@id": "https://w3id.org/fep/844e/implements", "@type": "@id", "@container": "@list"
    },
    "gts": "https://gotosocial.org/ns#",
    "hidesToPublicFromUnauthedWeb": "gts:hidesToPublicFromUnauthedWeb",
    "hidesCcPublicFromUnauthedWeb": "gts:hidesCcPublicFromUnauthedWeb",
    "did": "https://www.w3.org/ns/did#",
    "service": {"@id": "did:service", "@type": "@id"},
    "serviceEndpoint": {"@id": "did:serviceEndpoint", "@type": "@id"}
})json";

constexpr std::string_view quote_terms = R"json({
    "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
    "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
    "gts": "https://gotosocial.org/ns#",
    "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
    "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"}
})json";

constexpr std::string_view leave_terms = R"json({
    "gts": "https://gotosocial.org/ns#",
    "announceAuthorization": {"@id": "gts:announceAuthorization", "@type": "@id"},
    "approvedBy": {"@id": "gts:approvedBy", "@type": "@id"}
})json";

} // namespace

const Json& note_context() {
    static const Json context = {activity_streams, Json::parse(note_terms)};
    return context;
}

const Json& actor_context() {
    static const Json context = {activity_streams, security, Json::parse(actor_terms)};
    return context;
}

const Json& signed_actor_context() {
    static const Json context = {
        activity_streams, security, data_integrity, multikey, Json::parse(actor_terms)};
    return context;
}

const Json& leave_context() {
    static const Json context = {activity_streams, Json::parse(leave_terms)};
    return context;
}

const Json& quote_context() {
    static const Json context = [] {
        Json joined = note_context();
        joined.push_back(Json::parse(quote_terms));
        return joined;
    }();
    return context;
}

const Json& activity_context() {
    static const Json context = activity_streams;
    return context;
}

} // namespace federation
