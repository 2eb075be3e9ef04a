#pragma once

#include "base/guarded.h"
#include "http/message.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace http {

class Session;

/// One open live stream, as whoever sends into it sees it. It may outlive the connection; what is
/// sent after that is dropped. Safe from any thread.
class Stream {
  public:
    /// Shared: one text goes to a thousand streams.
    using Message = std::shared_ptr<const std::string>;

    explicit Stream(Session& session) : session_(&session) {}

    /// Queues a message (a text frame, or the bytes of an event), never waits. A reader who lets
    /// more than StreamLimits::max_queued_bytes gather is cut off.
    void send(const Message& message);
    /// Sends what is queued, says good-bye and closes.
    void end();

  private:
    friend class Session;
    Guarded<Session*> session_; ///< Null once the connection is gone.
};

enum class StreamKind {
    WebSocket,   ///< RFC 6455, text messages, no extensions.
    EventStream, ///< text/event-stream, the HTML standard's server-sent events.
};

/// What a handler answers with when its connection shall become a live stream: see
/// Response::stream. The functions are called on the stream's io thread, one at a time, and must
/// not block.
struct StreamPlan {
    StreamKind kind = StreamKind::EventStream;
    std::string subprotocol{}; ///< Sec-WebSocket-Protocol to say back; "": none.
    std::function<void(const std::shared_ptr<Stream>&)> opened{};
    std::function<void(std::string_view)> received{}; ///< A text message of a WebSocket.
    std::function<void()> closed{};                   ///< Once, if `opened` was called.
};

/// Whether the request asks to become a WebSocket; the handshake itself is checked by the server.
bool asks_for_web_socket(const Request& request);

} // namespace http
