#include "http/session.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <utility> // Boost 1.74 needs it before its own headers.

/// RFC 6455. Framing, masking, UTF-8 and the closing handshake are Beast's; extensions are not
/// taken, so that nobody sends us a small frame that unpacks to a large one.
namespace http {
namespace {

namespace websocket = boost::beast::websocket;
using Handshake = boost::beast::http::request<boost::beast::http::empty_body>;

Handshake handshake_of(const Request& request) {
    Handshake handshake;
    handshake.method(boost::beast::http::verb::get);
    handshake.target(request.target);
    handshake.version(11);
    for (const auto& [name, value] : request.headers.lines())
        handshake.insert(name, value);
    return handshake;
}

template <typename Socket>
class WebSocket final : public Session {
  public:
    WebSocket(SessionStart start, Socket socket)
        : Session(std::move(start)), socket_(std::move(socket)) {}

    void accept(const Request& request, Headers headers) {
        lowest(socket_.next_layer()).expires_never(); // tick() looks after all of its times.
        socket_.read_message_max(shared_.options.streams.max_message_bytes);
        // One message is one frame, written from where it lies; else 4 KiB are kept per stream.
        socket_.auto_fragment(false);
        socket_.text(true);
        if (!plan_->subprotocol.empty()) headers.set("Sec-WebSocket-Protocol", plan_->subprotocol);
        socket_.set_option(websocket::stream_base::decorator(
            [headers = std::move(headers)](websocket::response_type& response) {
                for (const auto& [name, value] : headers.lines()) {
                    if (is_header_name(name) && is_header_value(value)) response.set(name, value);
                }
            }));
        socket_.control_callback(
            [this](websocket::frame_type, boost::beast::string_view) { on_heard(); });
        socket_.async_accept(handshake_of(request), [self = self()](const IoError& error) {
            if (error) return self->close();
            self->socket_.set_option(
                websocket::stream_base::decorator([](websocket::response_type&) {}));
            self->on_opened();
            self->read();
        });
    }

  private:
    std::shared_ptr<WebSocket> self() {
        return std::static_pointer_cast<WebSocket>(shared_from_this());
    }

    void read() {
        socket_.async_read(buffer_, [self = self()](const IoError& error, std::size_t) {
            // Also when the other side said good-bye; Beast has answered it.
            if (error) return self->close();
            self->on_message();
        });
    }

    void on_message() {
        const auto data = buffer_.data();
        if (socket_.got_text()) {
            on_received({static_cast<const char*>(data.data()), data.size()});
        } else {
            reason_ = websocket::close_code::unknown_data;
            end();
        }
        buffer_.clear();
        buffer_.shrink_to_fit();
        if (!is_over()) read();
    }

    void async_write(const std::string& bytes) override {
        socket_.async_write(
            boost::asio::buffer(bytes),
            [self = self()](const IoError& error, std::size_t) { self->on_written(error); });
    }

    void ping() override {
        // The one before has not even left: the write deadline will end it.
        if (std::exchange(is_pinging_, true)) return;
        socket_.async_ping({}, [self = self()](const IoError& error) {
            self->is_pinging_ = false;
            if (error) self->close();
        });
    }

    void async_finish() override {
        if (io_.is_stopping) reason_ = websocket::close_code::going_away;
        socket_.async_close(reason_, [self = self()](const IoError&) { self->close(); });
    }

    void close_socket() override { lowest(socket_.next_layer()).close(); }

    websocket::stream<Socket, false> socket_;
    boost::beast::flat_buffer buffer_;
    websocket::close_code reason_ = websocket::close_code::normal;
    bool is_pinging_ = false;
};

} // namespace

template <typename Socket>
void begin_web_socket(SessionStart start, Socket socket, const Request& request, Headers headers) {
    std::make_shared<WebSocket<Socket>>(std::move(start), std::move(socket))
        ->accept(request, std::move(headers));
}
template void begin_web_socket(SessionStart start,
                               PlainSocket socket,
                               const Request& request,
                               Headers headers);
template void begin_web_socket(SessionStart start,
                               TlsSocket socket,
                               const Request& request,
                               Headers headers);

} // namespace http
