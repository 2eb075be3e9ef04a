#include "http/server.h"

#include "base/guarded.h"
#include "base/text.h"
#include "base/time.h"
#include "http/proxies.h"
#include "http/response_head.h"
#include "http/router.h"
#include "http/work_pool.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility> // Boost 1.74 needs it before its own headers.

namespace http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using ErrorCode = beast::error_code;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t head_read_bytes = 4UL * 1024;
constexpr std::size_t body_read_bytes = 64UL * 1024;
// What a refused sender may still send before we hang up, so that it reads why.
constexpr std::size_t max_lingering_bytes = 4UL * 1024 * 1024;
constexpr auto lingering_time = milliseconds(2'000);

class Connection;

/// What one io thread owns; nobody else touches it.
struct Io {
    std::unordered_set<Connection*> connections;
    std::string date;
    std::time_t date_at = 0;
    bool is_stopping = false;
    asio::io_context context{1}; ///< Last, since what waits in it uses the rest.

    std::string_view date_now() {
        const auto now = std::time(nullptr);
        if (now != date_at) {
            date_at = now;
            date = format_http_date(system_now());
        }
        return date;
    }
};

/// What all connections share. Outlives them.
struct Shared {
    ServerOptions options;
    Server::Answer answer;
    std::optional<WorkPool> pool{};
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> body_bytes{0};
    Guarded<std::unordered_map<std::string, std::size_t>> per_address{};

    bool knows_host(std::string_view host) const {
        if (options.hosts.empty()) return true;
        return std::ranges::any_of(options.hosts, [&](std::string_view ours) {
            if (iequals(host, ours)) return true;
            const auto port = options.tls ? std::string_view(":443") : std::string_view(":80");
            return host.size() == ours.size() + port.size() && host.ends_with(port) &&
                   iequals(host.substr(0, ours.size()), ours);
        });
    }
};

/// A place in the caps on connections; given back when it goes.
class Place {
  public:
    static std::optional<Place> take(Shared& shared, const Address& address) {
        if (shared.connections.fetch_add(1) >= shared.options.max_connections) {
            shared.connections.fetch_sub(1);
            return std::nullopt;
        }
        Place place(shared,
                    contains(shared.options.trusted_proxies, address) ? "" : to_string(address));
        const bool has_room = place.address_.empty() || shared.per_address.with([&](auto& counts) {
            return ++counts[place.address_] <= shared.options.max_connections_per_address;
        });
        if (!has_room) return std::nullopt;
        return place;
    }

    Place(Place&& other) noexcept
        : shared_(std::exchange(other.shared_, nullptr)), address_(std::move(other.address_)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
        if (!shared_) return;
        shared_->connections.fetch_sub(1);
        if (address_.empty()) return;
        shared_->per_address.with([&](auto& counts) {
            if (const auto found = counts.find(address_); --found->second == 0) counts.erase(found);
        });
    }

  private:
    Place(Shared& shared, std::string address) : shared_(&shared), address_(std::move(address)) {}

    Shared* shared_;
    std::string address_; ///< Empty when only the total counts.
};

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

    void await_request() {
        if (io_.is_stopping) return close();
        is_idle_ = buffer_.size() == 0;
        expire_after(is_idle_ ? shared_.options.idle_time : shared_.options.head_time);
        is_idle_ ? async_read(head_read_bytes) : advance();
    }

    void on_read(const ErrorCode& error, std::size_t bytes) {
        if (error) return close();
        buffer_.commit(bytes);
        if (std::exchange(is_idle_, false)) expire_after(shared_.options.head_time);
        advance();
    }

    void on_written(const ErrorCode& error) {
        if (error) return close();
        if (is_interim_) {
            is_interim_ = false;
            return advance();
        }
        out_body_ = {};
        if (closes_) return async_finish();
        reader_.reset();
        count_body(0);
        if (buffer_.capacity() > body_read_bytes / 2) buffer_.shrink_to_fit();
        await_request();
    }

    /// After the last answer: what still comes is read and forgotten, lest a reset takes the answer
    /// away from a sender that has not finished.
    void on_lingered(const ErrorCode& error, std::size_t bytes) {
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
    bool is_tls_ = false;

  private:
    void advance() {
        std::size_t consumed = 0;
        const auto data = buffer_.data();
        const auto progress =
            reader_.read({static_cast<const char*>(data.data()), data.size()}, consumed);
        buffer_.consume(consumed);
        if (!count_body(reader_.request().body.size()))
            return respond(busy_response(), Then::Close);
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

    void begin_body() {
        is_reading_body_ = true;
        expire_after(shared_.options.body_time + time_for(reader_.max_body_bytes()));
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
        closes_ = then == Then::Close || io_.is_stopping || !reader_.keeps_alive();
        const bool is_head = reader_.request().method == "HEAD";
        out_head_ = render_head(response,
                                {.date = io_.date_now(),
                                 .page_policy = shared_.options.page_policy,
                                 .is_head_request = is_head,
                                 .closes = closes_,
                                 .is_tls = is_tls_});
        out_body_ = is_head || response.status == 204 || response.status == 304
                        ? std::string()
                        : std::move(response.body);
        expire_after(shared_.options.write_time + time_for(out_body_.size()));
        async_write_out();
    }

    milliseconds time_for(std::size_t bytes) const {
        return milliseconds(bytes * 1000 / shared_.options.lowest_rate);
    }

    /// False when all requests together hold too much.
    bool count_body(std::size_t bytes) {
        const auto before = std::exchange(counted_bytes_, bytes);
        if (bytes == before) return true;
        const auto total = shared_.body_bytes += bytes - before; // wraps around as it should
        return bytes < before || total <= shared_.options.max_body_bytes_in_all;
    }

    std::size_t counted_bytes_ = 0;
    std::size_t lingered_ = 0;
    bool is_idle_ = true;
    bool is_reading_body_ = false;
    bool is_interim_ = false;
    bool closes_ = false;
};

beast::tcp_stream& lowest(beast::tcp_stream& stream) {
    return stream;
}
beast::tcp_stream& lowest(beast::ssl_stream<beast::tcp_stream>& stream) {
    return stream.next_layer();
}

template <typename Stream>
class StreamConnection final : public Connection {
  public:
    template <typename... Arguments>
    StreamConnection(
        Io& io, Shared& shared, const Address& peer, Place place, Arguments&&... stream)
        : Connection(io, shared, peer, std::move(place)),
          stream_(std::forward<Arguments>(stream)...) {}

    void start() override {
        if constexpr (is_encrypted) {
            is_tls_ = true;
            expire_after(shared_.options.head_time);
            stream_.async_handshake(asio::ssl::stream_base::server,
                                    [self = self()](const ErrorCode& error) {
                                        error ? self->close() : self->await_request();
                                    });
        } else {
            await_request();
        }
    }

    void close() override { lowest(stream_).close(); }

  private:
    static constexpr bool is_encrypted = !std::is_same_v<Stream, beast::tcp_stream>;

    std::shared_ptr<StreamConnection> self() {
        return std::static_pointer_cast<StreamConnection>(shared_from_this());
    }
    void expire_after(milliseconds time) override { lowest(stream_).expires_after(time); }
    void never_expire() override { lowest(stream_).expires_never(); }

    void async_read(std::size_t most) override {
        stream_.async_read_some(buffer_.prepare(most),
                                [self = self()](const ErrorCode& error, std::size_t bytes) {
                                    self->on_read(error, bytes);
                                });
    }

    void async_write_out() override {
        const std::array buffers{asio::const_buffer(asio::buffer(out_head_)),
                                 asio::const_buffer(asio::buffer(out_body_))};
        asio::async_write(stream_, buffers, [self = self()](const ErrorCode& error, std::size_t) {
            self->on_written(error);
        });
    }

    void async_finish() override {
        expire_after(lingering_time);
        if constexpr (is_encrypted) {
            stream_.async_shutdown([self = self()](const ErrorCode&) { self->close(); });
        } else {
            ErrorCode ignored;
            stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
            buffer_.clear();
            async_linger();
        }
    }

    void async_linger() override {
        stream_.async_read_some(buffer_.prepare(head_read_bytes),
                                [self = self()](const ErrorCode& error, std::size_t bytes) {
                                    self->on_lingered(error, bytes);
                                });
    }

    Stream stream_;
};

std::optional<Address> address_of(const Tcp::socket& socket) {
    ErrorCode error;
    const auto endpoint = socket.remote_endpoint(error);
    return error ? std::nullopt : parse_address(endpoint.address().to_string());
}

Tcp::acceptor bind_to(asio::io_context& context, const Endpoint& endpoint) {
    ErrorCode error;
    const auto address = asio::ip::make_address(endpoint.address, error);
    if (error)
        throw std::runtime_error(fmt::format("no address to listen on: {}", endpoint.address));
    try {
        return Tcp::acceptor(context, {address, endpoint.port});
    } catch (const std::exception& exception) {
        throw std::runtime_error(fmt::format(
            "cannot listen on {} port {}: {}", endpoint.address, endpoint.port, exception.what()));
    }
}

std::unique_ptr<asio::ssl::context> load_tls(const std::optional<TlsFiles>& files) {
    if (!files) return nullptr;
    using Context = asio::ssl::context;
    auto context = std::make_unique<Context>(Context::tls_server);
    context->set_options(Context::default_workarounds | Context::no_sslv2 | Context::no_sslv3 |
                         Context::no_tlsv1 | Context::no_tlsv1_1);
    try {
        context->use_certificate_chain_file(files->certificate_chain);
        context->use_private_key_file(files->private_key, Context::pem);
    } catch (const std::exception& exception) {
        throw std::runtime_error(fmt::format("cannot read the TLS certificate {} or its key: {}",
                                             files->certificate_chain,
                                             exception.what()));
    }
    return context;
}

} // namespace

struct Server::Impl {
    Shared shared;
    std::unique_ptr<asio::ssl::context> tls;
    std::vector<std::unique_ptr<Io>> ios;
    std::vector<Tcp::acceptor> acceptors; ///< On the first io thread.
    std::optional<asio::steady_timer> retry;
    std::size_t next_io = 0;

    Impl(ServerOptions options, Answer answer)
        : shared{.options = std::move(options), .answer = std::move(answer)},
          tls(load_tls(shared.options.tls)) {
        for (std::size_t i = 0; i < std::max<std::size_t>(1, shared.options.io_threads); ++i) {
            ios.push_back(std::make_unique<Io>());
        }
        for (const auto& endpoint : shared.options.listen) {
            acceptors.push_back(bind_to(ios.front()->context, endpoint));
        }
        retry.emplace(ios.front()->context);
    }

    void accept(Tcp::acceptor& acceptor) {
        auto& io = *ios[next_io++ % ios.size()];
        acceptor.async_accept(
            io.context, [this, &acceptor, &io](const ErrorCode& error, Tcp::socket socket) {
                if (!acceptor.is_open()) return;
                if (error) return accept_later(acceptor, error);
                asio::post(io.context, [this, &io, socket = std::move(socket)]() mutable {
                    begin(io, std::move(socket));
                });
                accept(acceptor);
            });
    }

    // Out of file descriptors, as a rule: asking again at once would only burn the processor.
    void accept_later(Tcp::acceptor& acceptor, const ErrorCode& error) {
        spdlog::warn("http: cannot accept a connection: {}", error.message());
        retry->expires_after(milliseconds(100));
        retry->async_wait([this, &acceptor](const ErrorCode& cancelled) {
            if (!cancelled && acceptor.is_open()) accept(acceptor);
        });
    }

    void begin(Io& io, Tcp::socket socket) {
        const auto peer = address_of(socket);
        if (!peer || io.is_stopping) return;
        auto place = Place::take(shared, *peer);
        if (!place) return;
        ErrorCode ignored;
        socket.set_option(Tcp::no_delay(true), ignored);
        beast::tcp_stream stream(std::move(socket));
        if (tls) {
            using Tls = StreamConnection<beast::ssl_stream<beast::tcp_stream>>;
            std::make_shared<Tls>(io, shared, *peer, std::move(*place), std::move(stream), *tls)
                ->start();
        } else {
            using Plain = StreamConnection<beast::tcp_stream>;
            std::make_shared<Plain>(io, shared, *peer, std::move(*place), std::move(stream))
                ->start();
        }
    }

    void stop_accepting() {
        asio::post(ios.front()->context, [this] {
            retry->cancel();
            ErrorCode ignored;
            for (auto& acceptor : acceptors)
                acceptor.close(ignored);
        });
        for (auto& io : ios) {
            asio::post(io->context, [&one = *io] {
                one.is_stopping = true;
                const std::vector<Connection*> all(one.connections.begin(), one.connections.end());
                for (auto* connection : all)
                    connection->stop();
            });
        }
    }
};

Server::Server(ServerOptions options, Answer answer)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(answer))) {}

Server::~Server() = default;

std::vector<std::uint16_t> Server::ports() const {
    std::vector<std::uint16_t> ports;
    for (const auto& acceptor : impl_->acceptors)
        ports.push_back(acceptor.local_endpoint().port());
    return ports;
}

void Server::run(const std::stop_token& stop) {
    auto& [shared, tls, ios, acceptors, retry, next_io] = *impl_;
    shared.pool.emplace(shared.options.handler_threads, shared.options.max_queued);
    for (auto& acceptor : acceptors)
        impl_->accept(acceptor);

    using Guard = asio::executor_work_guard<asio::io_context::executor_type>;
    std::vector<Guard> guards;
    std::vector<std::future<void>> ended;
    std::vector<std::jthread> threads;
    for (auto& io : ios) {
        guards.emplace_back(io->context.get_executor());
        std::packaged_task<void()> task([&context = io->context] { context.run(); });
        ended.push_back(task.get_future());
        threads.emplace_back(std::move(task));
    }
    std::promise<void> stopped;
    const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
    stopped.get_future().wait();

    const auto latest = std::chrono::steady_clock::now() + shared.options.stop_time;
    impl_->stop_accepting();
    for (auto& guard : guards)
        guard.reset();
    for (auto& one : ended)
        one.wait_until(latest);
    for (auto& io : ios)
        io->context.stop();
    threads.clear();
    shared.pool.reset();
}

} // namespace http
