#pragma once

#include "base/result.h"
#include "http/message.h"

#include <chrono>
#include <string>

namespace http {

struct Outgoing {
    std::string method = "GET";
    std::string url{};
    Headers headers{}; ///< Host, User-Agent and Content-Length are set by the client.
    std::string body{};
};

/// PROTOCOL section 19.
struct Limits {
    std::size_t max_bytes = 1024UL * 1024; ///< Of the answer's body, after decompression.
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds first_byte{10'000};
    std::chrono::milliseconds total{20'000}; ///< For the whole request, name look-up included.
};

/// Makes one request; never follows a redirect, sends no cookies, uses no proxy.
/// Every implementation refuses addresses that are not globally routable (but for configured test
/// hosts), resolves once and connects to the address it checked. Safe from any thread.
///
/// Errors: Forbidden (the guard or the allow list refuses the URL), Unavailable (network,
/// deadline), TooLarge, Invalid (URL, header). An HTTP status of any kind is a Response.
class Client {
  public:
    virtual ~Client() = default;
    virtual Result<Response> send(const Outgoing& request, const Limits& limits = {}) = 0;
};

} // namespace http
