#include "http/live_client.h"

#include "base/text.h"
#include "base/uri.h"
#include "http/connection_pool.h"
#include "http/lookups.h"
#include "http/outgoing_connection.h"
#include "http/watchdog.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <stdexcept>

namespace http {

namespace {

using Clock = Watchdog::Clock;

Error forbidden(std::string detail) {
    return Error{Error::Kind::Forbidden, std::move(detail)};
}

bool is_loopback(const Address& address) {
    static const std::vector<Network> loopback{*parse_network("127.0.0.0/8"),
                                               *parse_network("::1")};
    return contains(loopback, address);
}

struct TestHost {
    bool is_tls = false;
    Address address{};
    std::uint16_t port = 0;
};

TestHost parse_test_host(const std::string& text) {
    constexpr std::string_view tls_prefix = "https://";
    TestHost host{.is_tls = text.starts_with(tls_prefix)};
    const auto place = std::string_view(text).substr(host.is_tls ? tls_prefix.size() : 0);
    const auto colon = place.rfind(':');
    const auto address = parse_address(place.substr(0, colon));
    if (!address || !is_loopback(*address) || colon == std::string_view::npos) {
        throw std::invalid_argument("a test host must be a loopback address and a port: " + text);
    }
    host.address = *address;
    const auto* end = place.data() + place.size();
    const auto [stop, error] = std::from_chars(place.data() + colon + 1, end, host.port);
    if (error != std::errc() || stop != end || host.port == 0) {
        throw std::invalid_argument("a test host must be a loopback address and a port: " + text);
    }
    return host;
}

// What would end a header line, or begin another request, is refused before the library sees it
// (ATTACKS C14).
Result<Done> check_text(const Outgoing& request, const Uri& uri) {
    const auto invalid = [](std::string detail) {
        return Error{Error::Kind::Invalid, std::move(detail)};
    };
    if (!is_header_name(request.method)) return invalid("malformed method");
    const auto target = uri.target();
    const bool is_visible =
        std::ranges::all_of(target, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
    if (!is_visible) return invalid("URL with characters that are not visible ASCII");
    for (const auto& [name, value] : request.headers.lines()) {
        if (!is_header_name(name) || !is_header_value(value)) return invalid("malformed header");
    }
    return Done{};
}

} // namespace

struct LiveClient::Impl {
    LiveClientOptions options;
    std::string user_agent;
    std::map<std::string, TestHost, std::less<>> test_hosts{};
    TrustedCertificates certificates;
    ConnectionPool<OutgoingConnection> idle;
    Watchdog watchdog{};
    Lookups lookups;

    explicit Impl(LiveClientOptions given)
        : options(std::move(given)),
          user_agent(fmt::format("Staffroom/{} (+{}/)", options.version, options.origin)),
          certificates(options.extra_ca_file),
          idle(options.max_idle, options.max_idle_per_host, options.idle_time),
          lookups(options.resolve) {
        for (const auto& [authority, place] : options.test_hosts) {
            test_hosts.emplace(authority, parse_test_host(place));
        }
        for (const auto& network : options.http_peers) {
            const unsigned widest = network.base.is_v4() ? 128 - 24 : 128;
            if (!is_loopback(network.base) || network.prefix < widest) {
                throw std::invalid_argument("peers over plain http are on the loopback only");
            }
        }
        // A peer that hangs up while OpenSSL writes is no reason to die.
        std::signal(SIGPIPE, SIG_IGN);
    }

    /// Where the URL leads, in the order to try. Errors: Forbidden, Unavailable.
    Result<std::vector<Peer>> peers_of(const Uri& uri) {
        Peer peer{.is_tls = uri.scheme == "https",
                  .host = uri.host,
                  .port = uri.port,
                  .address = {},
                  .authority = uri.authority(),
                  .user_agent = user_agent};
        if (const auto test = test_hosts.find(peer.authority);
            peer.is_tls && test != test_hosts.end()) {
            peer.is_tls = test->second.is_tls;
            peer.address = test->second.address;
            peer.port = test->second.port;
            return std::vector{peer};
        }
        if (!peer.is_tls) {
            const auto literal = parse_address(uri.host);
            if (!literal || !contains(options.http_peers, *literal)) return forbidden("plain http");
            peer.address = *literal;
            return std::vector{peer};
        }
        if (std::ranges::find(options.ports, uri.port) == options.ports.end()) {
            return forbidden("port that is not allowed");
        }
        const auto addresses = resolve_checked(
            uri.host, [this](const std::string& name) { return lookups.find(name); });
        if (!addresses) return addresses.error();
        std::vector<Peer> peers;
        for (const auto& address : *addresses) {
            peer.address = address;
            peers.push_back(peer);
        }
        return peers;
    }

    static std::string pool_key(const Uri& uri) { return uri.origin(); }

    Result<Response> send(const Outgoing& request, const Limits& limits);
    std::optional<Result<Response>> send_on_idle(const Outgoing& request,
                                                 const Uri& uri,
                                                 const Limits& limits);
};

static Limits limits_until(const Limits& limits, Clock::time_point deadline) {
    auto left = limits;
    left.total = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    return left;
}

// Nothing when there is no idle connection, or when it had been closed by the other side before a
// byte of the answer came: then the request is made again on a new one. Deliveries may come twice
// by their nature, so that this is safe for them, too.
std::optional<Result<Response>> LiveClient::Impl::send_on_idle(const Outgoing& request,
                                                               const Uri& uri,
                                                               const Limits& limits) {
    auto connection = idle.take(pool_key(uri));
    if (!connection) return std::nullopt;
    const auto before = Clock::now();
    auto response = connection->exchange(request, uri.target(), limits, watchdog);
    if (!response && response.error().kind == Error::Kind::Unavailable &&
        !connection->saw_answer() && Clock::now() - before < limits.total / 2) {
        return std::nullopt;
    }
    if (connection->is_open()) idle.put(pool_key(uri), std::move(connection));
    return response;
}

Result<Response> LiveClient::Impl::send(const Outgoing& request, const Limits& limits) {
    const auto deadline = Clock::now() + limits.total;
    const auto uri = parse_uri(request.url);
    if (!uri) return uri.error();
    if (const auto checked = check_text(request, *uri); !checked) return checked.error();
    // Asked before every request, also where a connection is open already: it may be blocked now.
    if (options.may_contact && !options.may_contact(uri->authority())) {
        return forbidden("host that may not be contacted: " + uri->authority());
    }
    if (auto response = send_on_idle(request, *uri, limits)) return std::move(*response);

    const auto peers = peers_of(*uri);
    if (!peers) return peers.error();
    constexpr std::size_t max_addresses = 3;
    for (std::size_t i = 0;; ++i) {
        const auto left = limits_until(limits, deadline);
        if (left.total.count() <= 0) return Error{Error::Kind::Unavailable, "deadline"};
        auto connection = std::make_unique<OutgoingConnection>((*peers)[i], certificates);
        auto response = connection->exchange(request, uri->target(), left, watchdog);
        const bool may_try_next = !response && connection->failed_to_connect();
        if (connection->is_open()) idle.put(pool_key(*uri), std::move(connection));
        const bool is_last = i + 1 == std::min(peers->size(), max_addresses);
        if (is_last || !may_try_next) return response;
    }
}

LiveClient::LiveClient(LiveClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

LiveClient::~LiveClient() = default;

void LiveClient::stop() {
    impl_->watchdog.end_all();
}

Result<Response> LiveClient::send(const Outgoing& request, const Limits& limits) {
    return impl_->send(request, limits);
}

} // namespace http
