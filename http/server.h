#pragma once

#include "http/address.h"
#include "http/message.h"
#include "http/request_reader.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace http {

struct Endpoint {
    std::string address;    ///< An IP address: "127.0.0.1", "::".
    std::uint16_t port = 0; ///< 0: any free one, see Server::ports.
};

struct TlsFiles {
    std::string certificate_chain;
    std::string private_key;
};

/// What a live stream may take (http/stream.h).
struct StreamLimits {
    std::size_t max_per_address = 1024; ///< By the caller's address, also behind a proxy.
    /// Of one stream, not yet taken by the system; then its reader is too slow.
    std::size_t max_queued_bytes = 256UL * 1024;
    std::size_t max_message_bytes = 4UL * 1024; ///< From a client, all fragments together.
    std::chrono::milliseconds ping_every{15'000};
    std::chrono::milliseconds write_time{30'000}; ///< Of one message.
};

struct ServerOptions {
    std::vector<Endpoint> listen{};
    /// The authorities we answer to ("maple.example", "localhost:8080"); any other Host is 421.
    /// Empty: all, for the local listener of /metrics and /health.
    std::vector<std::string> hosts{};
    std::vector<Network> trusted_proxies{};
    std::optional<TlsFiles> tls{};

    std::size_t io_threads = 2;
    std::size_t handler_threads = 16;
    std::size_t max_queued = 1024; ///< Requests that wait for a handler thread; beyond: 503.

    ReadLimits read{};
    std::size_t max_body_bytes_in_all = 256UL * 1024 * 1024; ///< Of all requests at once.
    std::uint64_t max_spooled_bytes_in_all = 2ULL * 1024 * 1024 * 1024; ///< On disk.
    std::size_t max_connections = 8192;
    std::size_t max_connections_per_address = 256; ///< Trusted proxies may have more.

    std::chrono::milliseconds head_time{
        10'000}; ///< From a request's first byte to its last header.
    std::chrono::milliseconds body_time{
        30'000}; ///< And the time its limit takes at the lowest rate.
    std::chrono::milliseconds write_time{30'000}; ///< The same for the answer.
    std::chrono::milliseconds idle_time{60'000};
    StreamLimits streams{};
    std::size_t lowest_rate =
        64UL * 1024; ///< Bytes per second below which a peer counts as stalled.
    std::chrono::milliseconds stop_time{10'000};

    /// Content-Security-Policy of pages that do not bring their own.
    std::string page_policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
};

/// Listens, reads requests within limits and deadlines, and hands them to a pool of threads.
///
/// Bound from the constructor on, answering while run() runs. The asynchronous part ends in here:
/// `answer` is called on a handler thread and may block; what it throws is answered with 500.
/// An answer with a StreamPlan turns its connection into a live stream, which costs a socket and a
/// bounded queue, no thread; its place in the caps goes with it.
class Server {
  public:
    using Answer = std::function<Response(const Request&)>;

    /// Throws std::runtime_error when an address cannot be bound or a TLS file cannot be read.
    Server(ServerOptions options, Answer answer);
    ~Server();

    /// The bound ports, in the order of `listen`.
    std::vector<std::uint16_t> ports() const;

    /// Answers until `stop`; then accepts no more, lets what is under way finish and returns, at
    /// the latest after `stop_time`. Called once.
    void run(const std::stop_token& stop);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace http
