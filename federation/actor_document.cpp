#include "base/text.h"
#include "federation/actor.h"
#include "federation/context.h"
#include "federation/policy.h"
#include "federation/tags.h"
#include "federation/uris.h"

#include <fmt/format.h>

namespace federation {

namespace {

Json render_image(const ActorImage& image) {
    Json out = {{"type", "Image"}, {"url", image.url}};
    if (!image.media_type.empty()) out["mediaType"] = image.media_type;
    if (!image.description.empty()) out["name"] = image.description;
    return out;
}

void render_keys(Json& out,
                 const std::string& id,
                 std::string_view pem,
                 std::string_view multikey) {
    out["publicKey"] = {{"id", main_key_id(id)}, {"owner", id}, {"publicKeyPem", pem}};
    if (multikey.empty()) return;
    Json key = {{"id", ed25519_key_id(id)},
                {"type", "Multikey"},
                {"controller", id},
                {"publicKeyMultibase", multikey}};
    out["assertionMethod"] = Json::array({std::move(key)});
}

Json render_rfc9421() {
    return {{"href", "https://datatracker.ietf.org/doc/html/rfc9421"},
            {"name", "RFC-9421: HTTP Message Signatures"}};
}

/// Tells others that we understand new signatures (FEP-844e).
Json render_generator(const Instance& instance) {
    return {{"type", "Application"},
            {"name", "Staffroom"},
            {"url", instance.origin + "/"},
            {"implements", Json::array({render_rfc9421()})}};
}

Json render_fields(const std::vector<ProfileField>& fields) {
    Json out = Json::array();
    for (const auto& field : fields) {
        out.push_back({{"type", "PropertyValue"}, {"name", field.name}, {"value", field.value}});
    }
    return out;
}

Json render_actor_tags(const Instance& instance, const ActorDocument& actor) {
    std::vector<Hashtag> hashtags;
    for (const auto& tag : actor.hashtags) {
        hashtags.push_back(
            {.name = fold(tag), .display = tag, .href = tag_url(instance, fold(tag))});
    }
    return render_tags({}, hashtags, actor.emojis);
}

void render_places(Json& out, const Instance& instance, const std::string& id) {
    out["inbox"] = inbox_uri(id);
    out["outbox"] = outbox_uri(id);
    out["endpoints"] = {{"sharedInbox", shared_inbox_uri(instance)}};
    out["sharedInbox"] = shared_inbox_uri(instance); // Old Misskey reads it here.
}

/// Where an app of the account's owner asks for everything of it (FEP-9091).
Json render_services(const std::string& id) {
    return Json::array({{{"id", id + "#export"},
                         {"type", "https://w3id.org/fep/9091#Export"},
                         {"serviceEndpoint", id + "/export"}}});
}

/// A user name has no port.
std::string host_name(const Instance& instance) {
    return instance.host.substr(0, instance.host.rfind(':'));
}

} // namespace

Json render_actor(const Instance& instance, const ActorDocument& actor) {
    const std::string id = actor_uri(instance, actor.username);
    const bool has_multikey = !actor.ed25519_multikey.empty();
    Json out = {
        {"@context", has_multikey ? signed_actor_context() : actor_context()},
        {"id", id},
        {"type", to_string(actor.type)},
        {"preferredUsername", actor.username},
        {"webfinger", fmt::format("{}@{}", actor.username, instance.handle_host)},
        {"name", actor.name},
        {"summary", actor.summary},
        {"url", profile_url(instance, actor.username)},
        {"followers", followers_uri(id)},
        {"following", following_uri(id)},
        {"featured", featured_uri(id)},
        {"featuredTags", featured_tags_uri(id)},
        {"published", format_iso8601(actor.published)},
        {"manuallyApprovesFollowers", actor.locked},
        {"discoverable", actor.discoverable},
        {"indexable", actor.indexable},
        {"memorial", actor.memorial},
        {"hidesToPublicFromUnauthedWeb", true},
        {"hidesCcPublicFromUnauthedWeb", true},
        {"attachment", render_fields(actor.fields)},
        {"tag", render_actor_tags(instance, actor)},
        {"alsoKnownAs", actor.aliases},
        {"attributionDomains", actor.attribution_domains},
        {"generator", render_generator(instance)},
    };
    render_places(out, instance, id);
    render_keys(out, id, actor.public_key_pem, actor.ed25519_multikey);
    if (actor.icon) out["icon"] = render_image(*actor.icon);
    if (actor.image) out["image"] = render_image(*actor.image);
    if (actor.suspended)
        out["suspended"] = true;
    else
        out["service"] = render_services(id);
    if (!actor.moved_to.empty()) out["movedTo"] = actor.moved_to;
    return out;
}

Json render_server_actor(const Instance& instance,
                         std::string_view public_key_pem,
                         std::string_view ed25519_multikey) {
    const std::string id = server_actor_uri(instance);
    Json out = {
        {"@context", ed25519_multikey.empty() ? actor_context() : signed_actor_context()},
        {"id", id},
        {"type", "Application"},
        {"preferredUsername", host_name(instance)},
        {"name", instance.title},
        {"url", instance.origin + "/"},
        {"manuallyApprovesFollowers", true},
        {"generator", render_generator(instance)},
    };
    out["@context"].push_back(
        {{"policyDocument", {{"@id", policy_link_standard}, {"@type", "@id"}}}});
    out["policyDocument"] = id + "/policy";
    out["implements"] = Json::array(
        {render_rfc9421(), {{"href", policy_standard}, {"name", "Staffroom policy document"}}});
    render_places(out, instance, id);
    render_keys(out, id, public_key_pem, ed25519_multikey);
    return out;
}

Json render_actor_stub(const Instance& instance,
                       ActorType type,
                       std::string_view username,
                       std::string_view public_key_pem) {
    const std::string id = actor_uri(instance, username);
    Json out = {
        {"@context", actor_context()},
        {"id", id},
        {"type", to_string(type)},
        {"preferredUsername", username},
        {"inbox", inbox_uri(id)},
    };
    render_keys(out, id, public_key_pem, {});
    return out;
}

} // namespace federation
