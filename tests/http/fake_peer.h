#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// A peer on a loopback address that sends whatever bytes a test wants, one thread per connection.
class FakePeer {
  public:
    /// One connection of the other side.
    class Session {
      public:
        Session(int fd, const std::stop_token& stop) : fd_(fd), stop_(stop) {}

        /// Reads one request's head and body; "" when the client has gone.
        std::string read_request() const {
            std::string text;
            while (!stop_.stop_requested()) {
                const auto end = text.find("\r\n\r\n");
                if (end != std::string::npos && text.size() >= end + 4 + length_in(text))
                    return text;
                pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
                if (::poll(&waiting, 1, 20) <= 0) continue;
                char buffer[4096];
                const auto count = ::recv(fd_, buffer, sizeof buffer, 0);
                if (count <= 0) return "";
                text.append(buffer, static_cast<std::size_t>(count));
            }
            return "";
        }
        /// False when the client has gone or the test ends.
        bool send(std::string_view bytes) const {
            while (!bytes.empty()) {
                if (stop_.stop_requested()) return false;
                const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
                if (sent <= 0) return false;
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            }
            return true;
        }
        /// Sends one byte every 20 ms until the client goes.
        void drip(std::string_view bytes) const {
            for (std::size_t i = 0; send(bytes.substr(i % bytes.size(), 1)); ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        }
        bool is_stopping() const { return stop_.stop_requested(); }

      private:
        static std::size_t length_in(const std::string& text) {
            const auto at = text.find("\r\nContent-Length: ");
            return at == std::string::npos ? 0 : std::stoul(text.substr(at + 18));
        }

        int fd_;
        const std::stop_token& stop_;
    };
    using Script = std::function<void(const Session&)>;

    explicit FakePeer(Script script, const char* address = "127.0.0.1")
        : script_(std::move(script)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in place{};
        place.sin_family = AF_INET;
        inet_pton(AF_INET, address, &place.sin_addr);
        socklen_t size = sizeof place;
        auto* plain = reinterpret_cast<sockaddr*>(&place);
        ::bind(listener_, plain, size);
        ::listen(listener_, 128);
        ::getsockname(listener_, plain, &size);
        port_ = ntohs(place.sin_port);
        place_ = std::string(address) + ":" + std::to_string(port_);
        acceptor_ = std::jthread([this](const std::stop_token& stop) { accept(stop); });
    }
    FakePeer(const FakePeer&) = delete;
    FakePeer& operator=(const FakePeer&) = delete;
    ~FakePeer() {
        acceptor_.request_stop();
        acceptor_.join();
        for (auto& session : sessions_)
            session.request_stop();
        sessions_.clear();
        ::close(listener_);
    }

    /// Says the same answer to every request, on connections that stay open.
    static Script answers(std::string text) {
        return [text](const Session& session) {
            while (!session.read_request().empty())
                session.send(text);
        };
    }

    const std::string& place() const { return place_; } ///< "127.0.0.1:7001".
    int connections() const { return connections_; }

  private:
    void accept(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
            if (::poll(&waiting, 1, 10) <= 0) continue;
            const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) continue;
            timeval patience{.tv_sec = 0, .tv_usec = 100'000};
            ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
            ++connections_;
            sessions_.emplace_back([this, fd](const std::stop_token& ends) {
                script_(Session(fd, ends));
                ::shutdown(fd, SHUT_RDWR);
                ::close(fd);
            });
        }
    }

    Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::string place_;
    std::atomic<int> connections_ = 0;
    std::vector<std::jthread> sessions_;
    std::jthread acceptor_;
};
