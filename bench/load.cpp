#include "bench/load.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

/// `next` hands out requests until it has none; called by all connections.
Outcome run(const Target& target,
            std::size_t connections,
            const std::function<const std::string*()>& next) {
    struct Part {
        std::map<int, std::size_t> statuses{};
        std::vector<double> milliseconds{};
    };
    std::vector<Part> parts(connections);
    const auto start = Steady::now();
    {
        std::vector<std::jthread> threads;
        for (auto& part : parts) {
            threads.emplace_back([&part, &target, &next] {
                try {
                    Connection connection(target.address, target.port);
                    while (const auto* request = next()) {
                        const auto sent = Steady::now();
                        ++part.statuses[connection.ask(*request).status];
                        part.milliseconds.push_back(1'000 * seconds_since(sent));
                    }
                } catch (const std::exception& error) {
                    ++part.statuses[0];
                    fmt::print(stderr, "load: {}\n", error.what());
                }
            });
        }
    }
    Outcome outcome{.seconds = seconds_since(start)};
    for (const auto& part : parts) {
        for (const auto& [status, count] : part.statuses)
            outcome.statuses[status] += count;
        outcome.milliseconds.insert(
            outcome.milliseconds.end(), part.milliseconds.begin(), part.milliseconds.end());
    }
    std::ranges::sort(outcome.milliseconds);
    return outcome;
}

std::size_t number_after(const std::string& text, std::string_view name, std::size_t end) {
    const auto at = text.find(name);
    std::size_t number = 0;
    if (at == std::string::npos || at > end) throw std::runtime_error("answer without a length");
    std::from_chars(text.data() + at + name.size(), text.data() + end, number);
    return number;
}

} // namespace

Connection::Connection(const std::string& address, std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
        ::close(socket_);
        throw std::runtime_error(fmt::format("cannot connect to {}:{}", address, port));
    }
}

Connection::~Connection() {
    ::close(socket_);
}

Connection::Answer Connection::ask(const std::string& request) {
    for (std::size_t sent = 0; sent < request.size();) {
        const auto count =
            ::send(socket_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) throw std::runtime_error("the server hung up");
        sent += static_cast<std::size_t>(count);
    }
    received_.clear();
    std::size_t head = std::string::npos;
    std::size_t length = 0;
    std::array<char, 65536> bytes; // NOLINT: only what recv wrote is read.
    while (head == std::string::npos || received_.size() < length) {
        const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
        if (count <= 0) throw std::runtime_error("the server hung up");
        received_.append(bytes.data(), static_cast<std::size_t>(count));
        if (head != std::string::npos) continue;
        head = received_.find("\r\n\r\n");
        if (head == std::string::npos) continue;
        length = head + 4 + number_after(received_, "Content-Length: ", head);
    }
    Answer answer;
    std::from_chars(received_.data() + 9, received_.data() + 12, answer.status);
    answer.body = received_.substr(head + 4);
    return answer;
}

std::size_t Outcome::count(int status) const {
    const auto found = statuses.find(status);
    return found == statuses.end() ? 0 : found->second;
}

double Outcome::per_second(int status) const {
    return static_cast<double>(count(status)) / seconds;
}

double Outcome::percentile(double share) const {
    if (milliseconds.empty()) return 0;
    const auto last = static_cast<double>(milliseconds.size() - 1);
    return milliseconds[static_cast<std::size_t>(share * last)];
}

Outcome send_each(const Target& target,
                  std::size_t connections,
                  const std::vector<std::string>& requests) {
    std::atomic<std::size_t> next{0};
    return run(target, connections, [&]() -> const std::string* {
        const auto index = next.fetch_add(1);
        return index < requests.size() ? &requests[index] : nullptr;
    });
}

Outcome repeat(const Target& target,
               std::size_t connections,
               const std::string& request,
               std::chrono::milliseconds duration) {
    const auto end = Steady::now() + duration;
    return run(target, connections, [&]() -> const std::string* {
        return Steady::now() < end ? &request : nullptr;
    });
}

std::string get_request(const std::string& host,
                        const std::string& path,
                        const std::string& token) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n{}\r\n",
                       path,
                       host,
                       token.empty() ? "" : fmt::format("Authorization: Bearer {}\r\n", token));
}

std::string post_request(const std::string& host,
                         const std::string& path,
                         const std::string& token,
                         const std::string& json) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n"
                       "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                       path,
                       host,
                       token,
                       json.size(),
                       json);
}

} // namespace bench
