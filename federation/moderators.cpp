#include "federation/moderators.h"

#include "base/json_reader.h"
#include "base/uri.h"
#include "federation/uris.h"
#include "federation/values.h"

namespace federation {
namespace {

constexpr std::string_view group_rel = "https://www.w3.org/ns/activitystreams#Group";
constexpr std::string_view relationship = "https://www.w3.org/ns/activitystreams#relationship";
constexpr std::string_view moderation = "moderation";
constexpr std::string_view activity_json = "application/activity+json";
constexpr std::size_t max_links = 100;

} // namespace

std::string moderators_uri(const Instance& instance) {
    return server_actor_uri(instance) + "/moderators";
}

Json render_moderators(const Instance& instance) {
    const auto id = moderators_uri(instance);
    return {{"@context", "https://www.w3.org/ns/activitystreams"},
            {"id", id},
            {"type", "Group"},
            {"preferredUsername", "moderators"},
            {"name", "Moderators of " + instance.title},
            {"attributedTo", server_actor_uri(instance)},
            {"inbox", inbox_uri(id)},
            {"outbox", outbox_uri(server_actor_uri(instance))},
            {"url", instance.origin + "/about"}};
}

Json render_moderators_link(const Instance& instance) {
    return {{"rel", group_rel},
            {"type", activity_json},
            {"href", moderators_uri(instance)},
            {"properties", {{relationship, moderation}}}};
}

std::string parse_moderators_link(const Json& jrd, std::string_view origin) {
    if (!jrd.is_object()) return {};
    JsonReader json(jrd);
    for (const Json* entry : json.list("links", max_links)) {
        if (!entry->is_object()) continue;
        JsonReader link(*entry);
        const Json* properties = link.find("properties");
        if (link.lenient_text("rel") != group_rel || properties == nullptr ||
            !properties->is_object())
            continue;
        JsonReader property(*properties);
        if (property.lenient_text(relationship) != moderation) continue;
        const auto href = web_url(link.lenient_text("href"));
        if (same_origin(href, origin)) return href;
    }
    return {};
}

Result<std::string> parse_moderators_inbox(const Json& document, std::string_view uri) {
    const Error invalid{.kind = Error::Kind::Invalid, .detail = "moderators: not that Group"};
    if (!document.is_object() || !has_type(document, "Group") || id_of(document) != uri)
        return invalid;
    JsonReader json(document);
    const auto inbox = first_id_in(json, "inbox");
    if (!same_origin(inbox, uri)) return invalid;
    return inbox;
}

} // namespace federation
