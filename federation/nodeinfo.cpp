#include "federation/nodeinfo.h"

#include "base/json_reader.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/uris.h"
#include "federation/values.h"

#include <fmt/format.h>

namespace federation {

namespace {

constexpr std::string_view schema_2_0 = "http://nodeinfo.diaspora.software/ns/schema/2.0";
constexpr std::string_view schema_2_1 = "http://nodeinfo.diaspora.software/ns/schema/2.1";
constexpr std::string_view application = "https://www.w3.org/ns/activitystreams#Application";

/// The href of the first link with that `rel` on `origin`, or "".
std::string find_link(const Json& document, std::string_view rel, std::string_view origin) {
    constexpr std::size_t max_links = 50;
    if (!document.is_object()) return {};
    JsonReader json(document);
    for (const Json* entry : json.list("links", max_links)) {
        if (!entry->is_object()) continue;
        JsonReader link(*entry);
        std::string href = canonical_id(link.lenient_text("href"));
        if (link.lenient_text("rel") == rel && same_origin(href, origin)) return href;
    }
    return {};
}

NodeinfoUsage read_usage(JsonReader& json) {
    NodeinfoUsage usage;
    const Json* value = json.find("usage");
    if (!value || !value->is_object()) return usage;
    JsonReader counts(*value);
    usage.posts = count_in(counts, "localPosts").value_or(0);
    usage.comments = count_in(counts, "localComments").value_or(0);
    const Json* users = counts.find("users");
    if (!users || !users->is_object()) return usage;
    JsonReader people(*users);
    usage.users = count_in(people, "total").value_or(0);
    usage.active_month = count_in(people, "activeMonth").value_or(0);
    usage.active_half_year = count_in(people, "activeHalfyear").value_or(0);
    return usage;
}

std::string_view schema_of(NodeinfoVersion version) {
    return version == NodeinfoVersion::V21 ? schema_2_1 : schema_2_0;
}

} // namespace

Json render_nodeinfo_links(const Instance& instance) {
    return {
        {"links",
         Json::array({
             // First, since some readers take the last link for the newest version of the document.
             {{"rel", application}, {"href", server_actor_uri(instance)}},
             {{"rel", schema_2_0}, {"href", instance.origin + "/nodeinfo/2.0"}},
             {{"rel", schema_2_1}, {"href", instance.origin + "/nodeinfo/2.1"}},
         })},
    };
}

Json render_nodeinfo(const Instance& instance,
                     NodeinfoVersion version,
                     const NodeinfoUsage& usage,
                     bool open_registrations) {
    const bool newer = version == NodeinfoVersion::V21;
    Json out = {
        {"version", newer ? "2.1" : "2.0"},
        {"software", {{"name", "staffroom"}, {"version", instance.version}}},
        {"protocols", Json::array({"activitypub"})},
        {"services", {{"inbound", Json::array()}, {"outbound", Json::array()}}},
        {"openRegistrations", open_registrations},
        {"usage",
         {{"users",
           {{"total", usage.users},
            {"activeMonth", usage.active_month},
            {"activeHalfyear", usage.active_half_year}}},
          {"localPosts", usage.posts}}},
        {"metadata", {{"nodeName", instance.title}, {"nodeDescription", instance.description}}},
    };
    if (newer) out["usage"]["localComments"] = usage.comments;
    return out;
}

std::string nodeinfo_media_type(NodeinfoVersion version) {
    return fmt::format("application/json; profile=\"{}#\"; charset=utf-8", schema_of(version));
}

Result<std::string> parse_nodeinfo_links(const Json& document, std::string_view origin) {
    for (const std::string_view schema : {schema_2_1, schema_2_0}) {
        std::string href = find_link(document, schema, origin);
        if (!href.empty()) return href;
    }
    return Error{.kind = Error::Kind::Invalid, .detail = "nodeinfo: no link on the same origin"};
}

std::string parse_server_actor_link(const Json& document, std::string_view origin) {
    return find_link(document, application, origin);
}

Result<Nodeinfo> parse_nodeinfo(const Json& document) {
    constexpr std::size_t max_length = 100;
    JsonReader json(document);
    Nodeinfo info;
    if (const Json* software = json.find("software"); software && software->is_object()) {
        JsonReader about(*software);
        info.software = clean_text(about.lenient_text("name"), max_length);
        info.version = clean_text(about.lenient_text("version"), max_length);
    }
    info.usage = read_usage(json);
    return json.finish(std::move(info));
}

} // namespace federation
