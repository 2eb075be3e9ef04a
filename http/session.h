#pragma once

#include "http/connection.h"
#include "http/stream.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

/// A connection that became a live stream. Only http/*.cpp includes this.
namespace http {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What a stream takes over from the connection that it was. `io` and `shared` outlive it.
struct SessionStart {
    Io& io;
    Shared& shared;
    Place place;
    Share share; ///< Of the streams that the caller's address may have.
    std::shared_ptr<const StreamPlan> plan;
};

/// One live stream: a socket, a bounded queue, no thread. Lives on one io thread, like the
/// connection before; its timer is the tick of that thread.
class Session : public std::enable_shared_from_this<Session> {
  public:
    explicit Session(SessionStart start);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    virtual ~Session();

    /// Every second: pings, and cuts off who does not take what is sent.
    void tick(SteadyTime now);
    /// Sends what is queued, says good-bye, closes.
    void end();

    /// Safe from any thread, while the stream that calls it is attached.
    void post_message(const Stream::Message& message);
    void post_end();

  protected:
    /// Calls on_written when done.
    virtual void async_write(const std::string& bytes) = 0;
    virtual void ping() = 0;
    /// Says good-bye; close_socket() follows, at the latest after a moment.
    virtual void async_finish() = 0;
    virtual void close_socket() = 0;

    void on_opened();
    void on_written(const IoError& error);
    void on_received(std::string_view text);
    void on_heard() { heard_at_ = std::chrono::steady_clock::now(); }
    /// At once, without a word.
    void close();
    void push(Stream::Message message);
    bool is_over() const { return is_over_; }

    Io& io_;
    Shared& shared_;
    std::shared_ptr<const StreamPlan> plan_;

  private:
    void write_next();
    void finish();

    Place place_;
    Share share_;
    std::shared_ptr<Stream> stream_;
    std::vector<Stream::Message> queue_; ///< The first is being written when is_writing_.
    std::atomic<std::size_t> queued_bytes_{0};
    SteadyTime heard_at_;
    SteadyTime pinged_at_;
    SteadyTime busy_since_; ///< Of the head, write or good-bye that is under way.
    SteadyTime window_at_;
    int messages_in_window_ = 0;
    bool is_open_ = false;
    bool is_writing_ = true; ///< At first the head or the handshake.
    bool is_ending_ = false;
    bool is_finishing_ = false;
    bool is_over_ = false;
};

/// Begins the stream of a connection whose request was answered with a plan.
template <typename Socket>
void begin_web_socket(SessionStart start, Socket socket, const Request& request, Headers headers);
template <typename Socket>
void begin_event_stream(SessionStart start, Socket socket, std::string head);

} // namespace http
