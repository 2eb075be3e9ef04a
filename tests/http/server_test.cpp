#include "http/proxies.h"
#include "http/server.h"
#include "raw_socket.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>

using namespace std::chrono_literals;

namespace {

/// Says what it saw, line by line.
http::Response describe(const http::Request& request) {
    std::string seen = request.method + " " + request.path + "?" + request.query + "\n";
    for (const auto& [name, value] : request.headers.lines())
        seen += name + "=" + value + "\n";
    seen += "from=" + request.address + "\nbody=" + request.body;
    return http::text_response(seen);
}

http::ServerOptions quick() {
    http::ServerOptions options{.hosts = {"maple.example"}};
    options.io_threads = 1;
    options.handler_threads = 2;
    options.head_time = 300ms;
    options.body_time = 300ms;
    options.idle_time = 400ms;
    options.lowest_rate = 1 << 30;
    options.stop_time = 2s;
    options.read.max_body_bytes = [](const http::Request& request) -> std::size_t {
        return request.path == "/inbox" ? 1000 : 100'000;
    };
    return options;
}

const std::string honest =
    "GET /x?y=%20 HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n\r\n";

std::string post(std::string_view headers, std::string_view body) {
    return "POST /inbox HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n" +
           std::string(headers) + "\r\n" + std::string(body);
}

class ServerTest : public ::testing::Test {
  protected:
    int status(std::string_view bytes) const {
        return RunningServer::status_of(server.exchange(bytes));
    }
    std::string body(std::string_view bytes) const {
        return RunningServer::body_of(server.exchange(bytes));
    }

    RunningServer server{quick(), describe};
};

} // namespace

TEST_F(ServerTest, AnswersAnHonestRequest) {
    const auto answer = server.exchange(honest);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: "));
    EXPECT_NE(answer.find("\r\nX-Content-Type-Options: nosniff\r\n"), std::string::npos);
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_EQ(RunningServer::body_of(answer),
              "GET /x?y=%20\nHost=maple.example\nConnection=close\nfrom=127.0.0.1\nbody=");
}

TEST(Server, KeepsTheConnectionForPipelinedRequests) {
    auto options = quick();
    options.idle_time = 30s; // What is asked here is not how long it waits.
    const RunningServer server{options, describe};
    auto socket = server.connect();
    const std::string one =
        "POST /a HTTP/1.1\r\nHost: maple.example\r\nContent-Length: 2\r\n\r\nhi";
    socket.send(one + one);
    auto answers = socket.read_until("body=hi");
    if (answers.find("body=hi") == answers.rfind("body=hi"))
        answers += socket.read_until("body=hi");
    EXPECT_NE(answers.find("body=hi"), answers.rfind("body=hi"));
    socket.send("GET /c HTTP/1.1\r\nHost: maple.example\r\n\r\n");
    EXPECT_NE(socket.read_until("body=").find("GET /c"), std::string::npos);
    EXPECT_FALSE(socket.is_closed());
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
    const auto answer =
        server.exchange("HEAD / HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(RunningServer::status_of(answer), 200);
    EXPECT_EQ(RunningServer::body_of(answer), "");
}

TEST_F(ServerTest, AsksForABodyThatWaitsToBeAskedFor) {
    auto socket = server.connect();
    socket.send(post("Expect: 100-continue\r\nContent-Length: 2\r\n", ""));
    EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.send("hi");
    EXPECT_NE(socket.read_all().find("body=hi"), std::string::npos);
    EXPECT_EQ(status(post("Expect: 100-continue\r\nContent-Length: 2000\r\n", "")), 413);
    EXPECT_EQ(status(post("Expect: miracles\r\nContent-Length: 2\r\n", "hi")), 417);
}

TEST_F(ServerTest, E01CutsOffWhoIsTooSlow) {
    EXPECT_EQ(status(honest), 200);
    const struct {
        const char* name;
        std::string start;
    } cases[] = {
        {"idle", ""},
        {"half a request line", "GET / HT"},
        {"headers without an end", "GET / HTTP/1.1\r\nHost: maple.example\r\n"},
        {"body that does not come", post("Content-Length: 5\r\n", "a")},
        {"chunk that does not come", post("Transfer-Encoding: chunked\r\n", "5\r\na")},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto socket = server.connect();
        socket.send(c.start);
        const auto before = std::chrono::steady_clock::now();
        socket.read_all(3s);
        EXPECT_TRUE(socket.is_closed());
        EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
    }
    // One byte now and then does not move the deadline.
    auto socket = server.connect();
    socket.send("GET / HTTP/1.1\r\nX: ");
    const auto before = std::chrono::steady_clock::now();
    while (!socket.is_closed() && std::chrono::steady_clock::now() - before < 3s) {
        socket.send("a");
        socket.read_all(50ms);
    }
    EXPECT_TRUE(socket.is_closed());
    EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
}

TEST(Server, E01BoundsConnectionsPerAddress) {
    auto options = quick();
    options.max_connections_per_address = 3;
    options.idle_time = 5s;
    const RunningServer server(options, describe);
    std::vector<RawSocket> held;
    for (int i = 0; i < 3; ++i)
        held.push_back(server.connect());
    for (auto& socket : held) {
        socket.send("GET / HTTP/1.1\r\nHost: maple.example\r\n\r\n");
        EXPECT_NE(socket.read_until("body=").find("200"), std::string::npos);
    }
    EXPECT_EQ(server.exchange(honest), "");
    held.pop_back();
    // The server sees the end of the connection when it reads it.
    std::string answer;
    for (int i = 0; i < 100 && answer.empty(); ++i)
        answer = server.exchange(honest);
    EXPECT_EQ(RunningServer::status_of(answer), 200);
}

TEST_F(ServerTest, E02CountsChunkedBodiesWhileTheyCome) {
    EXPECT_EQ(
        body(post("Transfer-Encoding: chunked\r\n", "2\r\nhi\r\n1;x=y\r\n!\r\n0\r\nX: y\r\n\r\n")),
        "POST /inbox?\nHost=maple.example\nConnection=close\nTransfer-Encoding=chunked\n"
        "from=127.0.0.1\nbody=hi!");
    EXPECT_EQ(status(post("Content-Length: 1000\r\n", std::string(1000, 'a'))), 200);
    EXPECT_EQ(status(post("Content-Length: 1001\r\n", std::string(1001, 'a'))), 413);
    std::string endless;
    for (int i = 0; i < 100; ++i)
        endless += "10\r\n0123456789abcdef\r\n";
    EXPECT_EQ(status(post("Transfer-Encoding: chunked\r\n", endless)), 413);
}

TEST_F(ServerTest, E03RefusesMalformedChunkSizes) {
    for (const auto* chunk : {"-1\r\na\r\n0\r\n\r\n",
                              "zz\r\na\r\n0\r\n\r\n",
                              "\r\na\r\n0\r\n\r\n",
                              "0x1\r\na\r\n0\r\n\r\n",
                              " 1\r\na\r\n0\r\n\r\n",
                              "1\na\n0\n\n\r\n\r\n",
                              "1\r\nab\r\n0\r\n\r\n",
                              "fffffffffffffffff\r\na\r\n0\r\n\r\n"}) {
        SCOPED_TRACE(chunk);
        EXPECT_EQ(status(post("Transfer-Encoding: chunked\r\n", chunk)), 400);
    }
    EXPECT_EQ(status(post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\na\r\n0\r\n\r\n")),
              413);
    EXPECT_EQ(status(post("Transfer-Encoding: chunked\r\n", "1;" + std::string(20'000, 'x'))), 400);
}

TEST_F(ServerTest, E04BoundsTheRequestLineAndTheHeaders) {
    const auto request = [](std::string target, std::string headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n" +
               headers + "\r\n";
    };
    EXPECT_EQ(status(request("/" + std::string(8000, 'a'), "")), 200);
    EXPECT_EQ(status(request("/" + std::string(9000, 'a'), "")), 414);
    EXPECT_EQ(status("GET /" + std::string(100'000, 'a')), 414);
    EXPECT_EQ(status(request("/", "X: " + std::string(30'000, 'a') + "\r\n")), 200);
    EXPECT_EQ(status(request("/", "X: " + std::string(40'000, 'a') + "\r\n")), 431);
    std::string many;
    for (int i = 0; i < 98; ++i)
        many += "X: y\r\n";
    EXPECT_EQ(status(request("/", many)), 200);
    EXPECT_EQ(status(request("/", many + "X: y\r\n")), 431);
    for (int i = 0; i < 3000; ++i)
        many += "X: y\r\n";
    EXPECT_EQ(status(request("/", many)), 431);
}

TEST_F(ServerTest, E05DoesNotTakeCompressedBodies) {
    EXPECT_EQ(status(post("Content-Encoding: identity\r\nContent-Length: 1\r\n", "a")), 200);
    EXPECT_EQ(status(post("Content-Encoding: gzip\r\nContent-Length: 1\r\n", "a")), 415);
    EXPECT_EQ(
        status(post("Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n", "1\r\na\r\n")),
        415);
}

TEST_F(ServerTest, E06KnowsOneWayToSayALength) {
    EXPECT_EQ(status(post("Content-Length: 1\r\n", "a")), 200);
    for (const auto* headers : {"Content-Length: 1\r\nContent-Length: 1\r\n",
                                "Content-Length: 1\r\nContent-Length: 2\r\n",
                                "Content-Length: 1, 1\r\n",
                                "Content-Length: +1\r\n",
                                "Content-Length: -1\r\n",
                                "Content-Length: 0x1\r\n",
                                "Content-Length:\r\n",
                                "Content-Length: 99999999999999999999\r\n",
                                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                                "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
                                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                "Transfer-Encoding: gzip, chunked\r\n",
                                "Transfer-Encoding: chunked, identity\r\n",
                                "Transfer-Encoding: xchunked\r\n",
                                "Transfer-Encoding: identity\r\n",
                                "Transfer-Encoding:\r\n",
                                "Transfer-Encoding: \x0b"
                                "chunked\r\n",
                                "Content-Length : 1\r\n",
                                " Content-Length: 1\r\n",
                                "X: y\r\n Content-Length: 1\r\n",
                                "X: y\nContent-Length: 1\r\n",
                                "X: y\rContent-Length: 1\r\n",
                                ": y\r\n",
                                "X\r\n"}) {
        SCOPED_TRACE(headers);
        const auto answer =
            server.exchange(post(headers, "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"));
        EXPECT_EQ(RunningServer::status_of(answer), 400);
        EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
        EXPECT_EQ(answer.find("smuggled"), std::string::npos);
    }
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: maple.example\r\nContent-Length: 1\r\n\r\na"), 400);
    EXPECT_EQ(
        status("POST / HTTP/1.0\r\nHost: maple.example\r\nTransfer-Encoding: chunked\r\n\r\n"),
        400);
}

TEST_F(ServerTest, E07HandsHeaderValuesOverAsTheyCame) {
    const auto seen = body("GET / HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n"
                           "X: a%0D%0AY: b\r\nZ:  \"q\\\"\xc3\xa4 \r\n\r\n");
    EXPECT_NE(seen.find("\nX=a%0D%0AY: b\n"), std::string::npos);
    EXPECT_NE(seen.find("\nZ=\"q\\\"\xc3\xa4\n"), std::string::npos);
}

TEST_F(ServerTest, E09AHeaderIsNoServerVariable) {
    const auto seen =
        body("GET / HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n"
             "REMOTE_ADDR: 192.0.2.9\r\nLOCAL_PORT: 1\r\nX-Real-IP: 192.0.2.9\r\n\r\n");
    EXPECT_NE(seen.find("\nfrom=127.0.0.1\n"), std::string::npos);
}

TEST(Proxies, E10BelieveOnlyTheConfiguredOnes) {
    const std::vector<http::Network> trusted{*http::parse_network("127.0.0.0/8"),
                                             *http::parse_network("10.1.0.0/16"),
                                             *http::parse_network("2001:db8::/32")};
    const struct {
        const char* name;
        const char* socket;
        http::Headers headers;
        const char* caller;
    } cases[] = {
        {"honest", "127.0.0.1", {{"X-Forwarded-For", "198.51.100.7"}}, "198.51.100.7"},
        {"nothing said", "127.0.0.1", {}, "127.0.0.1"},
        {"stranger", "192.0.2.1", {{"X-Forwarded-For", "198.51.100.7"}}, "192.0.2.1"},
        {"forged entry on the left",
         "127.0.0.1",
         {{"X-Forwarded-For", "8.8.8.8, 198.51.100.7"}},
         "198.51.100.7"},
        {"two proxies",
         "127.0.0.1",
         {{"X-Forwarded-For", "8.8.8.8, 198.51.100.7, 10.1.2.3"}},
         "198.51.100.7"},
        {"two lines",
         "127.0.0.1",
         {{"X-Forwarded-For", "198.51.100.7"}, {"x-forwarded-for", "10.1.2.3"}},
         "198.51.100.7"},
        {"all trusted", "127.0.0.1", {{"X-Forwarded-For", "10.1.9.9, 10.1.2.3"}}, "10.1.9.9"},
        {"with a port", "127.0.0.1", {{"X-Forwarded-For", "198.51.100.7:4711"}}, "198.51.100.7"},
        {"IPv6", "2001:db8::1", {{"X-Forwarded-For", "2001:DB9::7"}}, "2001:db9::7"},
        {"IPv6 with a port", "127.0.0.1", {{"X-Forwarded-For", "[2001:db9::7]:80"}}, "2001:db9::7"},
        {"mapped",
         "::ffff:127.0.0.1",
         {{"X-Forwarded-For", "::ffff:198.51.100.7"}},
         "198.51.100.7"},
        {"empty", "127.0.0.1", {{"X-Forwarded-For", ""}}, "127.0.0.1"},
        {"commas", "127.0.0.1", {{"X-Forwarded-For", ",,"}}, "127.0.0.1"},
        {"nonsense", "127.0.0.1", {{"X-Forwarded-For", "198.51.100.7, x"}}, "127.0.0.1"},
        {"odd spelling", "127.0.0.1", {{"X-Forwarded-For", "0x7f.1"}}, "127.0.0.1"},
        {"bracket", "127.0.0.1", {{"X-Forwarded-For", "["}}, "127.0.0.1"},
        {"other header", "127.0.0.1", {{"Forwarded", "for=198.51.100.7"}}, "127.0.0.1"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(http::caller_address(*http::parse_address(c.socket), c.headers, trusted),
                  c.caller);
    }
}

TEST(Server, E08AnswersCannotBeSplit) {
    const RunningServer server(quick(), [](const http::Request&) {
        http::Response response{.body = "ok"};
        response.headers.add("X-Honest", "yes");
        response.headers.add("X-Evil", "a\r\nSet-Cookie: x=y");
        response.headers.add("X-Evil\r\nSet-Cookie", "x=y");
        response.headers.add("Content-Length", "0");
        response.headers.add("Transfer-Encoding", "chunked");
        return response;
    });
    const auto answer = server.exchange(honest);
    EXPECT_NE(answer.find("\r\nX-Honest: yes\r\n"), std::string::npos);
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
    EXPECT_EQ(answer.find("chunked"), std::string::npos);
    EXPECT_NE(answer.find("\r\nContent-Length: 2\r\n"), std::string::npos);
}

TEST(Server, E11AnExceptionTellsNothing) {
    const RunningServer server(quick(), [](const http::Request&) -> http::Response {
        throw std::runtime_error("password=hunter2");
    });
    const auto answer = server.exchange(honest);
    EXPECT_EQ(RunningServer::status_of(answer), 500);
    EXPECT_EQ(answer.find("hunter2"), std::string::npos);
}

TEST_F(ServerTest, E13RefusesTargetsThatMeanTwoThings) {
    const auto request = [](std::string target) {
        return "GET " + target + " HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n\r\n";
    };
    EXPECT_EQ(status(request("/a/b")), 200);
    for (const auto* target : {"/a//b", "/a/../b", "/%2e%2e/b", "/a%2fb", "/a%00", "/./b"}) {
        SCOPED_TRACE(target);
        EXPECT_EQ(status(request(target)), 404);
    }
    for (const auto* target : {"a", "*", "http://maple.example/", "/%zz", "/a#b", "/\xc3\xa4"}) {
        SCOPED_TRACE(target);
        EXPECT_EQ(status(request(target)), 400);
    }
}

TEST_F(ServerTest, E16AnswersOnlyForItsOwnNames) {
    const auto with = [&](std::string hosts) {
        return status("GET / HTTP/1.1\r\nConnection: close\r\n" + hosts + "\r\n");
    };
    EXPECT_EQ(with("Host: maple.example\r\n"), 200);
    EXPECT_EQ(with("Host: MAPLE.example:80\r\n"), 200);
    EXPECT_EQ(with("Host: evil.test\r\n"), 421);
    EXPECT_EQ(with("Host: maple.example.evil.test\r\n"), 421);
    EXPECT_EQ(with("Host: maple.example:8080\r\n"), 421);
    EXPECT_EQ(with("Host: 127.0.0.1\r\n"), 421);
    EXPECT_EQ(with("Host:\r\n"), 421);
    EXPECT_EQ(with(""), 400);
    EXPECT_EQ(with("Host: maple.example\r\nHost: maple.example\r\n"), 400);
    EXPECT_EQ(with("Host: evil.test\r\nX-Forwarded-Host: maple.example\r\n"), 421);
}

TEST_F(ServerTest, E17KeepsTheOrderOfRepeatedHeaders) {
    const auto seen =
        body("GET / HTTP/1.1\r\nAccept: b\r\nHost: maple.example\r\nX: 1\r\nAccept: a\r\n"
             "accept: c\r\nConnection: close\r\nX: 0\r\n\r\n");
    EXPECT_NE(
        seen.find("Accept=b\nHost=maple.example\nX=1\nAccept=a\naccept=c\nConnection=close\nX=0\n"),
        std::string::npos);
}

TEST_F(ServerTest, RefusesWhatIsNoHttp1) {
    EXPECT_EQ(status("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400);
    EXPECT_EQ(status("GET / HTTP/1.2\r\nHost: maple.example\r\n\r\n"), 400);
    EXPECT_EQ(status("TRACE / HTTP/1.1\r\nHost: maple.example\r\n\r\n"), 501);
    EXPECT_EQ(status("CONNECT / HTTP/1.1\r\nHost: maple.example\r\n\r\n"), 501);
    EXPECT_EQ(status("\x16\x03\x01\x02\r\n\r\n"), 400);
    EXPECT_EQ(status("\r\n" + honest), 200);
    EXPECT_EQ(status("GET / HTTP/1.0\r\nHost: maple.example\r\n\r\n"), 200);
}

TEST(Server, SaysBusyWhenTheQueueIsFull) {
    auto options = quick();
    options.handler_threads = 1;
    options.max_queued = 1;
    std::promise<void> release;
    auto released = release.get_future().share();
    std::latch entered(1);
    std::atomic<int> calls = 0;
    const RunningServer server(options, [&](const http::Request&) {
        if (calls++ == 0) entered.count_down();
        released.wait();
        return http::text_response("done");
    });
    auto running = server.connect();
    running.send(honest);
    entered.wait();
    auto waiting = server.connect();
    waiting.send(honest);
    // The second one waits in the queue; whether it is there already cannot be seen from outside,
    // but one of the next two must be refused.
    auto third = server.connect();
    third.send(honest);
    auto fourth = server.connect();
    fourth.send(honest);
    const auto refused = third.read_all(300ms) + fourth.read_all(300ms) + waiting.read_all(300ms);
    EXPECT_NE(refused.find("503"), std::string::npos);
    EXPECT_NE(refused.find("Retry-After: 1"), std::string::npos);
    release.set_value();
    EXPECT_NE(running.read_all().find("done"), std::string::npos);
}

TEST(Server, FinishesWhatIsUnderWayWhenItStops) {
    std::promise<void> release;
    auto released = release.get_future().share();
    std::latch entered(1);
    auto options = quick();
    options.idle_time = 60s;
    RunningServer server(options, [&](const http::Request&) {
        entered.count_down();
        released.wait();
        return http::text_response("done");
    });
    auto idle = server.connect();
    auto busy = server.connect();
    busy.send("GET / HTTP/1.1\r\nHost: maple.example\r\n\r\n");
    entered.wait();
    server.request_stop();
    idle.read_all(1s);
    EXPECT_TRUE(idle.is_closed());
    release.set_value();
    const auto answer = busy.read_all();
    EXPECT_NE(answer.find("done"), std::string::npos);
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    server.stop();
    EXPECT_FALSE(server.connect().is_connected());
}

TEST(Server, StopsInTimeAlthoughSomebodyHoldsOn) {
    auto options = quick();
    options.stop_time = 200ms;
    options.head_time = 60s;
    RunningServer server(options, describe);
    auto slow = server.connect();
    slow.send("GET / HT");
    server.exchange(honest);
    const auto before = std::chrono::steady_clock::now();
    server.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
}

TEST(Server, ListensOnSeveralPortsAndSaysWhatItCannot) {
    auto options = quick();
    options.listen = {{"127.0.0.1", 0}, {"::1", 0}};
    const http::Server server(options, describe);
    ASSERT_EQ(server.ports().size(), 2U);
    EXPECT_NE(server.ports()[0], 0);
    auto taken = quick();
    taken.listen = {{"127.0.0.1", server.ports()[0]}};
    EXPECT_THROW(http::Server(taken, describe), std::runtime_error);
    taken.listen = {{"nowhere", 0}};
    EXPECT_THROW(http::Server(taken, describe), std::runtime_error);
}

TEST(Server, PagesBringAContentSecurityPolicy) {
    const RunningServer server(quick(), [](const http::Request& request) {
        auto response =
            request.path == "/json" ? http::json_response({}) : http::html_response("<p>");
        if (request.path == "/own")
            response.headers.add("Content-Security-Policy", "default-src 'self'");
        return response;
    });
    const auto page = server.exchange(honest);
    EXPECT_NE(page.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_NE(page.find("style-src 'self'"), std::string::npos);
    EXPECT_NE(page.find("Referrer-Policy: same-origin"), std::string::npos);
    const auto own =
        server.exchange("GET /own HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n\r\n");
    EXPECT_NE(own.find("Content-Security-Policy: default-src 'self'\r\n"), std::string::npos);
    EXPECT_EQ(own.find("frame-ancestors"), std::string::npos);
}

TEST(Server, BoundsTheBodiesOfAllRequestsTogether) {
    auto options = quick();
    options.max_body_bytes_in_all = 50'000;
    options.body_time = 3s;
    const RunningServer server(options, describe);
    const auto upload = [](std::size_t bytes) {
        return "POST /media HTTP/1.1\r\nHost: maple.example\r\nConnection: "
               "close\r\nContent-Length: 40000\r\n\r\n" +
               std::string(bytes, 'a');
    };
    EXPECT_EQ(RunningServer::status_of(server.exchange(upload(40'000))), 200);
    auto first = server.connect();
    first.send(upload(30'000));
    auto second = server.connect();
    second.send(upload(30'000));
    const auto refused = first.read_all(500ms) + second.read_all(500ms);
    EXPECT_NE(refused.find("503"), std::string::npos);
}
