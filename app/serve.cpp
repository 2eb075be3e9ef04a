#include "app/serve.h"

#include "api/api.h"
#include "api/oauth.h"
#include "app/parts.h"
#include "db/leases.h"
#include "db/listener.h"
#include "db/migrate.h"
#include "http/metrics.h"
#include "http/router.h"
#include "http/server.h"
#include "inbox/door_writer.h"
#include "inbox/receive.h"
#include "inbox/worker.h"
#include "jobs/periodic.h"
#include "jobs/worker.h"
#include "members/accounts.h"
#include "members/sessions.h"
#include "members/tokens.h"
#include "outbox/delivery.h"
#include "outbox/serve.h"
#include "outbox/tasks.h"
#include "statuses/fetch.h"
#include "statuses/job_kinds.h"
#include "web/routes.h"

#include <spdlog/spdlog.h>

#include <charconv>
#include <thread>

namespace app {
namespace {

http::Endpoint endpoint_of(const std::string& text) {
    const auto colon = text.rfind(':');
    http::Endpoint endpoint{.address = text.substr(0, colon), .port = 0};
    if (endpoint.address == "localhost") endpoint.address = "127.0.0.1";
    if (endpoint.address.size() > 2 && endpoint.address.front() == '[') {
        endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
    }
    const char* end = text.data() + text.size();
    const auto [stopped, failure] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
    if (failure != std::errc{} || stopped != end) {
        throw CommandFailed(
            fmt::format("server.listen: \"{}\" has no port number at its end", text));
    }
    return endpoint;
}

http::ServerOptions server_options(const Context& context) {
    const Config::Server& config = context.config.server;
    http::ServerOptions options;
    for (const auto& text : config.listen)
        options.listen.push_back(endpoint_of(text));
    options.hosts = {context.instance.host};
    // By whatever name it is reached on loopback: health checks, a proxy on this machine, tests.
    for (const auto& text : config.listen)
        options.hosts.push_back(text);
    if (context.instance.handle_host != context.instance.host)
        options.hosts.push_back(context.instance.handle_host);
    for (const auto& text : config.trusted_proxies) {
        const auto network = http::parse_network(text);
        if (!network)
            throw CommandFailed(fmt::format("server.trusted_proxies: \"{}\" is no network", text));
        options.trusted_proxies.push_back(*network);
    }
    if (!config.tls_certificate.empty()) {
        options.tls = http::TlsFiles{.certificate_chain = config.tls_certificate,
                                     .private_key = config.tls_key};
    }
    options.io_threads = static_cast<std::size_t>(config.io_threads);
    options.handler_threads = static_cast<std::size_t>(config.handler_threads);
    options.max_connections = static_cast<std::size_t>(config.max_connections);
    options.max_connections_per_address =
        static_cast<std::size_t>(config.max_connections_per_address);
    return options;
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
                        return http::text_response(
                            "the database's schema is older than the program\n", 503);
                    } catch (const db::Unavailable&) {
                        return http::text_response("no database\n", 503);
                    }
                }});
}

/// Counts and times every answer, by kind of status only.
http::Response measured(const http::Router& router,
                        http::Metrics& metrics,
                        const http::Request& request) {
    static constexpr const char* help = "requests by class of status";
    const auto begun = std::chrono::steady_clock::now();
    auto response = router.answer(request);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    metrics
        .counter("staffroom_requests_total",
                 help,
                 {{"status", fmt::format("{}xx", response.status / 100)}})
        .add();
    metrics
        .histogram("staffroom_request_seconds",
                   "time to make an answer",
                   {0.001, 0.005, 0.02, 0.1, 0.5, 2, 10})
        .observe(took.count());
    return response;
}

inbox::HostBuckets::Options bucket_options(const Config& config) {
    // Without a limit: one that nobody reaches.
    const auto rate = static_cast<double>(config.limits.inbox_requests_per_second);
    if (rate == 0) return {.per_second = 1e9, .burst = 1e9};
    return {.per_second = rate, .burst = rate * 10};
}

outbox::DeliveryOptions delivery_options(const Config& config) {
    return {
        .senders = static_cast<std::size_t>(config.federation.delivery_senders),
        .first_scheme = config.federation.rfc9421_first ? federation::Scheme::Rfc9421
                                                        : federation::Scheme::Cavage,
    };
}

// Before the first claim of this process.
void free_leases_of_the_dead(db::Pool& pool) {
    db::Tx tx(pool);
    if (db::leases::release_if_alone(tx)) spdlog::debug("app: no other server lives");
    tx.commit();
}

// What the door refused is counted in memory, in each process for itself, and written once a
// minute.
void flush_refusals(inbox::RefusalCounters& refusals, db::Pool& pool, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, std::chrono::minutes{1}, [] { return false; });
        }
        try {
            refusals.flush(pool, system_now());
        } catch (const std::exception& error) {
            spdlog::debug("app: refusals are not written: {}", error.what());
        }
    }
}

std::unique_ptr<http::Server> make_metrics_server(const Config& config, http::Metrics& metrics) {
    if (config.server.metrics_listen.empty()) return nullptr;
    http::ServerOptions options;
    options.listen = {endpoint_of(config.server.metrics_listen)};
    options.io_threads = 1;
    options.handler_threads = 1;
    options.max_connections = 16;
    return std::make_unique<http::Server>(options, [&metrics](const http::Request& request) {
        if (request.path == "/metrics") return http::text_response(metrics.render());
        return http::text_response("only /metrics is here\n", 404);
    });
}

} // namespace

void serve(Context& context, std::stop_token stop) {
    Parts parts(context);
    const Clock clock = system_now;

    http::Router router;
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
            [&parts](const http::Request& request) {
                return parts.signers.verified_signer(request);
            },
    });
    const auto limit = static_cast<std::size_t>(context.config.limits.requests_per_5_minutes);
    router.limit_with({.per_address = limit, .per_token = limit});
    add_health_routes(router, parts.pool);
    statuses::Fetcher posts({.pool = parts.pool,
                             .instance = parts.instance,
                             .resolver = parts.resolver,
                             .peers = parts.peers});
    api::add_routes(router,
                    {.pool = parts.pool,
                     .instance = parts.instance,
                     .resolver = parts.resolver,
                     .peers = parts.peers,
                     .posts = posts});
    api::add_oauth_routes(router, {.pool = parts.pool, .instance = parts.instance, .now = clock});
    const web::WebDeps pages{.pool = parts.pool,
                             .instance = parts.instance,
                             .passwords = parts.passwords,
                             .sign_in = parts.sign_in,
                             .resolver = parts.resolver,
                             .peers = parts.peers,
                             .now = clock};
    web::add_routes(router, pages);

    const outbox::ServeDeps serving{.pool = parts.pool, .instance = parts.instance};
    outbox::add_routes(router, serving);

    // Door 1.
    http::LiveClient open_client(open_client_options(context));
    actors::Fetcher peering_fetcher({.pool = parts.pool,
                                     .client = open_client,
                                     .instance = parts.instance,
                                     .keys = parts.keys,
                                     .server_actor = parts.server_actor,
                                     .allow_http = !context.config.testing.http_peers.empty()});
    inbox::DoorWriter door_writer(parts.pool, parts.job_wake);
    inbox::RefusalCounters refusals;
    inbox::KeyFetchSlots key_fetches(
        std::max(1, static_cast<int>(context.config.server.handler_threads) / 4));
    inbox::HostBuckets buckets(bucket_options(context.config));
    inbox::Door door{.pool = parts.pool,
                     .instance = parts.instance,
                     .peers = parts.peers,
                     .signers = parts.signers,
                     .writer = door_writer,
                     .refusals = refusals,
                     .peering_fetcher = peering_fetcher,
                     .key_fetches = key_fetches,
                     .buckets = buckets};
    inbox::add_routes(router, door);

    const inbox::Work inbox_work{
        .pool = parts.pool,
        .house = {.instance = parts.instance,
                  .peers = parts.peers,
                  .signers = parts.signers,
                  .server_actor = parts.server_actor},
        .resolver = parts.resolver,
        .fetch_status = [&posts](const std::string& uri) { return posts.fetch(uri); }};
    // Threads, profiles and quotes wait for other hosts: one at a time, beside what is urgent.
    jobs::Worker backfill_worker(
        parts.pool,
        parts.job_wake,
        {.kinds = statuses::job_kinds(posts), .batch = 1, .lease = std::chrono::minutes{5}});
    jobs::Worker inbox_worker(parts.pool, parts.job_wake, {.kinds = inbox::job_kinds(inbox_work)});
    outbox::Delivery delivery(
        {.pool = parts.pool,
         .client = parts.peer_client,
         .instance = parts.instance,
         .keys = parts.keys,
         .peers = parts.peers,
         .wake = parts.delivery_wake,
         .start_thread = [](auto run) { return std::jthread(std::move(run)); }},
        delivery_options(context.config));
    const outbox::TaskDeps task_deps{
        .pool = parts.pool, .client = parts.peer_client, .instance = parts.instance};
    auto tasks = outbox::periodic_tasks(task_deps);
    tasks.push_back({.name = "members.forget_expired",
                     .every = std::chrono::hours{24},
                     .run = [&parts](const std::stop_token&) {
                         db::Tx tx(parts.pool);
                         members::forget_expired(tx, system_now());
                         tx.commit();
                     }});
    jobs::Periodic periodic(parts.pool, std::move(tasks));
    db::Listener listener(parts.pool.options().url);
    listener.on("staffroom_jobs", [&](std::string_view) { parts.job_wake.all(); });
    listener.on("staffroom_deliveries", [&](std::string_view) { parts.delivery_wake.all(); });
    listener.on("staffroom_peers", [&](std::string_view) { parts.peers.reload(); });

    http::Metrics metrics;
    http::Server server(server_options(context), [&](const http::Request& request) {
        return measured(router, metrics, request);
    });
    const auto metrics_server = make_metrics_server(context.config, metrics);

    free_leases_of_the_dead(parts.pool);

    // Threads, all of them; each ends when its token says so.
    std::vector<std::jthread> threads;
    const auto start = [&threads](auto work) { threads.emplace_back(std::move(work)); };
    if (context.postgres) {
        start([&](const std::stop_token& token) {
            context.postgres->watch(token, std::chrono::milliseconds{500});
        });
    }
    start([&](const std::stop_token& token) { listener.run(token); });
    start([&](const std::stop_token& token) { door_writer.run(token); });
    for (int i = 0; i < context.config.federation.inbox_workers; ++i) {
        start([&](const std::stop_token& token) { inbox_worker.run(token); });
    }
    start([&](const std::stop_token& token) { backfill_worker.run(token); });
    start([&](const std::stop_token& token) { delivery.run(token); });
    start([&](const std::stop_token& token) { periodic.run(token); });
    start([&](const std::stop_token& token) { flush_refusals(refusals, parts.pool, token); });
    if (metrics_server) start([&](const std::stop_token& token) { metrics_server->run(token); });

    spdlog::info(
        "app: serving origin={} version={}", parts.instance.origin, parts.instance.version);
    server.run(stop); // Returns when the doors are closed and what was under way is answered.
    for (auto& thread : threads)
        thread.request_stop();
    // Nobody waits for a slow peer now; what was cut off is sent again.
    parts.peer_client.stop();
    open_client.stop();
    threads.clear();
}

} // namespace app
