#pragma once

#include "http/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

/// A TCP connection that sends any bytes, also those that no HTTP library would.
class RawSocket {
  public:
    explicit RawSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const auto* plain = reinterpret_cast<const sockaddr*>(&address);
        is_connected_ = ::connect(fd_, plain, sizeof address) == 0;
    }
    RawSocket(RawSocket&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), is_connected_(other.is_connected_) {}
    RawSocket& operator=(RawSocket&&) = delete;
    ~RawSocket() {
        if (fd_ >= 0) ::close(fd_);
    }

    bool is_connected() const { return is_connected_; }

    /// False when the other side has gone.
    bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// The other side reads an end; we may still read.
    void finish_sending() const { ::shutdown(fd_, SHUT_WR); }

    /// Reads until the other side closes or `time` is over.
    std::string read_all(std::chrono::milliseconds time = std::chrono::seconds(5)) {
        return read_until("", time);
    }

    /// Reads until `mark` was seen, or as read_all.
    std::string read_until(std::string_view mark,
                           std::chrono::milliseconds time = std::chrono::seconds(5)) {
        const auto deadline = std::chrono::steady_clock::now() + time;
        std::string text;
        while (mark.empty() || text.find(mark) == std::string::npos) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - std::chrono::steady_clock::now());
            pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
            if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
                return text;
            }
            char buffer[4096];
            const auto received = ::recv(fd_, buffer, sizeof buffer, 0);
            if (received <= 0) {
                is_closed_ = true;
                return text;
            }
            text.append(buffer, static_cast<std::size_t>(received));
        }
        return text;
    }

    bool is_closed() const { return is_closed_; } ///< Seen by the last read.

  private:
    int fd_;
    bool is_connected_ = false;
    bool is_closed_ = false;
};

/// A server on a free loopback port, for the length of a test.
class RunningServer {
  public:
    RunningServer(http::ServerOptions options, http::Server::Answer answer)
        : server_(with_listener(std::move(options)), std::move(answer)),
          port_(server_.ports().front()),
          thread_([this](const std::stop_token& stop) { server_.run(stop); }) {}

    std::uint16_t port() const { return port_; }
    void stop() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }
    void request_stop() { thread_.request_stop(); }

    RawSocket connect() const { return RawSocket(port_); }

    /// Sends one request on a connection of its own; what came back until it was closed or
    /// answered.
    std::string exchange(std::string_view bytes,
                         std::chrono::milliseconds time = std::chrono::seconds(5)) const {
        auto socket = connect();
        socket.send(bytes);
        return socket.read_all(time);
    }

    static int status_of(const std::string& answer) {
        return answer.size() > 12 ? std::atoi(answer.substr(9, 3).c_str()) : 0;
    }
    static std::string body_of(const std::string& answer) {
        const auto end = answer.find("\r\n\r\n");
        return end == std::string::npos ? "" : answer.substr(end + 4);
    }

  private:
    static http::ServerOptions with_listener(http::ServerOptions options) {
        if (options.listen.empty()) options.listen = {{"127.0.0.1", 0}};
        return options;
    }

    http::Server server_;
    std::uint16_t port_;
    std::jthread thread_;
};
