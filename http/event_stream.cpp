#include "http/session.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility> // Boost 1.74 needs it before its own headers.

/// Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
namespace http {
namespace {

// A line that is no event; Mastodon's servers say the same two.
constexpr std::string_view greeting = ":)\n";
constexpr std::string_view sign_of_life = ":thump\n";
// A reader has nothing to say; who sends more than the rest of a pipelined line is no reader.
constexpr std::size_t max_heard_bytes = 1024;

template <typename Socket>
class EventStream final : public Session {
  public:
    EventStream(SessionStart start, Socket socket, std::string head)
        : Session(std::move(start)), socket_(std::move(socket)), head_(std::move(head)) {
        head_ += greeting;
    }

    void begin() {
        lowest(socket_).expires_never();
        watch();
        boost::asio::async_write(socket_,
                                 boost::asio::buffer(head_),
                                 [self = self()](const IoError& error, std::size_t) {
                                     self->head_ = {};
                                     error ? self->close() : self->on_opened();
                                 });
    }

  private:
    std::shared_ptr<EventStream> self() {
        return std::static_pointer_cast<EventStream>(shared_from_this());
    }

    void async_write(const std::string& bytes) override {
        boost::asio::async_write(
            socket_,
            boost::asio::buffer(bytes),
            [self = self()](const IoError& error, std::size_t) { self->on_written(error); });
    }

    /// A closed connection is noticed by reading alone.
    void watch() {
        socket_.async_read_some(boost::asio::buffer(heard_),
                                [self = self()](const IoError& error, std::size_t bytes) {
                                    self->heard_bytes_ += bytes;
                                    if (error || self->heard_bytes_ > max_heard_bytes)
                                        return self->close();
                                    self->watch();
                                });
    }

    void ping() override { push(std::make_shared<const std::string>(sign_of_life)); }

    void async_finish() override {
        if constexpr (std::is_same_v<Socket, TlsSocket>) {
            socket_.async_shutdown([self = self()](const IoError&) { self->close(); });
        } else {
            // The reader's own close ends watch().
            IoError ignored;
            socket_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
        }
    }
    void close_socket() override { lowest(socket_).close(); }

    Socket socket_;
    std::string head_;
    std::array<char, 64> heard_{};
    std::size_t heard_bytes_ = 0;
};

} // namespace

template <typename Socket>
void begin_event_stream(SessionStart start, Socket socket, std::string head) {
    std::make_shared<EventStream<Socket>>(std::move(start), std::move(socket), std::move(head))
        ->begin();
}
template void begin_event_stream(SessionStart start, PlainSocket socket, std::string head);
template void begin_event_stream(SessionStart start, TlsSocket socket, std::string head);

} // namespace http
