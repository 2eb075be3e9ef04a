#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace mail {

enum class Security { StartTls, Tls, None };

struct RelayOptions {
    std::string host{}; ///< Empty: there is none, and nothing is sent.
    std::uint16_t port = 587;
    Security security = Security::StartTls; ///< Required, never "if offered".
    std::string user{};                     ///< Empty: no sign-in.
    std::string password{};
    std::string own_name{}; ///< For EHLO.
    std::string ca_file{};  ///< Trusted instead of the system's, for tests.
};

/// The SMTP server that takes our mail. libcurl's home. One connection for each mail; safe from any
/// thread.
class Relay {
  public:
    explicit Relay(RelayOptions options);

    bool is_configured() const { return !options_.host.empty(); }

    /// Errors: Unavailable (not there, or later), Invalid (it will never take this mail).
    Result<Done> send(const std::string& from, const std::string& to, std::string message) const;
    /// Connects, greets, secures, signs in, and leaves. Errors: Unavailable, with the reason.
    Result<Done> check() const;

  private:
    RelayOptions options_;
};

} // namespace mail
