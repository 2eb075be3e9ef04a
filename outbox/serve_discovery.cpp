#include "actors/local.h"
#include "db/covenants.h"
#include "db/usage.h"
#include "educators/attestation.h"
#include "federation/collection.h"
#include "federation/moderators.h"
#include "federation/nodeinfo.h"
#include "federation/uris.h"
#include "federation/webfinger.h"
#include "moderation/covenant.h"
#include "outbox/serving.h"

#include <limits>

/// What everybody may ask: who is here, and what this is.
namespace outbox {
namespace {

using Response = Result<http::Response>;
using federation::NodeinfoVersion;
using federation::WebfingerQuery;

http::Response public_response(std::string body, std::string media_type) {
    http::Response response{.body = std::move(body)};
    response.headers.add("Content-Type", std::move(media_type));
    response.headers.add("Cache-Control", "public, max-age=300");
    return response;
}

http::Response jrd(const Json& document) {
    return public_response(dump_json(document), "application/jrd+json; charset=utf-8");
}

// GET /.well-known/webfinger, RFC 7033, PROTOCOL 1.1
Response serve_webfinger(const ServeDeps& deps, const http::Call& call) {
    const std::string resource = call.form.text("resource");
    if (resource.empty()) return Error{Error::Kind::Invalid, "no resource"};
    const auto query = federation::parse_webfinger_resource(deps.instance, resource);
    if (!query) return query.error();
    if (query->kind != WebfingerQuery::Kind::Account) {
        return jrd(federation::render_server_webfinger(deps.instance, query->kind));
    }
    db::Tx tx(deps.pool);
    const auto account = find_member(tx, query->name);
    if (!account) return account.error();
    return jrd(federation::render_webfinger(deps.instance, account->username));
}

Response serve_host_meta(const ServeDeps& deps, const http::Call&) {
    return public_response(federation::render_host_meta_xml(deps.instance),
                           "application/xrd+xml; charset=utf-8");
}

Response serve_host_meta_json(const ServeDeps& deps, const http::Call&) {
    return jrd(federation::render_host_meta(deps.instance));
}

Response serve_nodeinfo_links(const ServeDeps& deps, const http::Call&) {
    return public_response(dump_json(federation::render_nodeinfo_links(deps.instance)),
                           "application/json; charset=utf-8");
}

Response serve_nodeinfo(const ServeDeps& deps, NodeinfoVersion version) {
    db::Tx tx(deps.pool);
    const auto usage = db::usage::load(tx);
    const Json document = federation::render_nodeinfo(deps.instance,
                                                      version,
                                                      {.users = usage.members,
                                                       .active_month = usage.active_month,
                                                       .active_half_year = usage.active_half_year,
                                                       .posts = usage.statuses,
                                                       .comments = db::usage::count_answers(tx)},
                                                      false);
    return public_response(dump_json(document), federation::nodeinfo_media_type(version));
}

// The one actor that is served unsigned: else two servers that both sign would wait for each other
// (PROTOCOL 3.1).
Response serve_server_actor(const ServeDeps& deps, const http::Call&) {
    db::Tx tx(deps.pool);
    const auto uri = federation::server_actor_uri(deps.instance);
    const auto actor = db::accounts::find_by_uri(tx, uri);
    if (!actor) return Error{Error::Kind::NotFound, "no server actor yet"};
    auto response =
        http::activity_response(dump_json(actors::render_local_actor(tx, deps.instance, *actor)));
    response.headers.set("Cache-Control", "public, max-age=300");
    return response;
}

Response serve_server_outbox(const ServeDeps& deps, const http::Call&) {
    const auto id = federation::outbox_uri(federation::server_actor_uri(deps.instance));
    return answer(federation::render_collection({.id = id, .total = 0, .items = Json::array()}));
}

// Where reports about our people go (decision 314). Unsigned, as the server actor that leads here:
// who reports may be nobody's peer yet.
Response serve_moderators(const ServeDeps& deps, const http::Call&) {
    auto response =
        http::activity_response(dump_json(federation::render_moderators(deps.instance)));
    response.headers.set("Cache-Control", "public, max-age=300");
    return response;
}

// Which of our attestations were taken back. Unsigned: it names nobody, and wallets ask for it,
// too.
Response serve_status_list(const ServeDeps& deps, const http::Call& call) {
    const auto id = parse_id(call.param("id"));
    if (!id) return Error{Error::Kind::NotFound, "no number of a list"};
    const Time now = deps.clock();
    db::Tx tx(deps.pool, db::Durability::Lazy);
    const auto issuer = educators::load_issuer(tx, deps.instance, {}, now);
    const auto list = educators::render_status_list(tx, issuer, *id, now);
    if (!list) return Error{Error::Kind::NotFound, "no such status list"};
    return public_response(dump_json(*list), "application/vc");
}

http::Response public_policy(const db::OwnPolicy& policy) {
    auto response = http::activity_response(policy.document);
    response.headers.set("Cache-Control", "public, max-age=300");
    return response;
}

// What the district promises: whoever does not know us yet reads it before asking (POLICY 1).
Response serve_policy(const ServeDeps& deps, const http::Call&) {
    db::Tx tx(deps.pool);
    moderation::own_policy(tx, deps.instance, deps.clock()); // At the first start there is none.
    const auto newest = db::covenants::newest_policy(tx);
    tx.commit();
    return public_policy(*newest);
}

Response serve_policy_version(const ServeDeps& deps, const http::Call& call) {
    const auto version = parse_id(call.param("version"));
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto policy = version && *version <= std::numeric_limits<int>::max()
                            ? db::covenants::find_policy(tx, static_cast<int>(*version))
                            : std::nullopt;
    if (!policy) return Error{Error::Kind::NotFound, "no such version of the policy"};
    return public_policy(*policy);
}

using OpenHandler = Response (*)(const ServeDeps&, const http::Call&);

http::Route open_route(std::string pattern, const ServeDeps& deps, OpenHandler handler) {
    return {.method = "GET",
            .pattern = std::move(pattern),
            .access = http::Access::Anyone,
            .handler = [&deps, handler](const http::Call& call) { return handler(deps, call); }};
}

} // namespace

void add_discovery_routes(http::Router& router, const ServeDeps& deps) {
    router.add(open_route("/.well-known/webfinger", deps, serve_webfinger));
    router.add(open_route("/.well-known/host-meta", deps, serve_host_meta));
    router.add(open_route("/.well-known/host-meta.json", deps, serve_host_meta_json));
    router.add(open_route("/.well-known/nodeinfo", deps, serve_nodeinfo_links));
    router.add(open_route("/nodeinfo/2.0", deps, [](const ServeDeps& d, const http::Call&) {
        return serve_nodeinfo(d, NodeinfoVersion::V20);
    }));
    router.add(open_route("/nodeinfo/2.1", deps, [](const ServeDeps& d, const http::Call&) {
        return serve_nodeinfo(d, NodeinfoVersion::V21);
    }));
    router.add(open_route("/status/{id}", deps, serve_status_list));
    router.add(open_route("/actor", deps, serve_server_actor));
    router.add(open_route("/actor/moderators", deps, serve_moderators));
    router.add(open_route("/actor/policy", deps, serve_policy));
    router.add(open_route("/actor/policy/{version}", deps, serve_policy_version));
    router.add(open_route("/actor/outbox", deps, serve_server_outbox));
}

} // namespace outbox
