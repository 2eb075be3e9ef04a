#pragma once

#include "base/result.h"
#include "http/address.h"
#include "http/client.h"
#include "http/watchdog.h"

#include <cstdint>
#include <memory>
#include <string>

namespace http {

/// The certificates that servers' certificates are checked against; read once, shared by all
/// connections, since each of cpp-httplib's clients would read them anew.
class TrustedCertificates {
  public:
    /// The system's and those of a PEM file, unless it is "". Throws std::runtime_error.
    explicit TrustedCertificates(const std::string& extra_file);
    ~TrustedCertificates();
    TrustedCertificates(const TrustedCertificates&) = delete;
    TrustedCertificates& operator=(const TrustedCertificates&) = delete;

  private:
    friend class OutgoingConnection;
    void* store_; ///< X509_STORE.
    std::string folder_;
};

/// Where a connection goes: decided, resolved and checked before it is made.
struct Peer {
    bool is_tls = true;
    std::string host; ///< The name that the certificate must bear.
    std::uint16_t port = 443;
    Address address;
    std::string authority; ///< What the Host header says.
    std::string user_agent;
};

/// One keep-alive connection to a checked address; cpp-httplib is behind it, held to our bounds:
/// its stream is ours, so that neither a head without an end nor a long status line (which it reads
/// with a recursive regular expression) gets into it. Used by one thread at a time.
class OutgoingConnection {
  public:
    OutgoingConnection(Peer peer, const TrustedCertificates& certificates);
    ~OutgoingConnection();

    /// Errors: Unavailable, TooLarge, Invalid (a compressed answer of another kind than gzip).
    Result<Response> exchange(const Outgoing& request,
                              const std::string& target,
                              const Limits& limits,
                              Watchdog& watchdog);

    bool is_open() const;    ///< May be used again.
    bool saw_answer() const; ///< At least one byte came back in the last exchange.
    bool failed_to_connect() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace http
