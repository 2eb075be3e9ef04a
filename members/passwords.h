#pragma once

#include "base/result.h"

#include <chrono>
#include <semaphore>
#include <string>
#include <string_view>

namespace members {

/// Hashes and checks passwords with argon2id (RFC 9106): 19 MiB, two passes, one lane.
/// At most two at a time, over all threads: the third waits, so that a wave of sign-ins cannot take
/// all memory. Safe from any thread; made once in app/.
class Passwords {
  public:
    /// Errors: Unavailable when no turn came within `max_wait`.
    Result<std::string> hash(std::string_view password);
    /// Whether the password made this hash. An empty hash (a deleted member, nobody) takes as long
    /// as a real one and never fits: an answer's time does not tell which names exist.
    /// Errors: Unavailable.
    Result<bool> fits(std::string_view hash, std::string_view password);

    static constexpr std::chrono::seconds max_wait{5};

  private:
    std::counting_semaphore<2> turns_{2};
};

/// Whether a member may choose this password: 12 to 256 characters, not one that attackers try
/// first, not made from the own name or the instance's host. No rule about kinds of characters
/// (NIST SP 800-63B, section 5.1.1.2).
/// Errors: Unprocessable, with a text to show.
Result<Done> check_password(std::string_view password,
                            std::string_view username,
                            std::string_view host);

/// Four groups of letters and digits that are hard to mix up, 80 bits: "k3mfw-8qzrt-...".
std::string make_one_time_password();

} // namespace members
