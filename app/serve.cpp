#include "app/serve.h"

#include "api/push_job.h"
#include "app/doors.h"
#include "app/parts.h"
#include "app/roster.h"
#include "db/events.h"
#include "db/leases.h"
#include "db/listener.h"
#include "educators/attestation.h"
#include "educators/checking.h"
#include "educators/surge.h"
#include "educators/vouching.h"
#include "http/metrics.h"
#include "http/server.h"
#include "inbox/worker.h"
#include "jobs/periodic.h"
#include "jobs/worker.h"
#include "members/accounts.h"
#include "members/guests.h"
#include "outbox/annual_report.h"
#include "outbox/archive.h"
#include "outbox/delivery.h"
#include "outbox/held_posts.h"
#include "outbox/import.h"
#include "outbox/move.h"
#include "outbox/partners.h"
#include "outbox/peering_post.h"
#include "outbox/policy_job.h"
#include "outbox/profile_job.h"
#include "outbox/tasks.h"
#include "outbox/verify.h"
#include "statuses/cards.h"
#include "statuses/job_kinds.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <atomic>
#include <charconv>
#include <thread>

namespace app {
namespace {

constexpr int push_workers = 2;

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

bool may_bring_files(const http::Request& request) {
    const bool is_known = request.headers.find("Authorization") || request.headers.find("Cookie");
    if (!is_known) return false;
    const std::string_view path = request.path;
    if (request.method == "POST")
        return path == "/api/v2/media" || path == "/api/v1/media" ||
               path.starts_with("/settings/") || path == "/admin/roster";
    if (request.method == "PUT") return path.starts_with("/api/v1/media/");
    return request.method == "PATCH" &&
           (path == "/api/v1/accounts/update_credentials" || path == "/api/v1/profile");
}

http::ReadLimits read_limits(const Instance& instance) {
    constexpr std::size_t usual_bytes = 1024UL * 1024;
    http::ReadLimits limits;
    limits.max_body_bytes = [](const http::Request& request) {
        return may_bring_files(request) ? std::size_t{media::max_request_bytes} : usual_bytes;
    };
    limits.spool_folder = media_work_folder(instance);
    return limits;
}

/// Under the media's own name nothing but media is answered: what is uploaded there never meets
/// sessions and ids of the other name (ATTACKS A08).
bool is_elsewhere(const http::Request& request, const Instance& instance) {
    if (instance.media_host.empty() || request.headers.get("Host") != instance.media_host)
        return false;
    return !request.path.starts_with("/media/");
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
    if (!context.instance.media_host.empty()) options.hosts.push_back(context.instance.media_host);
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
    options.read = read_limits(context.instance);
    if (!context.instance.media_host.empty()) {
        const auto from = "'self' " + media::media_origin(context.instance);
        options.page_policy = fmt::format(
            "default-src 'none'; style-src 'self'; img-src {0}; media-src {0}; font-src 'self'; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            from);
    }
    options.io_threads = static_cast<std::size_t>(config.io_threads);
    options.handler_threads = static_cast<std::size_t>(config.handler_threads);
    options.max_connections = static_cast<std::size_t>(config.max_connections);
    options.max_connections_per_address =
        static_cast<std::size_t>(config.max_connections_per_address);
    options.streams.max_per_address =
        static_cast<std::size_t>(context.config.limits.streams_per_address);
    return options;
}

/// Counts and times every answer, by class of status only. Looked up once: this is on every
/// request's way.
class Measured {
  public:
    Measured(const http::Router& router, http::Metrics& metrics)
        : router_(router), seconds_(metrics.histogram("staffroom_request_seconds",
                                                      "time to make an answer",
                                                      {0.001, 0.005, 0.02, 0.1, 0.5, 2, 10})) {
        for (const char* status : {"1xx", "2xx", "3xx", "4xx", "5xx"}) {
            counters_.push_back(metrics.counter(
                "staffroom_requests_total", "requests by class of status", {{"status", status}}));
        }
    }

    http::Response answer(const http::Request& request) const {
        const auto begun = std::chrono::steady_clock::now();
        auto response = router_.answer(request);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        const auto status_class = static_cast<std::size_t>(std::clamp(response.status / 100, 1, 5));
        counters_[status_class - 1].add();
        seconds_.observe(took.count());
        return response;
    }

  private:
    const http::Router& router_;
    http::Histogram seconds_;
    std::vector<http::Counter> counters_;
};

/// Counts the jobs that this process runs. A job that another process takes over counts in both.
std::vector<jobs::Kind> counted(std::vector<jobs::Kind> kinds, http::Metrics& metrics) {
    for (jobs::Kind& kind : kinds) {
        const auto runs =
            metrics.counter("staffroom_jobs_total", "jobs run, by kind", {{"kind", kind.name}});
        kind.prepare = [prepare = std::move(kind.prepare),
                        runs](std::span<const jobs::Claimed> batch) {
            runs.add(static_cast<double>(batch.size()));
            return prepare(batch);
        };
    }
    return kinds;
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

/// False: it is time to stop.
bool pause(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

// What the door refused is counted in memory, in each process for itself, and written once a
// minute.
void flush_refusals(inbox::RefusalCounters& refusals, db::Pool& pool, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pause(stop, std::chrono::minutes{1});
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

// An open stream is a descriptor.
static void allow_many_descriptors() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        spdlog::debug("app: the limit on descriptors stays as it is");
}

void serve(Context& context, const std::stop_token& stop) {
    allow_many_descriptors();
    Parts parts(context);
    Doors doors(context, parts);
    http::Metrics metrics;

    const inbox::Work inbox_work{.pool = parts.pool,
                                 .house = {.instance = parts.instance,
                                           .peers = parts.peers,
                                           .signers = parts.signers,
                                           .server_actor = parts.server_actor},
                                 .resolver = parts.resolver,
                                 .posts = doors.posts};
    // Threads, profiles and quotes wait for other hosts: one at a time, beside what is urgent.
    jobs::Worker backfill_worker(parts.pool,
                                 parts.job_wake,
                                 {.kinds = counted(statuses::job_kinds(doors.posts), metrics),
                                  .batch = 1,
                                  .lease = std::chrono::minutes{5}});
    auto inbox_kinds = inbox::job_kinds(inbox_work);
    inbox_kinds.push_back(
        outbox::held_post_kind({.instance = parts.instance, .peers = parts.peers}));
    inbox_kinds.push_back(outbox::profile_changed_kind(parts.instance));
    inbox_kinds.push_back(outbox::annual_report_job());
    // Mail waits for the relay, one letter after the other.
    jobs::Worker mail_worker(parts.pool,
                             parts.job_wake,
                             {.kinds = counted(mail::job_kinds(parts.post), metrics), .batch = 1});
    // Pages that posts and profiles link to are foreign hosts too, and nobody's peers.
    const statuses::CardDeps card_deps{.pool = parts.pool,
                                       .client = doors.open_client,
                                       .resolver = parts.resolver,
                                       .pictures = doors.media.cards};
    const outbox::VerifyDeps verify_deps{
        .pool = parts.pool, .client = doors.open_client, .instance = parts.instance};
    auto link_kinds = statuses::card_job_kinds(card_deps);
    link_kinds.push_back(outbox::verify_job_kind(verify_deps));
    const outbox::PeeringPostDeps peering_deps{.pool = parts.pool,
                                               .client = doors.open_client,
                                               .keys = parts.keys,
                                               .server_actor = parts.server_actor};
    link_kinds.push_back(outbox::peering_post_kind(peering_deps));
    link_kinds.push_back(outbox::policy_check_kind(doors.policies));
    jobs::Worker link_worker(parts.pool,
                             parts.job_wake,
                             {.kinds = counted(std::move(link_kinds), metrics),
                              .batch = 1,
                              .lease = std::chrono::minutes{5}});
    jobs::Worker inbox_worker(parts.pool,
                              parts.inbox_wake,
                              {.kinds = counted(std::move(inbox_kinds), metrics), .shares = true});
    const api::PushDeps push_deps{.pool = parts.pool,
                                  .client = doors.open_client,
                                  .instance = parts.instance,
                                  .links = doors.media.links,
                                  .vapid_key = parts.vapid_key};
    // What waits for push services waits for them alone.
    jobs::Worker push_worker(parts.pool,
                             parts.job_wake,
                             {.kinds = counted({api::push_kind(push_deps)}, metrics),
                              .batch = 4,
                              .lease = std::chrono::minutes{5}});
    outbox::Delivery delivery(
        {.pool = parts.pool,
         .client = parts.peer_client,
         .instance = parts.instance,
         .keys = parts.keys,
         .peers = parts.peers,
         .wake = parts.delivery_wake,
         .start_thread = [](auto run) { return std::jthread(std::move(run)); }},
        delivery_options(context.config));
    // A film keeps its worker busy for minutes.
    jobs::Worker media_worker(parts.pool,
                              parts.job_wake,
                              {.kinds = counted(media::job_kinds(doors.media.workshop), metrics),
                               .batch = 1,
                               .lease = media::longest_job});
    // What members take away or bring along: long, and never urgent.
    std::atomic<bool> is_stopping = false;
    const outbox::ArchiveDeps archive_deps{
        .pool = parts.pool,
        .instance = parts.instance,
        .archives = doors.archives,
        .media = *doors.media.store,
        .reserve_bytes = static_cast<std::uint64_t>(context.config.media.reserve_mb) * 1024 * 1024,
        .stopping = &is_stopping};
    const outbox::ImportDeps import_deps{.pool = parts.pool,
                                         .instance = parts.instance,
                                         .peers = parts.peers,
                                         .resolver = parts.resolver,
                                         .posts = doors.posts};
    const outbox::MoveDeps move_deps{
        .pool = parts.pool, .instance = parts.instance, .peers = parts.peers};
    auto moving_kinds = outbox::archive_jobs(archive_deps);
    moving_kinds.push_back(outbox::import_job(import_deps));
    moving_kinds.push_back(outbox::move_job(move_deps));
    const educators::PullDeps pull_deps{
        .desk = parts.roster,
        .client = doors.open_client,
        .service = roster_service(context.config),
        .waiting = {.pause = [&stop](std::chrono::milliseconds ms) { return pause(stop, ms); }}};
    if (!context.config.roster.rest_url.empty())
        moving_kinds.push_back(roster_pull_kind(pull_deps));
    jobs::Worker moving_worker(parts.pool,
                               parts.job_wake,
                               {.kinds = counted(std::move(moving_kinds), metrics),
                                .batch = 1,
                                .lease = std::chrono::minutes{15}});
    const outbox::TaskDeps task_deps{.pool = parts.pool,
                                     .client = parts.peer_client,
                                     .instance = parts.instance,
                                     .peers = parts.peers};
    auto tasks = outbox::periodic_tasks(task_deps);
    tasks.push_back({.name = "members.forget_expired",
                     .every = std::chrono::hours{24},
                     .run = [&parts](const std::stop_token&) {
                         db::Tx tx(parts.pool);
                         members::forget_expired(tx, system_now());
                         tx.commit();
                     }});
    tasks.push_back({.name = "members.end_guests",
                     .every = std::chrono::minutes{5},
                     .run = [&parts](const std::stop_token&) {
                         db::Tx tx(parts.pool);
                         members::end_guests(tx, system_now());
                         tx.commit();
                     }});
    tasks.push_back({.name = "outbox.end_partners",
                     .every = std::chrono::minutes{5},
                     .run = [&parts](const std::stop_token&) {
                         db::Tx tx(parts.pool);
                         outbox::end_due_partners(tx, parts.instance, system_now());
                         tx.commit();
                     }});
    for (auto& task : media::periodic_tasks(doors.media.tasks))
        tasks.push_back(std::move(task));
    tasks.push_back({.name = "mail.digests",
                     .every = std::chrono::hours{6},
                     .run = [&parts](const std::stop_token&) {
                         db::Tx tx(parts.pool);
                         mail::post_digests(tx, system_now());
                         tx.commit();
                     }});
    tasks.push_back(outbox::forget_archives(archive_deps));
    tasks.push_back(outbox::forget_imports(import_deps));
    for (auto& task : roster_tasks(parts.roster, context.config))
        tasks.push_back(std::move(task));
    const educators::CheckDeps check_deps{.pool = parts.pool, .resolver = parts.resolver};
    tasks.push_back({.name = "attestations.statuses",
                     .every = std::chrono::minutes{5},
                     .run = [&check_deps](const std::stop_token& token) {
                         educators::refresh_statuses(check_deps, token);
                     }});
    tasks.push_back({.name = "attestations.sign_again",
                     .every = std::chrono::hours{1},
                     .run = [&context, &parts](const std::stop_token&) {
                         db::Tx tx(parts.pool);
                         const auto issuer = educators::load_issuer(
                             tx, parts.instance, attestation_terms(context.config), system_now());
                         educators::sign_again(tx, issuer, system_now());
                         tx.commit();
                     }});
    tasks.push_back({.name = "attestations.watch",
                     .every = std::chrono::minutes{15},
                     .run = [&parts](const std::stop_token&) {
                         db::Tx tx(parts.pool);
                         for (const auto& host :
                              educators::watch_attestations(tx, parts.instance, system_now()))
                             spdlog::warn("educators: attests many new people host={}", host);
                         tx.commit();
                     }});
    tasks.push_back({.name = "vouchings.settle",
                     .every = std::chrono::hours{1},
                     .run = [&parts](const std::stop_token&) {
                         db::Tx tx(parts.pool);
                         educators::settle_vouchings(tx, system_now());
                         tx.commit();
                     }});
    tasks.push_back(outbox::policy_check_task(parts.pool));
    tasks.push_back(outbox::publish_policy_task(parts.pool, parts.instance));
    jobs::Periodic periodic(parts.pool, std::move(tasks));
    db::Listener listener(parts.pool.options().url);
    listener.on("staffroom_jobs", [&](std::string_view) {
        parts.inbox_wake.all();
        parts.job_wake.all();
    });
    listener.on("staffroom_deliveries", [&](std::string_view) { parts.delivery_wake.all(); });
    listener.on(db::events::channel,
                [&](std::string_view payload) { doors.streams.hear(payload); });
    listener.on(api::StreamHub::access_channel,
                [&](std::string_view account) { doors.streams.hear_access(account); });
    listener.on("staffroom_peers", [&](std::string_view) { parts.peers.reload(); });

    const Measured measured(doors.router, metrics);
    http::Server server(server_options(context), [&](const http::Request& request) {
        if (is_elsewhere(request, parts.instance))
            return http::text_response("only media are here\n", 404);
        if (parts.addresses.find(request.address) == members::AddressSeverity::NoAccess) {
            return http::text_response("This address may not use this server.\n", 403);
        }
        return measured.answer(request);
    });
    const auto metrics_server = make_metrics_server(context.config, metrics);

    free_leases_of_the_dead(parts.pool);
    parts.peers.reload();

    // Threads, all of them; each ends when its token says so.
    std::vector<std::jthread> threads;
    const auto start = [&threads](auto work) { threads.emplace_back(std::move(work)); };
    if (context.postgres) {
        start([&](const std::stop_token& token) {
            context.postgres->watch(token, std::chrono::milliseconds{500});
        });
    }
    start([&](const std::stop_token& token) { listener.run(token); });
    start([&](const std::stop_token& token) { doors.door_writer.run(token); });
    for (int i = 0; i < context.config.federation.inbox_workers; ++i) {
        start([&](const std::stop_token& token) { inbox_worker.run(token); });
    }
    start([&](const std::stop_token& token) { backfill_worker.run(token); });
    start([&](const std::stop_token& token) { media_worker.run(token); });
    start([&](const std::stop_token& token) { mail_worker.run(token); });
    for (int i = 0; i < push_workers; ++i)
        start([&](const std::stop_token& token) { push_worker.run(token); });
    start([&](const std::stop_token& token) { link_worker.run(token); });
    start([&](const std::stop_token& token) { moving_worker.run(token); });
    start([&](const std::stop_token& token) { delivery.run(token); });
    start([&](const std::stop_token& token) { periodic.run(token); });
    start([&](const std::stop_token& token) { doors.streams.run(*doors.api, token); });
    start([&](const std::stop_token& token) { flush_refusals(doors.refusals, parts.pool, token); });
    if (metrics_server) start([&](const std::stop_token& token) { metrics_server->run(token); });

    spdlog::info(
        "app: serving origin={} version={}", parts.instance.origin, parts.instance.version);
    server.run(stop); // Returns when the doors are closed and what was under way is answered.
    for (auto& thread : threads)
        thread.request_stop();
    is_stopping = true;
    // Nobody waits for a slow peer now; what was cut off is sent again.
    parts.peer_client.stop();
    doors.open_client.stop();
    doors.media.box.stop();
    threads.clear();
}

} // namespace app
