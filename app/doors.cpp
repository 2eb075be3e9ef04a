#include "app/doors.h"

#include "api/api.h"
#include "api/oauth.h"
#include "api/scim.h"
#include "api/sign_up.h"
#include "app/source.h"
#include "base/crypto.h"
#include "base/html.h"
#include "db/migrate.h"
#include "members/sessions.h"
#include "members/tokens.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace app {
namespace {

inbox::HostBuckets::Options bucket_options(const Config& config) {
    // Without a limit: one that nobody reaches.
    const auto rate = static_cast<double>(config.limits.inbox_requests_per_second);
    if (rate == 0) return {.per_second = 1e9, .burst = 1e9};
    return {.per_second = rate, .burst = rate * 10};
}

void add_health_routes(http::Router& router, db::Pool& pool) {
    router.add({.method = "GET",
                .pattern = "/health/live",
                .access = http::Access::Anyone,
                .handler = [](const http::Call&) -> Result<http::Response> {
                    return http::text_response("ok\n");
                }});
    router.add({.method = "GET",
                .pattern = "/health/ready",
                .access = http::Access::Anyone,
                .handler = [&pool](const http::Call&) -> Result<http::Response> {
                    try {
                        if (db::missing_migrations(pool) == 0) return http::text_response("ok\n");
                        return http::text_response("the database's schema is not the program's\n",
                                                   503);
                    } catch (const db::Unavailable&) {
                        return http::text_response("no database\n", 503);
                    }
                }});
}

/// A file of HTML, made safe as if a stranger had written it.
std::string read_paper(const std::string& path) {
    if (path.empty()) return {};
    std::ifstream file(path);
    if (!file) throw CommandFailed(fmt::format("instance: \"{}\" cannot be read", path));
    const std::string html{std::istreambuf_iterator<char>(file), {}};
    return sanitize_html(html);
}

Time changed_at(const std::string& path) {
    if (path.empty()) return {};
    const auto written = std::filesystem::last_write_time(path);
    return std::chrono::time_point_cast<Time::duration>(std::chrono::file_clock::to_sys(written));
}

api::Papers read_papers(const Config::Instance& config) {
    return {.privacy_policy = read_paper(config.privacy_policy),
            .privacy_policy_at = changed_at(config.privacy_policy),
            .terms = read_paper(config.terms_of_service),
            .terms_at = changed_at(config.terms_of_service)};
}

/// The same for people who join: with what holds where the house has said nothing.
members::Papers papers_to_accept(const Context& context, const Parts& parts) {
    auto papers = read_papers(context.config.instance);
    const bool is_usual = papers.privacy_policy.empty();
    return {.terms = std::move(papers.terms),
            .terms_at = papers.terms_at,
            .privacy = is_usual ? members::usual_privacy_policy(context.instance)
                                : std::move(papers.privacy_policy),
            .privacy_at = papers.privacy_policy_at,
            .version = parts.joining.terms_version};
}

std::unique_ptr<SignOnParts> make_sign_on(const Context& context,
                                          Parts& parts,
                                          http::Client& client) {
    if (context.config.sign_on.preset.empty()) return nullptr;
    return std::make_unique<SignOnParts>(
        parts.pool, client, parts.instance, context.config, parts.roster, parts.link_key);
}

} // namespace

Doors::Doors(const Context& context, Parts& parts)
    : posts({.pool = parts.pool,
             .instance = parts.instance,
             .resolver = parts.resolver,
             .peers = parts.peers}),
      archives((std::filesystem::path(context.instance.data_dir) / "archives").string(),
               static_cast<std::uint64_t>(context.config.media.reserve_mb) * 1024 * 1024),
      pages{.pool = parts.pool,
            .instance = parts.instance,
            .passwords = parts.passwords,
            .sign_in = parts.sign_in,
            .resolver = parts.resolver,
            .peers = parts.peers,
            .throttle = parts.throttle,
            .link_key = parts.link_key,
            .now = system_now,
            .archives = &archives,
            .roster = &parts.roster,
            .joining = &parts.joining,
            .papers = papers_to_accept(context, parts)},
      serving{.pool = parts.pool, .instance = parts.instance},
      open_client(open_client_options(context)),
      sign_on(make_sign_on(context, parts, open_client)), scim{.pool = parts.pool,
                                                               .accounts = parts.roster.accounts,
                                                               .terms = scim_terms(context.config),
                                                               .origin = parts.instance.origin},
      media(context, parts.peer_client, open_client),
      peering_fetcher({.pool = parts.pool,
                       .client = open_client,
                       .instance = parts.instance,
                       .keys = parts.keys,
                       .server_actor = parts.server_actor,
                       .allow_http = !context.config.testing.http_peers.empty()}),
      policies{.pool = parts.pool,
               .instance = parts.instance,
               .fetcher = peering_fetcher,
               .resolver = parts.resolver,
               .peers = parts.peers},
      door_writer(parts.pool, parts.inbox_wake),
      key_fetches(std::max(1, static_cast<int>(context.config.server.handler_threads) / 4)),
      buckets(bucket_options(context.config)), door{.pool = parts.pool,
                                                    .instance = parts.instance,
                                                    .peers = parts.peers,
                                                    .signers = parts.signers,
                                                    .writer = door_writer,
                                                    .refusals = refusals,
                                                    .peering_fetcher = peering_fetcher,
                                                    .key_fetches = key_fetches,
                                                    .buckets = buckets},
      streams({.max_streams_per_member =
                   static_cast<std::size_t>(context.config.limits.streams_per_member)}) {
    router.recognise_with({
        .token =
            [&parts](std::string_view bearer) {
                return members::recognise_token(parts.pool, bearer, system_now());
            },
        .session =
            [&parts](const http::Request& request) {
                return members::recognise_session(
                    parts.pool, parts.instance, request, system_now());
            },
        .peer =
            [this](const http::Request& request) { return inbox::recognise_reader(door, request); },
    });
    const auto limit = static_cast<std::size_t>(context.config.limits.requests_per_5_minutes);
    router.limit_with({.per_address = limit, .per_token = limit});
    add_health_routes(router, parts.pool);
    const auto& source_url = context.config.instance.source_url;
    const auto archive = find_source_archive();
    if (archive.empty() && source_url.empty()) {
        spdlog::error("app: no staffroom-source.tar.gz beside the program: install it, or set "
                      "instance.source_url (the licence wants the source to be offered)");
    }
    add_source_route(router, archive, source_url);
    inbox::add_routes(router, door);
    outbox::add_routes(router, serving);
    const auto vapid_key = crypto::base64url(parts.vapid_key.point);
    api = api::add_routes(router,
                          {.pool = parts.pool,
                           .instance = parts.instance,
                           .resolver = parts.resolver,
                           .peers = parts.peers,
                           .posts = posts,
                           .links = media.links,
                           .workshop = media.workshop,
                           .streams = streams,
                           .vapid_key = vapid_key,
                           .sign_ups = parts.sign_up_desk.rules,
                           .papers = read_papers(context.config.instance)});
    media::add_routes(router, media.serving);
    api::add_oauth_routes(router,
                          {.pool = parts.pool,
                           .instance = parts.instance,
                           .now = system_now,
                           .vapid_key = vapid_key});
    api::add_sign_up_routes(router, {.desk = parts.sign_up_desk});
    api::add_scim_routes(router, {.desk = scim, .now = system_now});
    // The pages were made before the client that a sign-on needs.
    if (sign_on) pages.sign_on = &sign_on->desk;
    web::add_routes(router, pages);
    web::add_case_file_routes(router, case_files);
    web::add_peering_routes(router, peer_pages);
}

} // namespace app
