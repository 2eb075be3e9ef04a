#include "app/server_options.h"

#include "app/media_parts.h"

#include <fmt/format.h>

#include <charconv>

namespace app {
namespace {

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

// By whatever name it is reached on loopback: health checks, a proxy on this machine, tests.
std::vector<std::string> names(const Context& context) {
    std::vector<std::string> hosts{context.instance.host};
    for (const auto& text : context.config.server.listen)
        hosts.push_back(text);
    if (!context.instance.media_host.empty()) hosts.push_back(context.instance.media_host);
    if (context.instance.handle_host != context.instance.host)
        hosts.push_back(context.instance.handle_host);
    return hosts;
}

std::string page_policy(const Instance& instance) {
    const auto from = "'self' " + media::media_origin(instance);
    return fmt::format("default-src 'none'; style-src 'self'; img-src {0}; media-src {0}; "
                       "font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
                       "base-uri 'none'",
                       from);
}

} // namespace

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
    options.hosts = names(context);
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
    if (!context.instance.media_host.empty()) options.page_policy = page_policy(context.instance);
    options.io_threads = static_cast<std::size_t>(config.io_threads);
    options.handler_threads = static_cast<std::size_t>(config.handler_threads);
    options.max_connections = static_cast<std::size_t>(config.max_connections);
    options.max_connections_per_address =
        static_cast<std::size_t>(config.max_connections_per_address);
    options.streams.max_per_address =
        static_cast<std::size_t>(context.config.limits.streams_per_address);
    return options;
}

bool is_elsewhere(const http::Request& request, const Instance& instance) {
    if (instance.media_host.empty() || request.headers.get("Host") != instance.media_host)
        return false;
    return !request.path.starts_with("/media/");
}

} // namespace app
