#include "federation/webfinger.h"

#include "base/html.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/moderators.h"
#include "federation/uris.h"
#include "federation/values.h"

#include <fmt/format.h>

#include <algorithm>

namespace federation {

namespace {

constexpr std::string_view activity_json = "application/activity+json";
constexpr std::string_view activity_streams = "https://www.w3.org/ns/activitystreams";

Error not_found() {
    return {.kind = Error::Kind::NotFound, .detail = "webfinger: not ours"};
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The bare name of our host, as a server actor's user name has it.
std::string host_name(const Instance& instance) {
    return instance.host.substr(0, instance.host.rfind(':'));
}

bool is_our_host(const Instance& instance, std::string_view host) {
    return host == instance.handle_host || host == instance.host;
}

/// application/activity+json, or application/ld+json with the ActivityStreams profile.
bool is_activity_type(std::string_view media_type) {
    const std::string type = ascii_lower(trim(media_type.substr(0, media_type.find(';'))));
    if (type == activity_json) return true;
    return type == "application/ld+json" &&
           media_type.find(activity_streams) != std::string_view::npos;
}

Json self_link(const std::string& actor) {
    return {{"rel", "self"}, {"type", activity_json}, {"href", actor}};
}

} // namespace

bool is_username(std::string_view name) {
    constexpr std::size_t max_length = 253;
    if (name.empty() || name.size() > max_length) return false;
    if (!is_word(name.front()) || !is_word(name.back())) return false;
    return std::ranges::all_of(name, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

Result<Handle> parse_handle(std::string_view text) {
    const Error invalid{.kind = Error::Kind::Invalid, .detail = "not a handle"};
    text = trim(text);
    if (iequals(text.substr(0, 5), "acct:")) text.remove_prefix(5);
    if (text.starts_with('@')) text.remove_prefix(1);
    const auto at = text.find('@');
    if (at == std::string_view::npos || !is_username(text.substr(0, at))) return invalid;
    auto host = parse_authority(text.substr(at + 1));
    if (!host) return invalid;
    return Handle{.user = std::string(text.substr(0, at)), .host = std::move(*host)};
}

Result<WebfingerQuery> parse_webfinger_resource(const Instance& instance,
                                                std::string_view resource) {
    using Kind = WebfingerQuery::Kind;
    if (const auto handle = parse_handle(resource)) {
        if (!is_our_host(instance, handle->host)) return not_found();
        const bool is_server = iequals(handle->user, host_name(instance));
        return is_server ? WebfingerQuery{.kind = Kind::ServerActor}
                         : WebfingerQuery{.kind = Kind::Account, .name = handle->user};
    }
    const auto uri = parse_uri(resource);
    if (!uri || uri->origin() != instance.origin) return not_found();
    if (uri->path == "/" && !uri->has_query) return WebfingerQuery{.kind = Kind::InstanceRoot};
    const auto local = parse_local_uri(instance, resource);
    if (!local) return not_found();
    if (local->kind == LocalUri::Kind::ServerActor) {
        return WebfingerQuery{.kind = Kind::ServerActor};
    }
    const std::string name = local_actor_name(instance, resource);
    if (!is_username(name)) return not_found();
    return WebfingerQuery{.kind = Kind::Account, .name = name};
}

Json render_webfinger(const Instance& instance, std::string_view username) {
    const std::string page = profile_url(instance, username);
    const std::string actor = actor_uri(instance, username);
    const std::string subscribe = instance.origin + "/authorize_interaction?uri={uri}";
    return {
        {"subject", fmt::format("acct:{}@{}", username, instance.handle_host)},
        {"aliases", {page, actor}},
        {"links",
         Json::array({
             {{"rel", "http://webfinger.net/rel/profile-page"},
              {"type", "text/html"},
              {"href", page}},
             self_link(actor),
             {{"rel", "http://ostatus.org/schema/1.0/subscribe"}, {"template", subscribe}},
         })},
    };
}

Json render_server_webfinger(const Instance& instance, WebfingerQuery::Kind asked_for) {
    const std::string actor = server_actor_uri(instance);
    Json links = Json::array({self_link(actor)});
    const bool root = asked_for == WebfingerQuery::Kind::InstanceRoot;
    if (root) {
        links.push_back(render_moderators_link(instance));
        links.push_back({{"rel", "https://www.w3.org/ns/activitystreams#Service"},
                         {"type", activity_json},
                         {"href", actor}});
    }
    const std::string subject =
        root ? instance.origin + "/"
             : fmt::format("acct:{}@{}", host_name(instance), instance.handle_host);
    return {
        {"subject", subject},
        {"aliases", Json::array({actor})},
        {"links", std::move(links)},
    };
}

Result<Webfinger> parse_webfinger(const Json& jrd) {
    constexpr std::size_t max_links = 100;
    JsonReader json(jrd);
    Webfinger answer;
    if (const auto subject = parse_handle(json.lenient_text("subject"))) answer.subject = *subject;
    for (const Json* entry : json.list("links", max_links)) {
        if (!entry->is_object()) continue;
        JsonReader link(*entry);
        if (link.lenient_text("rel") != "self") continue;
        if (!is_activity_type(link.lenient_text("type"))) continue;
        std::string actor = canonical_id(link.lenient_text("href"));
        if (!actor.empty()) answer.actors.push_back(std::move(actor));
    }
    if (answer.actors.empty()) {
        return Error{.kind = Error::Kind::Invalid, .detail = "webfinger: no self link"};
    }
    return json.finish(std::move(answer));
}

bool needs_second_lookup(const Webfinger& answer, const Handle& asked) {
    return answer.subject && answer.subject->host != asked.host;
}

std::string render_host_meta_xml(const Instance& instance) {
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n"
                       "  <Link rel=\"lrdd\" "
                       "template=\"{}/.well-known/webfinger?resource={{uri}}\"/>\n"
                       "</XRD>\n",
                       escape_html(instance.origin));
}

Json render_host_meta(const Instance& instance) {
    return {
        {"links",
         Json::array({
             {{"rel", "lrdd"},
              {"type", "application/jrd+json"},
              {"template", instance.origin + "/.well-known/webfinger?resource={uri}"}},
         })},
    };
}

} // namespace federation
