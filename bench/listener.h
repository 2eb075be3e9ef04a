#pragma once

#include "base/guarded.h"
#include "bench/peers.h"
#include "bench/tls.h"

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace bench {

using Steady = std::chrono::steady_clock;

/// Plays all peers in one thread: serves actors and WebFinger, takes deliveries. It does as little
/// as it can, since it shares the machine with what is measured.
class Listener {
  public:
    /// With `tls` all connections are TLS.
    explicit Listener(const std::vector<Peer>& peers,
                      std::uint16_t port,
                      const TlsServer* tls = nullptr);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// From now on: when each peer first gets a delivery with this text in its body, and how many
    /// come in all.
    void expect(std::string text);
    struct Arrivals {
        std::vector<std::optional<Steady::time_point>> first; ///< By peer.
        std::size_t count = 0;
        Steady::time_point last{};
    };
    Arrivals arrivals();

    enum class Mood { Answers, Hangs, Refuses };
    /// `Hangs`: takes the request and answers ten seconds later. `Refuses` is for good.
    void set_mood(std::size_t peer, Mood mood);

  private:
    struct Connection {
        std::size_t peer = 0;
        std::uint64_t serial = 0;
        std::string received{};
        std::unique_ptr<TlsSession> tls{};
    };
    struct Late {
        int socket = -1;
        std::uint64_t serial = 0;
    };

    void run(const std::stop_token& stop);
    void accept_from(int socket);
    void read_from(int socket);
    bool answer_next(int socket, Connection& connection);
    std::string answer_to(std::size_t peer, std::string_view head) const;
    void note_delivery(std::size_t peer, std::string_view body);
    void answer_late();
    bool send_all(int socket, Connection& connection, std::string_view bytes);
    void hang_up(int socket);

    struct Expected {
        std::string text{};
        Arrivals arrivals{};
    };

    const std::vector<Peer>& peers_;
    const TlsServer* tls_;
    int poll_ = -1;
    std::vector<int> sockets_;                     ///< By peer; -1: refuses.
    std::unordered_map<int, std::size_t> peer_of_; ///< Of a listening socket; never changes.
    std::vector<std::atomic<Mood>> moods_;
    Guarded<Expected> expected_;
    // Of the thread alone:
    std::unordered_map<int, Connection> connections_;
    std::multimap<Steady::time_point, Late> late_;
    std::uint64_t next_serial_ = 0;
    std::jthread thread_; ///< Last, so that it ends first.
};

} // namespace bench
