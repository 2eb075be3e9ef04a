#include "certificates.h"
#include "frames.h"
#include "http/router.h"
#include "http/stream.h"
#include "raw_socket.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

using namespace std::chrono_literals;

namespace {

/// What happened on the server's side, and the streams that are open there.
class Events {
  public:
    std::shared_ptr<const http::StreamPlan> plan(http::StreamKind kind, std::string protocol = {}) {
        return std::make_shared<const http::StreamPlan>(http::StreamPlan{
            .kind = kind,
            .subprotocol = std::move(protocol),
            .opened = [this](const auto& stream) { change([&] { streams.push_back(stream); }); },
            .received =
                [this](std::string_view text) { change([&] { texts.emplace_back(text); }); },
            .closed = [this] { change([&] { ++closed; }); },
        });
    }

    /// False when it did not come true.
    template <typename Condition>
    bool wait(Condition is_true) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 10s, is_true);
    }

    std::vector<std::shared_ptr<http::Stream>> streams;
    std::vector<std::string> texts;
    std::atomic<int> closed{0}; ///< Also read while it changes.

  private:
    template <typename Change>
    void change(Change make) {
        const std::lock_guard lock(mutex_);
        make();
        changed_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
};

http::Stream::Message message(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

http::ServerOptions quick() {
    http::ServerOptions options{.hosts = {"maple.example"}};
    options.io_threads = 2;
    options.handler_threads = 2;
    options.stop_time = 5s;
    return options;
}

class StreamTest : public ::testing::Test {
  protected:
    http::Response answer(const http::Request& request) {
        if (request.path == "/plain") return http::text_response("plain");
        http::Response response;
        if (request.path == "/ws") {
            response.headers.add("X-Seen", "yes");
            response.stream =
                events.plan(http::StreamKind::WebSocket,
                            std::string(request.headers.get("Sec-WebSocket-Protocol")));
        } else {
            response.headers.add("Content-Type", "text/event-stream");
            response.stream = events.plan(http::StreamKind::EventStream);
        }
        return response;
    }

    /// A server with a router in front, as there always is.
    std::unique_ptr<RunningServer> serve(http::ServerOptions options) {
        http::Router router;
        for (const char* path : {"/plain", "/ws", "/events"}) {
            router.add({.method = "GET",
                        .pattern = path,
                        .access = http::Access::Anyone,
                        .handler = [this](const http::Call& call) -> Result<http::Response> {
                            return answer(call.request);
                        }});
        }
        return std::make_unique<RunningServer>(
            std::move(options),
            [router = std::make_shared<http::Router>(std::move(router))](
                const http::Request& request) { return router->answer(request); });
    }

    /// An open WebSocket.
    RawSocket open() {
        auto socket = server->connect();
        socket.send(handshake("/ws"));
        EXPECT_NE(socket.read_until("\r\n\r\n").find("HTTP/1.1 101"), std::string::npos);
        const auto before = streams_seen_++;
        EXPECT_TRUE(events.wait([&] { return events.streams.size() > before; }));
        return socket;
    }
    std::shared_ptr<http::Stream> last() const { return events.streams.back(); }

    Events events;
    std::size_t streams_seen_ = 0;
    std::unique_ptr<RunningServer> server = serve(quick());
};

} // namespace

TEST_F(StreamTest, AWebSocketSendsAndHears) {
    auto socket = server->connect();
    socket.send(handshake("/ws", "Sec-WebSocket-Protocol: a-token\r\n"));
    const auto head = socket.read_until("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << head;
    for (const auto& line : {"Sec-WebSocket-Accept: " + std::string(handshake_answer),
                             std::string("Sec-WebSocket-Protocol: a-token"),
                             std::string("X-Seen: yes")}) {
        EXPECT_NE(head.find(line + "\r\n"), std::string::npos) << head;
    }
    ASSERT_TRUE(events.wait([&] { return events.streams.size() == 1; }));

    socket.send(bytes_of({.payload = "{\"type\":\"subscribe\"}"}));
    socket.send(bytes_of({.payload = "in ", .is_last = false}));
    socket.send(bytes_of({.payload = "parts", .opcode = 0}));
    ASSERT_TRUE(events.wait([&] { return events.texts.size() == 2; }));
    EXPECT_EQ(events.texts[0], "{\"type\":\"subscribe\"}");
    EXPECT_EQ(events.texts[1], "in parts");

    const std::string long_text(1'000, 'x');
    last()->send(message("one"));
    last()->send(message(long_text));
    last()->end();
    EXPECT_EQ(socket.read_until(std::string("\x88\x02", 2)),
              server_frame("one") + server_frame(long_text) + server_frame("\x03\xe8", 8));
    socket.send(bytes_of({.payload = "\x03\xe8", .opcode = 8}));
    socket.read_all();
    EXPECT_TRUE(socket.is_closed());
    EXPECT_TRUE(events.wait([&] { return events.closed == 1; }));
    last()->send(message("nobody is there any more"));
    last()->end();
}

TEST_F(StreamTest, AnEventStreamBeginsAtOnceAndEndsWithTheConnection) {
    auto socket = server->connect();
    socket.send("GET /events HTTP/1.1\r\nHost: maple.example\r\n\r\n");
    const auto head = socket.read_until(":)\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    EXPECT_NE(head.find("\r\nContent-Type: text/event-stream\r\n"), std::string::npos);
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
    ASSERT_TRUE(events.wait([&] { return events.streams.size() == 1; }));
    last()->send(message("event: update\ndata: {}\n\n"));
    EXPECT_EQ(socket.read_until("\n\n"), "event: update\ndata: {}\n\n");
    last()->end();
    EXPECT_EQ(socket.read_all(), "");
    EXPECT_TRUE(socket.is_closed());
}

TEST_F(StreamTest, NoticesThatAReaderIsGone) {
    {
        auto socket = server->connect();
        socket.send("GET /events HTTP/1.1\r\nHost: maple.example\r\n\r\n");
        socket.read_until(":)\n");
    }
    EXPECT_TRUE(events.wait([&] { return events.closed == 1; }));
    { auto socket = open(); }
    EXPECT_TRUE(events.wait([&] { return events.closed == 2; }));
}

TEST_F(StreamTest, HeadIsAnsweredWithoutAStream) {
    EXPECT_EQ(RunningServer::status_of(server->exchange(
                  "HEAD /events HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n\r\n")),
              200);
    EXPECT_TRUE(events.streams.empty());
}

TEST_F(StreamTest, E15RefusesAHandshakeThatIsNone) {
    { auto honest = open(); }
    const std::string start = "GET /ws HTTP/1.1\r\nHost: maple.example\r\n";
    const std::string key = "Sec-WebSocket-Key: " + std::string(handshake_key) + "\r\n";
    const struct {
        const char* name;
        std::string request;
        int status;
    } cases[] = {
        {"no key",
         start + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                 "Sec-WebSocket-Version: 13\r\n\r\n",
         400},
        {"an old version",
         start +
             "Connection: Upgrade\r\nUpgrade: websocket\r\n"
             "Sec-WebSocket-Version: 8\r\n" +
             key + "\r\n",
         426},
        {"no upgrade at all", start + "\r\n", 400},
        {"no Connection header",
         start + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" + key + "\r\n",
         400},
        {"a form of another site (cross-protocol)",
         "POST /ws HTTP/1.1\r\nHost: maple.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nContent-Length: 0\r\n" +
             key + "\r\n",
         405},
        {"another host's name",
         "GET /ws HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\n" +
             key + "\r\n",
         421},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto socket = server->connect();
        socket.send(c.request);
        EXPECT_EQ(RunningServer::status_of(socket.read_until("\r\n\r\n")), c.status);
    }
    EXPECT_EQ(events.streams.size(), 1U);
    // Frames that come before the handshake is answered are for nobody.
    auto early = server->connect();
    early.send(handshake("/ws") + bytes_of({.payload = "early"}));
    early.read_all();
    EXPECT_TRUE(early.is_closed());
    EXPECT_TRUE(events.texts.empty());
}

TEST_F(StreamTest, E15EndsWhoBreaksTheProtocol) {
    const std::string large(5'000, 'a');
    std::string fragments;
    for (int i = 0; i < 50; ++i)
        fragments += bytes_of({.payload = std::string_view(large).substr(0, 100),
                               .opcode = i == 0 ? 1 : 0,
                               .is_last = false});
    std::string flood;
    for (int i = 0; i < 200; ++i)
        flood += bytes_of({.payload = "{}"});
    const struct {
        const char* name;
        std::string bytes;
    } cases[] = {
        {"a frame without a mask", bytes_of({.payload = "hi", .is_masked = false})},
        {"a message that is too long", bytes_of({.payload = large})},
        {"a frame that says it has 2^62 bytes",
         std::string("\x81\xff\x40\0\0\0\0\0\0\0\x11\x22\x33\x44", 14)},
        {"fragments without an end", fragments},
        {"a compressed message", bytes_of({.payload = "hi", .has_rsv1 = true})},
        {"a binary message", bytes_of({.payload = "hi", .opcode = 2})},
        {"text that is not UTF-8", bytes_of({.payload = "\xff\xfe"})},
        {"a continuation of nothing", bytes_of({.payload = "hi", .opcode = 0})},
        {"a ping in fragments", bytes_of({.payload = "hi", .opcode = 9, .is_last = false})},
        {"a flood of messages", flood},
    };
    std::atomic<int> closed{0}; ///< Also read while it changes.
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto honest = open();
        auto socket = open();
        socket.send(c.bytes);
        // The server says why, and waits a little for the other side to close.
        socket.finish_sending();
        ++closed;
        EXPECT_TRUE(events.wait([&] { return events.closed == closed; }));
        socket.read_all();
        EXPECT_TRUE(socket.is_closed());
        events.streams[events.streams.size() - 2]->send(message("still here"));
        EXPECT_EQ(honest.read_until("here"), server_frame("still here"));
        honest.finish_sending();
        ++closed;
        EXPECT_TRUE(events.wait([&] { return events.closed == closed; }));
    }
    EXPECT_LE(events.texts.size(), 100U);
}

TEST_F(StreamTest, CutsOffWhoReadsTooSlowly) {
    auto brisk = open();
    auto slow = open();
    const auto to_brisk = events.streams[0];
    const auto to_slow = events.streams[1];
    const auto one = message(std::string(50'000, 'x'));
    // More than what the kernel keeps on both sides and the bound together.
    for (int i = 0; i < 400; ++i)
        to_slow->send(one);
    EXPECT_TRUE(events.wait([&] { return events.closed == 1; }));
    to_brisk->send(message("hello"));
    EXPECT_EQ(brisk.read_until("hello"), server_frame("hello"));
    for (int i = 0; i < 20; ++i) {
        to_brisk->send(one);
        EXPECT_GT(brisk.read_until("x").size(), 0U);
        while (!brisk.read_until("xxxx", 20ms).empty()) {
        }
    }
    EXPECT_EQ(events.closed.load(), 1);
}

TEST_F(StreamTest, OneAddressHasSoManyStreamsOnly) {
    auto options = quick();
    options.streams.max_per_address = 2;
    server = serve(options);
    {
        const auto first = open();
        const auto second = open();
        auto third = server->connect();
        third.send(handshake("/ws"));
        EXPECT_EQ(RunningServer::status_of(third.read_until("\r\n\r\n")), 429);
        // Its connection is good for what is no stream.
        third.read_until("streams\"}");
        third.send("GET /plain HTTP/1.1\r\nHost: maple.example\r\n\r\n");
        EXPECT_EQ(RunningServer::status_of(third.read_until("plain")), 200);
    }
    EXPECT_TRUE(events.wait([&] { return events.closed == 2; }));
    open();
}

TEST_F(StreamTest, PingsAndLetsGoOfWhoDoesNotAnswer) {
    auto options = quick();
    options.streams.ping_every = 1s;
    server = serve(options);
    auto deaf = open();
    auto alive = open();
    const std::string ping("\x89\0", 2);
    for (int i = 0; i < 5 && events.closed == 0; ++i) {
        EXPECT_EQ(alive.read_until(ping), ping);
        alive.send(bytes_of({.opcode = 10}));
    }
    EXPECT_TRUE(events.wait([&] { return events.closed == 1; }));
    events.streams[1]->send(message("hello"));
    EXPECT_NE(alive.read_until("hello").find(server_frame("hello")), std::string::npos);

    auto reader = server->connect();
    reader.send("GET /events HTTP/1.1\r\nHost: maple.example\r\n\r\n");
    EXPECT_NE(reader.read_until(":thump\n").find(":thump\n"), std::string::npos);
}

TEST_F(StreamTest, AStoppingServerSaysGoodBye) {
    auto socket = open();
    auto reader = server->connect();
    reader.send("GET /events HTTP/1.1\r\nHost: maple.example\r\n\r\n");
    reader.read_until(":)\n");
    server->request_stop();
    EXPECT_EQ(socket.read_until("\x03\xe9"), server_frame("\x03\xe9", 8));
    socket.send(bytes_of({.payload = "\x03\xe9", .opcode = 8}));
    EXPECT_EQ(reader.read_all(), "");
    EXPECT_TRUE(reader.is_closed());
    server->stop();
    EXPECT_TRUE(events.wait([&] { return events.closed == 2; }));
}

TEST_F(StreamTest, SendingFromManyThreadsWhileReadersComeAndGo) {
    std::vector<std::jthread> senders;
    for (int i = 0; i < 4; ++i) {
        senders.emplace_back([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                std::vector<std::shared_ptr<http::Stream>> all;
                events.wait([&] {
                    all = events.streams;
                    return true;
                });
                for (const auto& stream : all)
                    stream->send(message("tick"));
                std::this_thread::yield();
            }
        });
    }
    for (int i = 0; i < 30; ++i) {
        auto socket = open();
        EXPECT_NE(socket.read_until("tick").find("tick"), std::string::npos);
    }
    senders.clear();
    EXPECT_TRUE(events.wait([&] { return events.closed == 30; }));
}

TEST_F(StreamTest, WorksOverTls) {
    namespace asio = boost::asio;
    Certificates certificates;
    const auto authority = certificates.make_authority();
    const auto files = certificates.make_signed("maple.example", authority);
    auto options = quick();
    options.tls = http::TlsFiles{.certificate_chain = files.certificate, .private_key = files.key};
    server = serve(options);

    asio::io_context context;
    asio::ssl::context tls(asio::ssl::context::tls_client);
    asio::ssl::stream<asio::ip::tcp::socket> socket(context, tls);
    socket.lowest_layer().connect({asio::ip::address_v4::loopback(), server->port()});
    socket.handshake(asio::ssl::stream_base::client);
    asio::write(socket, asio::buffer(handshake("/ws")));
    asio::streambuf read;
    asio::read_until(socket, read, "\r\n\r\n");
    ASSERT_TRUE(events.wait([&] { return events.streams.size() == 1; }));
    last()->send(message("hello"));
    asio::read_until(socket, read, "hello");
    asio::write(socket, asio::buffer(bytes_of({.payload = "subscribe"})));
    EXPECT_TRUE(events.wait([&] { return events.texts.size() == 1; }));
    last()->end();
    EXPECT_TRUE(events.wait([&] { return events.closed == 1; }));
}
