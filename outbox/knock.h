#pragma once

#include "base/time.h"
#include "federation/signature.h"
#include "http/client.h"

#include <chrono>
#include <optional>
#include <string>

namespace outbox {

/// What is posted to one inbox.
struct Letter {
    std::string inbox{};
    const std::string& body;
    const federation::Signer& signer;
    std::string followers_sync{}; ///< Value of Collection-Synchronization; "" for none.
};

/// How a delivery went.
struct Knocked {
    int status = 0;       ///< Of the last answer; 0: none came.
    bool refused = false; ///< Our own client would not send it: guard, allow list, a wrong URL.
    std::optional<federation::Scheme> scheme{}; ///< Which one was taken; only with 2xx.
    std::optional<std::chrono::seconds> retry_after{};
    std::string error{}; ///< For the log.
};

/// Posts a letter, signed at this moment; redirects are not followed. Refused for its signature
/// (400, 401, 403, 406) it is signed again: as the peer's challenge asks, then in the other scheme,
/// each with a new Date. At most three signed attempts (PROTOCOL section 5).
Knocked knock(http::Client& client,
              const Letter& letter,
              federation::Scheme first,
              const Clock& clock);

} // namespace outbox
