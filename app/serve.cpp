#include "app/serve.h"

#include "app/server_options.h"
#include "app/work.h"
#include "db/events.h"
#include "db/leases.h"
#include "db/listener.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <thread>

namespace app {
namespace {

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

// Before the first claim of this process.
void free_leases_of_the_dead(db::Pool& pool) {
    db::Tx tx(pool);
    if (db::leases::release_if_alone(tx)) spdlog::debug("app: no other server lives");
    tx.commit();
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

// An open stream is a descriptor.
void allow_many_descriptors() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        spdlog::debug("app: the limit on descriptors stays as it is");
}

/// What other processes of this database tell.
void listen(db::Listener& listener, Parts& parts, Doors& doors) {
    listener.on("staffroom_jobs", [&parts](std::string_view) {
        parts.inbox_wake.all();
        parts.job_wake.all();
    });
    listener.on("staffroom_deliveries", [&parts](std::string_view) { parts.delivery_wake.all(); });
    listener.on(db::events::channel,
                [&doors](std::string_view payload) { doors.streams.hear(payload); });
    listener.on(api::StreamHub::access_channel,
                [&doors](std::string_view account) { doors.streams.hear_access(account); });
    listener.on("staffroom_peers", [&parts](std::string_view) { parts.peers.reload(); });
}

http::Response answer(const http::Request& request, Parts& parts, const Measured& measured) {
    if (is_elsewhere(request, parts.instance))
        return http::text_response("only media are here\n", 404);
    if (parts.addresses.find(request.address) == members::AddressSeverity::NoAccess)
        return http::text_response("This address may not use this server.\n", 403);
    return measured.answer(request);
}

} // namespace

void serve(Context& context, const std::stop_token& stop) {
    allow_many_descriptors();
    Parts parts(context);
    Doors doors(context, parts);
    http::Metrics metrics;
    Work work(context, parts, doors, metrics, stop);
    db::Listener listener(parts.pool.options().url);
    listen(listener, parts, doors);
    const Measured measured(doors.router, metrics);
    http::Server server(server_options(context), [&](const http::Request& request) {
        return answer(request, parts, measured);
    });
    const auto metrics_server = make_metrics_server(context.config, metrics);

    free_leases_of_the_dead(parts.pool);
    parts.peers.reload();

    // Threads, all of them; each ends when its token says so.
    std::vector<std::jthread> threads;
    if (context.postgres) {
        threads.emplace_back([&](const std::stop_token& token) {
            context.postgres->watch(token, std::chrono::milliseconds{500});
        });
    }
    threads.emplace_back([&](const std::stop_token& token) { listener.run(token); });
    for (auto& loop : work.loops())
        threads.emplace_back(std::move(loop));
    if (metrics_server)
        threads.emplace_back([&](const std::stop_token& token) { metrics_server->run(token); });

    spdlog::info(
        "app: serving origin={} version={}", parts.instance.origin, parts.instance.version);
    server.run(stop); // Returns when the doors are closed and what was under way is answered.
    for (auto& thread : threads)
        thread.request_stop();
    work.abandon();
    threads.clear();
}

} // namespace app
