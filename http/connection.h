#pragma once

#include "base/guarded.h"
#include "http/address.h"
#include "http/server.h"
#include "http/work_pool.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility> // Boost 1.74 needs it before its own headers.

/// The server's inside: what it owns for each io thread and for each connection. Only http/*.cpp
/// includes this.
namespace http {

using PlainSocket = boost::beast::tcp_stream;
using TlsSocket = boost::beast::ssl_stream<boost::beast::tcp_stream>;
using IoError = boost::beast::error_code;

inline PlainSocket& lowest(PlainSocket& socket) {
    return socket;
}
inline PlainSocket& lowest(TlsSocket& socket) {
    return socket.next_layer();
}

class Connection;
class Session;

/// What one io thread owns; nobody else touches it.
struct Io {
    std::unordered_set<Connection*> connections{};
    std::unordered_set<Session*> sessions{};
    std::string date{};
    std::time_t date_at = 0;
    bool is_stopping = false;
    bool is_ticking = false;
    boost::asio::io_context context{1}; ///< After all that what waits in it uses.
    boost::asio::steady_timer tick{context};

    std::string_view date_now();
};

/// How many things there are for each address.
using AddressCounts = Guarded<std::unordered_map<std::string, std::size_t>>;

/// What all connections share. Outlives them.
struct Shared {
    ServerOptions options;
    Server::Answer answer;
    std::optional<WorkPool> pool{};
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> body_bytes{0};
    std::atomic<std::uint64_t> spooled_bytes{0};
    AddressCounts connections_of{};
    AddressCounts streams_of{};

    bool knows_host(std::string_view host) const;
    /// The time that `bytes` may take at the lowest rate.
    std::chrono::milliseconds time_for(std::size_t bytes) const;
};

/// One of the things that an address may have; given back when it goes.
class Share {
  public:
    Share() = default; ///< Of nobody; not counted.
    /// Nothing when the address has `most` already.
    static std::optional<Share> take(AddressCounts& counts, std::string address, std::size_t most);
    Share(Share&& other) noexcept
        : counts_(std::exchange(other.counts_, nullptr)), address_(std::move(other.address_)) {}
    Share& operator=(Share&&) = delete;
    ~Share();

  private:
    Share(AddressCounts& counts, std::string address)
        : counts_(&counts), address_(std::move(address)) {}

    AddressCounts* counts_ = nullptr;
    std::string address_;
};

/// A place in the caps on connections; given back when it goes.
class Place {
  public:
    static std::optional<Place> take(Shared& shared, const Address& address);
    Place(Place&& other) noexcept
        : shared_(std::exchange(other.shared_, nullptr)), share_(std::move(other.share_)) {}
    Place& operator=(Place&&) = delete;
    ~Place();

  private:
    Place(Shared& shared, Share share) : shared_(&shared), share_(std::move(share)) {}

    Shared* shared_;
    Share share_;
};

/// Begins to serve a connection that was just accepted, on its io thread. It owns itself: whatever
/// it waits for (a read, a write, a handler) holds it.
/// `tls`: null for plain http.
void serve_connection(Io& io,
                      Shared& shared,
                      const Address& peer,
                      Place place,
                      PlainSocket socket,
                      boost::asio::ssl::context* tls);
/// The server stops: who is not in a request goes, streams say good-bye.
void stop_connections(Io& io);

} // namespace http
