#include "http/session.h"

#include "base/text.h"

#include <boost/asio/post.hpp>

#include <utility> // Boost 1.74 needs it before its own headers.

namespace http {
namespace {

constexpr auto tick_every = std::chrono::seconds(1);
// How long a good-bye may take.
constexpr auto farewell_time = std::chrono::seconds(2);
// Subscribing is all that a client has to say; who talks more is no client.
constexpr auto message_window = std::chrono::seconds(10);
constexpr int max_messages_in_window = 100;

void tick_later(Io& io) {
    io.is_ticking = true;
    io.tick.expires_after(tick_every);
    io.tick.async_wait([&io](const IoError&) {
        io.is_ticking = false;
        const auto now = std::chrono::steady_clock::now();
        // A tick may close a session, but destroys none: something waits in each of them.
        const std::vector<Session*> all(io.sessions.begin(), io.sessions.end());
        for (auto* session : all)
            session->tick(now);
        if (!io.sessions.empty() && !io.is_ticking) tick_later(io);
    });
}

} // namespace

void Stream::send(const Message& message) {
    session_.with([&](Session* session) {
        if (session) session->post_message(message);
    });
}

void Stream::end() {
    session_.with([](Session* session) {
        if (session) session->post_end();
    });
}

bool asks_for_web_socket(const Request& request) {
    const auto upgrade = request.headers.find("Upgrade");
    return upgrade && ascii_lower(*upgrade).find("websocket") != std::string::npos;
}

Session::Session(SessionStart start)
    : io_(start.io), shared_(start.shared), plan_(std::move(start.plan)),
      place_(std::move(start.place)), share_(std::move(start.share)),
      stream_(std::make_shared<Stream>(*this)), heard_at_(std::chrono::steady_clock::now()),
      pinged_at_(heard_at_), busy_since_(heard_at_), window_at_(heard_at_) {
    io_.sessions.insert(this);
    if (!io_.is_ticking) tick_later(io_);
}

Session::~Session() {
    // Here only when the whole server goes while it is open; the timer is gone by then.
    io_.sessions.erase(this);
    if (!is_over_) stream_->session_.with([](Session*& session) { session = nullptr; });
}

// Counted before it is handed over, so that the bound holds for what waits to be handed over too.
void Session::post_message(const Stream::Message& message) {
    const auto self = weak_from_this().lock();
    if (!self) return;
    const auto most = shared_.options.streams.max_queued_bytes;
    const auto before = queued_bytes_.fetch_add(message->size());
    if (before > most) return; // It is being cut off already.
    const bool is_too_slow = before + message->size() > most;
    boost::asio::post(io_.context, [self, message, is_too_slow] {
        is_too_slow ? self->close() : self->push(message);
    });
}

void Session::post_end() {
    if (auto self = weak_from_this().lock()) {
        boost::asio::post(io_.context, [self = std::move(self)] { self->end(); });
    }
}

void Session::on_opened() {
    if (is_over_) return;
    is_writing_ = false;
    is_open_ = true;
    if (plan_->opened) plan_->opened(stream_);
    write_next();
}

void Session::push(Stream::Message message) {
    if (is_over_ || is_ending_) return;
    queue_.push_back(std::move(message));
    if (!is_writing_) write_next();
}

void Session::write_next() {
    if (is_over_ || is_finishing_) return;
    if (queue_.empty()) {
        if (is_ending_) finish();
        return;
    }
    is_writing_ = true;
    busy_since_ = std::chrono::steady_clock::now();
    async_write(*queue_.front());
}

void Session::on_written(const IoError& error) {
    is_writing_ = false;
    if (error || is_over_) return close();
    queued_bytes_ -= queue_.front()->size();
    queue_.erase(queue_.begin());
    if (queue_.empty()) queue_ = {};
    write_next();
}

void Session::on_received(std::string_view text) {
    on_heard();
    const auto now = heard_at_;
    if (now - window_at_ > message_window) {
        window_at_ = now;
        messages_in_window_ = 0;
    }
    if (++messages_in_window_ > max_messages_in_window) return end();
    if (plan_->received && !is_ending_) plan_->received(text);
}

void Session::tick(SteadyTime now) {
    if (is_over_) return;
    const auto& limits = shared_.options.streams;
    if (is_finishing_ && now - busy_since_ > farewell_time) return close();
    if (is_writing_ && now - busy_since_ > limits.write_time) return close();
    // A WebSocket answers each ping; of an event stream's reader nothing is heard, but what is
    // sent to one that is gone fails sooner or later.
    if (plan_->kind == StreamKind::WebSocket &&
        now - heard_at_ > 2 * limits.ping_every + tick_every)
        return close();
    if (now - pinged_at_ < limits.ping_every || is_ending_) return;
    pinged_at_ = now;
    ping();
}

void Session::end() {
    if (is_over_ || is_ending_) return;
    is_ending_ = true;
    if (!is_writing_) write_next();
}

void Session::finish() {
    is_finishing_ = true;
    busy_since_ = std::chrono::steady_clock::now();
    async_finish();
}

void Session::close() {
    if (std::exchange(is_over_, true)) return;
    stream_->session_.with([](Session*& session) { session = nullptr; });
    close_socket();
    io_.sessions.erase(this);
    if (io_.sessions.empty()) io_.tick.cancel(); // A stopping server does not wait for it.
    if (is_open_ && plan_->closed) plan_->closed();
}

} // namespace http
