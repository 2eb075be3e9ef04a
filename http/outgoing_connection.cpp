#include "http/outgoing_connection.h"

#include "base/text.h"
#include "http/inflate.h"

#include <fmt/format.h>
// select() cannot wait for a descriptor above 1023, and a thousand streams have those below.
#define CPPHTTPLIB_USE_POLL
#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <utility>

namespace http {

namespace {

using Clock = Watchdog::Clock;
using std::chrono::milliseconds;

constexpr std::size_t max_head_bytes = 64UL * 1024;
constexpr std::size_t max_status_line_bytes = 512;

/// What one exchange may take, and what it has taken.
struct Bounds {
    Clock::time_point deadline{};
    milliseconds first_byte{0};
    std::size_t max_raw_bytes = 0;

    std::string
        head{}; ///< What came until the head was read; the beginning of the body may follow.
    std::size_t raw_bytes = 0;
    bool is_head_done = false;
    bool is_too_large = false;
    bool has_rest = false; ///< Bytes behind the answer: the connection cannot be used again.
    std::size_t line_bytes = 0;
    bool is_status_line = true;

    milliseconds time_left() const {
        const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
        return std::max(left, milliseconds(0));
    }

    /// Counts what came in; false when it is more than the bounds allow.
    bool count(std::string_view bytes) {
        raw_bytes += bytes.size();
        if (raw_bytes > (is_head_done ? max_raw_bytes : max_head_bytes) + buffer_slack) {
            is_too_large = true;
        }
        if (!is_head_done) {
            head.append(bytes);
            count_lines(bytes);
        }
        return !is_too_large;
    }

    static constexpr std::size_t buffer_slack = 16UL * 1024;

  private:
    // Any line of the head that begins like a status line may be read as one, since interim
    // answers come before the final one.
    void count_lines(std::string_view bytes) {
        constexpr std::string_view version = "HTTP/";
        for (const char c : bytes) {
            if (c == '\n') {
                line_bytes = 0;
                is_status_line = true;
                continue;
            }
            if (line_bytes < version.size() && c != version[line_bytes]) is_status_line = false;
            if (++line_bytes > max_status_line_bytes &&
                (is_status_line || raw_bytes == line_bytes)) {
                is_too_large = true;
            }
        }
    }
};

bool wait_for(int socket, short events, milliseconds time) {
    pollfd waiting{.fd = socket, .events = events, .revents = 0};
    const auto until = Clock::now() + time;
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<long>(left, 0)));
        if (ready >= 0 || errno != EINTR) return ready > 0;
    }
}

/// The stream under cpp-httplib's client, plain or TLS, within the bounds of the exchange.
class BoundedStream final : public httplib::Stream {
  public:
    BoundedStream(int socket, SSL* ssl, Bounds& bounds)
        : socket_(socket), ssl_(ssl), bounds_(bounds) {}
    ~BoundedStream() override { bounds_.has_rest = at_ < end_; }
    BoundedStream(const BoundedStream&) = delete;
    BoundedStream& operator=(const BoundedStream&) = delete;

    bool is_readable() const override { return true; }
    bool is_writable() const override { return wait_for(socket_, POLLOUT, bounds_.time_left()); }

    ssize_t read(char* to, std::size_t size) override {
        if (at_ == end_) {
            const auto count = fill();
            if (count <= 0) return count;
        }
        const auto count = std::min(size, end_ - at_);
        std::copy_n(buffer_.data() + at_, count, to);
        at_ += count;
        return static_cast<ssize_t>(count);
    }

    ssize_t write(const char* from, std::size_t size) override {
        if (!is_writable()) return -1;
        if (ssl_)
            return SSL_write(ssl_, from, static_cast<int>(std::min<std::size_t>(size, 1 << 30)));
        return ::send(socket_, from, size, MSG_NOSIGNAL);
    }

    void get_remote_ip_and_port(std::string&, int&) const override {}
    void get_local_ip_and_port(std::string&, int&) const override {}
    socket_t socket() const override { return socket_; }

  private:
    // A TLS record that comes in drops can block SSL_read; the watchdog ends that.
    ssize_t fill() {
        const bool is_ready = ssl_ && SSL_pending(ssl_) > 0;
        const auto time = bounds_.raw_bytes == 0 ? std::min(bounds_.first_byte, bounds_.time_left())
                                                 : bounds_.time_left();
        if (!is_ready && !wait_for(socket_, POLLIN, time)) return -1;
        const ssize_t count = ssl_
                                  ? SSL_read(ssl_, buffer_.data(), static_cast<int>(buffer_.size()))
                                  : ::recv(socket_, buffer_.data(), buffer_.size(), 0);
        if (count <= 0) return count;
        at_ = 0;
        end_ = static_cast<std::size_t>(count);
        return bounds_.count({buffer_.data(), end_}) ? count : -1;
    }

    int socket_;
    SSL* ssl_;
    Bounds& bounds_;
    std::array<char, 8192> buffer_{};
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

/// cpp-httplib's client over our stream.
template <typename Base>
class BoundedClient final : public Base {
  public:
    BoundedClient(const std::string& host, int port, Bounds& bounds)
        : Base(host, port), bounds_(bounds) {}

  private:
    bool process_socket(const typename Base::Socket& socket,
                        std::function<bool(httplib::Stream&)> callback) override {
        BoundedStream stream(socket.sock, socket.ssl, bounds_);
        return callback(stream);
    }

    Bounds& bounds_;
};

// The name is checked by OpenSSL itself, besides cpp-httplib's own comparison.
void require_name(SSL_CTX* context, const std::string& host) {
    auto* param = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool is_set = parse_address(host)
                            ? X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1
                            : X509_VERIFY_PARAM_set1_host(param, host.data(), host.size()) == 1;
    if (!is_set) throw std::runtime_error("cannot require a name of a certificate");
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

/// Collects the body within bounds, undoing gzip.
class BodyReader {
  public:
    BodyReader(std::size_t max_bytes, std::string& body) : max_bytes_(max_bytes), body_(body) {}

    bool begin(const httplib::Response& head) {
        const auto coding = head.get_header_value("Content-Encoding");
        if (iequals(coding, "gzip")) {
            inflater_.emplace(max_bytes_);
        } else if (!coding.empty() && !iequals(coding, "identity")) {
            return fail({Error::Kind::Invalid, "answer with a coding we did not ask for"});
        }
        if (head.get_header_value<std::uint64_t>("Content-Length") > max_bytes_) {
            return fail({Error::Kind::TooLarge, "body too large"});
        }
        return true;
    }

    bool add(std::string_view bytes) {
        if (inflater_) {
            const auto added = inflater_->add(bytes, body_);
            return added ? true : fail(added.error());
        }
        if (body_.size() + bytes.size() > max_bytes_) {
            return fail({Error::Kind::TooLarge, "body too large"});
        }
        body_.append(bytes);
        return true;
    }

    bool end() {
        if (!inflater_ || inflater_->is_finished() || body_.empty()) return true;
        return fail({Error::Kind::Unavailable, "gzip without an end"});
    }

    const std::optional<Error>& error() const { return error_; }

  private:
    bool fail(Error error) {
        error_ = std::move(error);
        return false;
    }

    std::size_t max_bytes_;
    std::string& body_;
    std::optional<Inflater> inflater_{};
    std::optional<Error> error_{};
};

/// The header lines of the last head in `text`, as received: cpp-httplib decodes %XX in values, and
/// a Location would lead elsewhere. Interim answers come before.
Result<Headers> read_headers(std::string_view text) {
    constexpr std::string_view interim = "HTTP/1.1 100";
    const auto malformed = Error{Error::Kind::Unavailable, "malformed head"};
    for (;;) {
        const auto end = text.find("\r\n\r\n");
        if (end == std::string_view::npos) return malformed;
        if (!text.starts_with(interim)) {
            text = text.substr(0, end + 2);
            break;
        }
        text.remove_prefix(end + 4);
    }
    Headers headers;
    text.remove_prefix(text.find("\r\n") + 2);
    while (!text.empty()) {
        const auto line = text.substr(0, text.find("\r\n"));
        text.remove_prefix(line.size() + 2);
        const auto colon = std::min(line.find(':'), line.size());
        const auto name = line.substr(0, colon);
        const auto value = trim(line.substr(std::min(colon + 1, line.size())));
        if (!is_header_name(name) || !is_header_value(value)) return malformed;
        headers.add(std::string(name), std::string(value));
    }
    return headers;
}

httplib::Request make_request(const Outgoing& outgoing,
                              const std::string& target,
                              const Peer& peer) {
    httplib::Request request;
    request.method = outgoing.method;
    request.path = target;
    request.body = outgoing.body;
    constexpr std::array<std::string_view, 5> ours{
        "Host", "User-Agent", "Content-Length", "Connection", "Transfer-Encoding"};
    for (const auto& line : outgoing.headers.lines()) {
        const bool is_ours = std::ranges::any_of(
            ours, [&](std::string_view own) { return iequals(line.name, own); });
        if (!is_ours) request.headers.emplace(line.name, line.value);
    }
    request.headers.emplace("Host", peer.authority);
    request.headers.emplace("User-Agent", peer.user_agent);
    if (!request.has_header("Accept-Encoding")) request.headers.emplace("Accept-Encoding", "gzip");
    return request;
}

} // namespace

// Distributions keep each certificate under its hash in this folder, where OpenSSL finds the one
// that it needs; the file with all of them takes 35 ms to read.
static bool load_system_certificates(X509_STORE* store, const std::string& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".0")
            return X509_STORE_load_path(store, folder.c_str()) == 1;
    }
    return X509_STORE_set_default_paths(store) == 1;
}

TrustedCertificates::TrustedCertificates(const std::string& extra_file)
    : store_(X509_STORE_new()), folder_(X509_get_default_cert_dir()) {
    auto* store = static_cast<X509_STORE*>(store_);
    const bool is_loaded =
        store && load_system_certificates(store, folder_) &&
        (extra_file.empty() || X509_STORE_load_file(store, extra_file.c_str()) == 1);
    if (is_loaded) return;
    X509_STORE_free(store);
    throw std::runtime_error("cannot read the trusted certificates " + extra_file);
}

TrustedCertificates::~TrustedCertificates() {
    X509_STORE_free(static_cast<X509_STORE*>(store_));
}

struct OutgoingConnection::Impl {
    Peer peer;
    Bounds bounds{};
    WatchedSocket socket{};
    httplib::Error outcome = httplib::Error::Success;
    std::unique_ptr<httplib::ClientImpl> client{};
};

OutgoingConnection::OutgoingConnection(Peer peer, const TrustedCertificates& certificates)
    : impl_(std::make_unique<Impl>()) {
    impl_->peer = std::move(peer);
    const auto& to = impl_->peer;
    if (to.is_tls) {
        auto client =
            std::make_unique<BoundedClient<httplib::SSLClient>>(to.host, to.port, impl_->bounds);
        auto* store = static_cast<X509_STORE*>(certificates.store_);
        X509_STORE_up_ref(store); // the client's context gives one back when it goes
        client->set_ca_cert_store(store);
        // Else it would read the file with all certificates into our store, for each connection.
        client->set_ca_cert_path("", certificates.folder_);
        client->enable_server_certificate_verification(true);
        require_name(client->ssl_context(), to.host);
        impl_->client = std::move(client);
    } else {
        impl_->client =
            std::make_unique<BoundedClient<httplib::ClientImpl>>(to.host, to.port, impl_->bounds);
    }
    auto& client = *impl_->client;
    client.set_hostname_addr_map({{to.host, to_string(to.address)}});
    client.set_socket_options([&socket = impl_->socket](int created) { socket.replace(created); });
    client.set_keep_alive(true);
    client.set_follow_location(false);
    client.set_url_encode(false);
    client.set_decompress(false);
    client.set_tcp_nodelay(true);
}

OutgoingConnection::~OutgoingConnection() = default;

bool OutgoingConnection::is_open() const {
    return impl_->outcome == httplib::Error::Success && !impl_->bounds.has_rest &&
           impl_->client->is_socket_open() != 0;
}

bool OutgoingConnection::saw_answer() const {
    return impl_->bounds.raw_bytes > 0;
}

bool OutgoingConnection::failed_to_connect() const {
    return impl_->outcome == httplib::Error::Connection ||
           impl_->outcome == httplib::Error::ConnectionTimeout;
}

Result<Response> OutgoingConnection::exchange(const Outgoing& outgoing,
                                              const std::string& target,
                                              const Limits& limits,
                                              Watchdog& watchdog) {
    auto& bounds = impl_->bounds;
    auto& socket = impl_->socket;
    auto& outcome = impl_->outcome;
    auto& client = impl_->client;
    bounds = {
        .deadline = Clock::now() + limits.total,
        .first_byte = limits.first_byte,
        // Chunks have headers, too; who needs more for them than for the body sends no document.
        .max_raw_bytes = max_head_bytes + 4 * limits.max_bytes};
    socket.begin();
    const Watchdog::Watch watch(watchdog, socket, bounds.deadline);
    client->set_connection_timeout(std::min(limits.connect, limits.total));
    client->set_read_timeout(std::min(limits.first_byte, limits.total));
    client->set_write_timeout(limits.total);

    Response response;
    BodyReader reader(limits.max_bytes, response.body);
    auto request = make_request(outgoing, target, impl_->peer);
    request.response_handler = [&](const httplib::Response& head) {
        bounds.is_head_done = true;
        return reader.begin(head);
    };
    request.content_receiver =
        [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
            return reader.add({data, size});
        };
    httplib::Response answer;
    outcome = httplib::Error::Success;
    const bool is_done = client->send(request, answer, outcome);
    if (is_done && outcome == httplib::Error::Success) reader.end();
    if (reader.error()) return *reader.error();
    if (bounds.is_too_large) return Error{Error::Kind::TooLarge, "answer too large"};
    if (socket.is_shut()) return Error{Error::Kind::Unavailable, "deadline"};
    if (!is_done || outcome != httplib::Error::Success) {
        return Error{Error::Kind::Unavailable, httplib::to_string(outcome)};
    }
    response.status = answer.status;
    auto headers = read_headers(bounds.head);
    if (!headers) return headers.error();
    response.headers = std::move(*headers);
    return response;
}

} // namespace http
