#include "http/connection.h"

#include "base/text.h"
#include "base/time.h"
#include "http/proxies.h"
#include "http/rate_limiter.h"
#include "http/response_head.h"
#include "http/router.h"
#include "http/session.h"
#include "http/stream.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility> // Boost 1.74 needs it before its own headers.

namespace http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t head_read_bytes = 4UL * 1024;
constexpr std::size_t body_read_bytes = 64UL * 1024;
constexpr std::size_t file_read_bytes = 128UL * 1024;
// What a refused sender may still send before we hang up, so that it reads why.
constexpr std::size_t max_lingering_bytes = 4UL * 1024 * 1024;
constexpr auto lingering_time = milliseconds(2'000);

Response refusal_response(int status, std::string_view why) {
    auto response = json_response({{"error", why}}, status);
    // These come before any route; a page elsewhere may read that its request was bad (O16).
    response.headers.add("Access-Control-Allow-Origin", "*");
    return response;
}

Response busy_response() {
    auto response = refusal_response(503, "Too busy");
    response.headers.add("Retry-After", "1");
    return response;
}

Response no_more_streams_response() {
    auto response = refusal_response(429, "Too many open streams");
    response.headers.add("Retry-After", "60");
    return response;
}

} // namespace

/// One connection; lives on one io thread. Owned by whatever it waits for: a read, a write, a
/// handler (hence shared).
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Io& io, Shared& shared, const Address& peer, Place place)
        : io_(io), shared_(shared), peer_(peer), place_(std::move(place)),
          reader_(shared.options.read) {
        io_.connections.insert(this);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() {
        io_.connections.erase(this);
        count_body(0);
        count_spooled(0);
    }

    virtual void start() = 0;
    /// The server stops: who is not in a request goes.
    void stop() {
        if (is_idle_) close();
    }
    virtual void close() = 0;

  protected:
    virtual void async_read(std::size_t most) = 0;
    virtual void async_write_out() = 0;
    virtual void async_finish() = 0;
    virtual void expire_after(milliseconds time) = 0;
    virtual void never_expire() = 0;
    virtual void begin_web_socket(SessionStart start, Headers headers) = 0;
    virtual void begin_event_stream(SessionStart start, std::string head) = 0;

    void await_request() {
        if (io_.is_stopping) return close();
        is_idle_ = buffer_.size() == 0;
        expire_after(is_idle_ ? shared_.options.idle_time : shared_.options.head_time);
        is_idle_ ? async_read(head_read_bytes) : advance();
    }

    void on_read(const IoError& error, std::size_t bytes) {
        if (error) return close();
        buffer_.commit(bytes);
        if (std::exchange(is_idle_, false)) expire_after(shared_.options.head_time);
        advance();
    }

    void on_written(const IoError& error) {
        if (error) return close();
        if (is_interim_) {
            is_interim_ = false;
            return advance();
        }
        if (out_file_.size > 0) return write_more();
        out_body_ = {};
        out_file_ = {};
        forget_body(); // Before the farewell, which may take a while.
        if (closes_) return async_finish();
        reader_.reset();
        if (buffer_.capacity() > body_read_bytes / 2) buffer_.shrink_to_fit();
        await_request();
    }

    /// After the last answer: what still comes is read and forgotten, lest a reset takes the answer
    /// away from a sender that has not finished.
    void on_lingered(const IoError& error, std::size_t bytes) {
        lingered_ += bytes;
        if (error || lingered_ > max_lingering_bytes) return close();
        buffer_.clear();
        async_linger();
    }
    virtual void async_linger() = 0;

    Io& io_;
    Shared& shared_;
    Address peer_;
    Place place_;
    beast::flat_buffer buffer_;
    RequestReader reader_;
    std::string out_head_;
    std::string out_body_;
    FilePart out_file_; ///< What is still to be sent of it.
    bool is_tls_ = false;

  private:
    void advance() {
        std::size_t consumed = 0;
        const auto data = buffer_.data();
        const auto progress =
            reader_.read({static_cast<const char*>(data.data()), data.size()}, consumed);
        buffer_.consume(consumed);
        const auto& spooled = reader_.request().spooled;
        if (!count_body(reader_.request().body.size()) ||
            !count_spooled(spooled ? spooled->size() : 0)) {
            forget_body();
            return respond(busy_response(), Then::Close);
        }
        switch (progress) {
        case RequestReader::Progress::NeedsMore:
            return async_read(is_reading_body_ ? body_read_bytes : head_read_bytes);
        case RequestReader::Progress::HeadRead:
            return begin_body();
        case RequestReader::Progress::Complete:
            return dispatch();
        case RequestReader::Progress::Refused:
            break;
        }
        const auto& refusal = reader_.refusal();
        respond(refusal_response(refusal.status, refusal.why), Then::Close);
    }

    void forget_body() {
        reader_.request().body = {};
        reader_.request().spooled.reset();
        count_body(0);
        count_spooled(0);
    }

    void begin_body() {
        is_reading_body_ = true;
        expire_after(shared_.options.body_time + shared_.time_for(reader_.max_body_bytes()));
        if (!reader_.expects_continue() || buffer_.size() > 0) return advance();
        is_interim_ = true;
        out_head_ = "HTTP/1.1 100 Continue\r\n\r\n";
        async_write_out();
    }

    void dispatch() {
        is_reading_body_ = false;
        never_expire();
        auto& request = reader_.request();
        request.address = caller_address(peer_, request.headers, shared_.options.trusted_proxies);
        if (!shared_.knows_host(request.headers.get("Host"))) {
            return respond(refusal_response(421, "No such host here"), Then::Close);
        }
        // The handler thread gives its hold on the connection back with the answer: a connection
        // ends on its io thread only, which does not stop before.
        auto guard = asio::make_work_guard(io_.context);
        const bool is_taken = shared_.pool->submit([self = shared_from_this(), guard]() mutable {
            auto response =
                std::make_shared<Response>(self->call_handler()); // std::function copies
            auto& context = self->io_.context;
            asio::post(context, [self = std::move(self), response] {
                self->respond(std::move(*response), Then::GoOn);
            });
        });
        if (!is_taken) respond(busy_response(), Then::GoOn);
    }

    Response call_handler() {
        try {
            return shared_.answer(reader_.request());
        } catch (const std::exception& exception) {
            spdlog::error("http: handler threw: {}", exception.what());
            return internal_error_response(Audience::Clients);
        }
    }

    enum class Then { GoOn, Close };
    void respond(Response response, Then then) {
        if (response.stream) {
            auto plan = std::move(response.stream);
            return become_stream(std::move(response), std::move(plan));
        }
        closes_ = then == Then::Close || io_.is_stopping || !reader_.keeps_alive();
        const bool is_head = reader_.request().method == "HEAD";
        auto head = head_options();
        head.is_head_request = is_head;
        head.closes = closes_;
        out_head_ = render_head(response, head);
        const bool has_body = !is_head && response.status != 204 && response.status != 304;
        out_body_ = has_body && !response.file ? std::move(response.body) : std::string();
        out_file_ = has_body && response.file ? std::move(*response.file) : FilePart{};
        expire_after(shared_.options.write_time + shared_.time_for(out_body_.size()));
        async_write_out();
    }

    // Read on the io thread: a piece of a local file is there sooner than another thread would be.
    void write_more() {
        const auto most = std::min<std::uint64_t>(out_file_.size, file_read_bytes);
        out_head_.clear();
        out_body_.resize(static_cast<std::size_t>(most));
        const auto count = ::pread(out_file_.file->get(),
                                   out_body_.data(),
                                   out_body_.size(),
                                   static_cast<off_t>(out_file_.offset));
        if (count <= 0) return close(); // The length was said: nothing else tells that it is wrong.
        out_body_.resize(static_cast<std::size_t>(count));
        out_file_.offset += static_cast<std::uint64_t>(count);
        out_file_.size -= static_cast<std::uint64_t>(count);
        expire_after(shared_.options.write_time + shared_.time_for(out_body_.size()));
        async_write_out();
    }

    HeadOptions head_options() {
        return {
            .date = io_.date_now(), .page_policy = shared_.options.page_policy, .is_tls = is_tls_};
    }

    /// The socket and the place in the caps go over to a session; what remains here ends with
    /// this call's caller.
    void become_stream(Response response, std::shared_ptr<const StreamPlan> plan) {
        auto share = Share::take(shared_.streams_of,
                                 address_key(reader_.request().address),
                                 shared_.options.streams.max_per_address);
        if (!share) return respond(no_more_streams_response(), Then::GoOn);
        // Nobody may speak before the handshake is answered; where what came would belong is open.
        if (io_.is_stopping || buffer_.size() > 0) return close();
        SessionStart start{.io = io_,
                           .shared = shared_,
                           .place = std::move(place_),
                           .share = std::move(*share),
                           .plan = std::move(plan)};
        if (start.plan->kind == StreamKind::WebSocket) {
            return begin_web_socket(std::move(start), std::move(response.headers));
        }
        auto head = head_options();
        head.closes = true;
        head.has_open_end = true;
        begin_event_stream(std::move(start), render_head(response, head));
    }

    /// False when all requests together hold too much.
    bool count_body(std::size_t bytes) {
        const auto before = std::exchange(counted_bytes_, bytes);
        if (bytes == before) return true;
        const auto total = shared_.body_bytes += bytes - before; // wraps around as it should
        return bytes < before || total <= shared_.options.max_body_bytes_in_all;
    }

    bool count_spooled(std::uint64_t bytes) {
        const auto before = std::exchange(counted_spooled_, bytes);
        if (bytes == before) return true;
        const auto total = shared_.spooled_bytes += bytes - before; // wraps around as it should
        return bytes < before || total <= shared_.options.max_spooled_bytes_in_all;
    }

    std::size_t counted_bytes_ = 0;
    std::uint64_t counted_spooled_ = 0;
    std::size_t lingered_ = 0;
    bool is_idle_ = true;
    bool is_reading_body_ = false;
    bool is_interim_ = false;
    bool closes_ = false;
};

namespace {

template <typename Socket>
class SocketConnection final : public Connection {
  public:
    template <typename... Arguments>
    SocketConnection(
        Io& io, Shared& shared, const Address& peer, Place place, Arguments&&... socket)
        : Connection(io, shared, peer, std::move(place)),
          socket_(std::forward<Arguments>(socket)...) {}

    void start() override {
        if constexpr (is_encrypted) {
            is_tls_ = true;
            expire_after(shared_.options.head_time);
            socket_.async_handshake(asio::ssl::stream_base::server,
                                    [self = self()](const IoError& error) {
                                        error ? self->close() : self->await_request();
                                    });
        } else {
            await_request();
        }
    }

    void close() override { lowest(socket_).close(); }

  private:
    static constexpr bool is_encrypted = !std::is_same_v<Socket, PlainSocket>;

    std::shared_ptr<SocketConnection> self() {
        return std::static_pointer_cast<SocketConnection>(shared_from_this());
    }
    void expire_after(milliseconds time) override { lowest(socket_).expires_after(time); }
    void never_expire() override { lowest(socket_).expires_never(); }

    void async_read(std::size_t most) override {
        socket_.async_read_some(buffer_.prepare(most),
                                [self = self()](const IoError& error, std::size_t bytes) {
                                    self->on_read(error, bytes);
                                });
    }

    void async_write_out() override {
        const std::array buffers{asio::const_buffer(asio::buffer(out_head_)),
                                 asio::const_buffer(asio::buffer(out_body_))};
        asio::async_write(socket_, buffers, [self = self()](const IoError& error, std::size_t) {
            self->on_written(error);
        });
    }

    void async_finish() override {
        expire_after(lingering_time);
        if constexpr (is_encrypted) {
            socket_.async_shutdown([self = self()](const IoError&) { self->close(); });
        } else {
            IoError ignored;
            socket_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
            buffer_.clear();
            async_linger();
        }
    }

    void begin_web_socket(SessionStart start, Headers headers) override {
        http::begin_web_socket(
            std::move(start), std::move(socket_), reader_.request(), std::move(headers));
    }
    void begin_event_stream(SessionStart start, std::string head) override {
        http::begin_event_stream(std::move(start), std::move(socket_), std::move(head));
    }

    void async_linger() override {
        socket_.async_read_some(buffer_.prepare(head_read_bytes),
                                [self = self()](const IoError& error, std::size_t bytes) {
                                    self->on_lingered(error, bytes);
                                });
    }

    Socket socket_;
};

} // namespace

void serve_connection(Io& io,
                      Shared& shared,
                      const Address& peer,
                      Place place,
                      PlainSocket socket,
                      asio::ssl::context* tls) {
    if (tls) {
        std::make_shared<SocketConnection<TlsSocket>>(
            io, shared, peer, std::move(place), std::move(socket), *tls)
            ->start();
    } else {
        std::make_shared<SocketConnection<PlainSocket>>(
            io, shared, peer, std::move(place), std::move(socket))
            ->start();
    }
}

void stop_connections(Io& io) {
    io.is_stopping = true;
    const std::vector<Connection*> connections(io.connections.begin(), io.connections.end());
    for (auto* connection : connections)
        connection->stop();
    const std::vector<Session*> sessions(io.sessions.begin(), io.sessions.end());
    for (auto* session : sessions)
        session->end();
}

} // namespace http
