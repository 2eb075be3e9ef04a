#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace bench {

/// One keep-alive connection of blocking calls. Throws std::runtime_error when it breaks.
class Connection {
  public:
    Connection(const std::string& address, std::uint16_t port);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    struct Answer {
        int status = 0;
        std::string body{};
    };
    /// `request` is the whole request as bytes; the answer must have a Content-Length.
    Answer ask(const std::string& request);

  private:
    int socket_ = -1;
    std::string received_;
};

struct Outcome {
    double seconds = 0;
    std::map<int, std::size_t> statuses{}; ///< How often each came.
    std::vector<double> milliseconds{};    ///< Of each request, sorted.

    std::size_t answered() const { return milliseconds.size(); }
    std::size_t count(int status) const;
    double per_second(int status) const;
    double percentile(double share) const;
};

struct Target {
    std::string address;
    std::uint16_t port = 0;
};

/// Sends all of `requests` once, over that many connections, each waiting for its answer.
Outcome send_each(const Target& target,
                  std::size_t connections,
                  const std::vector<std::string>& requests);

/// Sends one request again and again for that long.
Outcome repeat(const Target& target,
               std::size_t connections,
               const std::string& request,
               std::chrono::milliseconds duration);

std::string get_request(const std::string& host, const std::string& path, const std::string& token);
std::string post_request(const std::string& host,
                         const std::string& path,
                         const std::string& token,
                         const std::string& json);

} // namespace bench
