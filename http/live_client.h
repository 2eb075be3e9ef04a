#pragma once

#include "http/address.h"
#include "http/client.h"
#include "http/guard.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace http {

struct LiveClientOptions {
    std::string origin{}; ///< Ours, for the User-Agent.
    std::string version = STAFFROOM_VERSION;
    /// By authority ("cedar.example", "cedar.example:8443"); empty: whoever the guard lets through.
    std::function<bool(const std::string&)> may_contact{};
    std::vector<std::uint16_t> ports{443};
    Resolver resolve = resolve_by_system;

    /// Tests only: an https authority and the loopback port that plays it, "127.0.0.1:7001", or
    /// "https://127.0.0.1:7001" to speak TLS with it. Ids, Host and checks of names stay the same.
    std::map<std::string, std::string, std::less<>> test_hosts{};
    /// Tests only: loopback networks whose addresses are peers over plain http, on any port.
    std::vector<Network> http_peers{};
    std::string extra_ca_file{}; ///< PEM, trusted besides the system's.

    std::size_t max_idle = 512;
    std::size_t max_idle_per_host = 8;
    std::chrono::milliseconds idle_time{20'000};
};

/// The client that really goes out. Keeps connections for a while, checks every address it connects
/// to, ends every request in time (one watchdog thread for all). No lock is held during I/O; safe
/// from hundreds of threads.
class LiveClient : public Client {
  public:
    /// Throws std::invalid_argument when a test switch leads off the loopback, std::runtime_error
    /// when there are no trusted certificates.
    explicit LiveClient(LiveClientOptions options);
    ~LiveClient() override;

    Result<Response> send(const Outgoing& request, const Limits& limits = {}) override;

    /// Ends what is under way and refuses what comes, both with Unavailable: a server that stops
    /// does not wait for slow strangers.
    void stop();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace http
