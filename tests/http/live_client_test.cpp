#include "fake_peer.h"
#include "http/follow.h"
#include "http/live_client.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <map>

using namespace std::chrono_literals;

namespace {

std::string ok(std::string_view body, std::string_view headers = "") {
    return "HTTP/1.1 200 OK\r\n" + std::string(headers) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

http::LiveClientOptions options_for(const FakePeer& peer) {
    return {.origin = "https://maple.example",
            .version = "1.0",
            .test_hosts = {{"cedar.example", peer.place()}}};
}

http::Outgoing get(std::string url) {
    return {.method = "GET", .url = std::move(url)};
}

/// Sends to a peer that answers with `answer` and then closes.
Result<http::Response> ask(const std::string& answer, const http::Limits& limits = {}) {
    const FakePeer peer([&](const FakePeer::Session& session) {
        session.read_request();
        session.send(answer);
    });
    http::LiveClient client(options_for(peer));
    return client.send(get("https://cedar.example/x"), limits);
}

std::string gzip(std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(text.size() + 1024, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

} // namespace

TEST(LiveClient, SendsWhatItWasGivenAndItsOwnHeaders) {
    std::string seen;
    const FakePeer peer([&](const FakePeer::Session& session) {
        seen = session.read_request();
        session.send(ok("{}", "Content-Type: application/json\r\nX: 1\r\nX: 2\r\n"));
    });
    http::LiveClient client(options_for(peer));
    const http::Outgoing request{.method = "POST",
                                 .url = "https://cedar.example/inbox?a=%20b#c",
                                 .headers = {{"Content-Type", "application/activity+json"},
                                             {"Signature", "keyId=\"a\""},
                                             {"Host", "evil.test"},
                                             {"User-Agent", "other"}},
                                 .body = "body"};
    const auto response = client.send(request);
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "{}");
    EXPECT_EQ(response->headers.all("x"), (std::vector<std::string_view>{"1", "2"}));
    EXPECT_TRUE(seen.starts_with("POST /inbox?a=%20b HTTP/1.1\r\n"));
    for (const auto* line : {"Host: cedar.example",
                             "User-Agent: Staffroom/1.0 (+https://maple.example/)",
                             "Content-Type: application/activity+json",
                             "Signature: keyId=\"a\"",
                             "Content-Length: 4"}) {
        EXPECT_NE(seen.find("\r\n" + std::string(line) + "\r\n"), std::string::npos) << line << "\n"
                                                                                     << seen;
    }
    EXPECT_EQ(seen.find("evil.test"), std::string::npos);
    EXPECT_TRUE(seen.ends_with("\r\n\r\nbody"));
}

TEST(LiveClient, AnyStatusIsAnAnswer) {
    for (const int status : {202, 204, 301, 403, 410, 500, 503}) {
        const auto response = ask("HTTP/1.1 " + std::to_string(status) +
                                  " X\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n");
        ASSERT_TRUE(response);
        EXPECT_EQ(response->status, status);
    }
}

TEST(LiveClient, KeepsConnectionsAndMakesNewOnesWhenTheyWereClosed) {
    const FakePeer peer(FakePeer::answers(ok("hi")));
    http::LiveClient client(options_for(peer));
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(client.send(get("https://cedar.example/")));
    EXPECT_EQ(peer.connections(), 1);

    const FakePeer rude([](const FakePeer::Session& session) {
        session.read_request();
        session.send(ok("hi"));
    });
    http::LiveClient patient(options_for(rude));
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(patient.send(get("https://cedar.example/")));
    EXPECT_EQ(rude.connections(), 5);
}

TEST(LiveClient, DoesNotTakeLeftoversForTheNextAnswer) {
    const FakePeer peer([](const FakePeer::Session& session) {
        while (!session.read_request().empty())
            session.send(ok("hi") + ok("smuggled"));
    });
    http::LiveClient client(options_for(peer));
    for (int i = 0; i < 5; ++i) {
        const auto response = client.send(get("https://cedar.example/"));
        ASSERT_TRUE(response);
        EXPECT_EQ(response->body, "hi");
    }
}

TEST(LiveClient, AsksBeforeEveryRequestWhetherTheHostMayBeContacted) {
    const FakePeer peer(FakePeer::answers(ok("hi")));
    bool is_allowed = true;
    auto options = options_for(peer);
    options.may_contact = [&](const std::string& authority) {
        return is_allowed && authority == "cedar.example";
    };
    http::LiveClient client(options);
    EXPECT_TRUE(client.send(get("https://cedar.example/")));
    is_allowed = false;
    const auto refused = client.send(get("https://cedar.example/"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::Forbidden);
}

TEST(LiveClient, C01C08RefusesWhatIsNotTheOpenWeb) {
    const FakePeer peer(FakePeer::answers(ok("secret")));
    auto options = options_for(peer);
    options.test_hosts.emplace("odd.example:7001", peer.place());
    http::LiveClient client(options);
    EXPECT_TRUE(client.send(get("https://cedar.example/")));
    EXPECT_TRUE(client.send(get("https://odd.example:7001/")));
    for (const auto& url : {"https://" + peer.place() + "/",
                            "http://" + peer.place() + "/",
                            std::string("http://cedar.example/"),
                            std::string("https://127.0.0.1/"),
                            std::string("https://[::1]/"),
                            std::string("https://[::ffff:127.0.0.1]/"),
                            std::string("https://169.254.169.254/latest/meta-data/"),
                            std::string("https://localhost/"),
                            std::string("https://0.0.0.0/"),
                            std::string("https://127.1/"),
                            std::string("https://2130706433/"),
                            std::string("https://8.8.8.8:22/"),
                            std::string("https://8.8.8.8:6379/"),
                            std::string("https://cedar.example:8443/"),
                            std::string("file:///etc/passwd"),
                            std::string("ftp://cedar.example/"),
                            std::string("gopher://cedar.example/"),
                            std::string("data:text/plain,x"),
                            std::string("unix:/run/x"),
                            std::string("//cedar.example/"),
                            std::string("https://user:password@cedar.example/"),
                            std::string("")}) {
        SCOPED_TRACE(url);
        const auto refused = client.send(get(url));
        ASSERT_FALSE(refused);
        EXPECT_TRUE(refused.error().kind == Error::Kind::Forbidden ||
                    refused.error().kind == Error::Kind::Invalid);
    }
    EXPECT_EQ(peer.connections(), 2);
}

TEST(LiveClient, C05ResolvesOnceAndConnectsOnlyToWhatItChecked) {
    // The pinned address is what counts: nobody else knows this name.
    const FakePeer peer(FakePeer::answers(ok("hi")));
    http::LiveClient pinned(options_for(peer));
    EXPECT_TRUE(pinned.send(get("https://cedar.example/")));

    int asked = 0;
    http::LiveClientOptions options;
    options.resolve = [&](const std::string&) -> Result<std::vector<http::Address>> {
        ++asked;
        return std::vector{*http::parse_address("8.8.8.8"), *http::parse_address("127.0.0.1")};
    };
    http::LiveClient client(options);
    const auto refused = client.send(get("https://rebind.example/"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::Forbidden);
    EXPECT_EQ(asked, 1);
}

TEST(LiveClient, SpeaksPlainHttpWithLoopbackPeersOnly) {
    const FakePeer peer(FakePeer::answers(ok("hi")), "127.77.0.5");
    http::LiveClient client({.http_peers = {*http::parse_network("127.77.0.0/16")}});
    const auto response = client.send(get("http://" + peer.place() + "/"));
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->body, "hi");
    EXPECT_FALSE(client.send(get("http://127.78.0.5:80/")));
    EXPECT_FALSE(client.send(get("http://8.8.8.8/")));
    EXPECT_FALSE(client.send(get("http://localhost/")));
    const auto with_peers = [](const char* network) {
        return http::LiveClientOptions{.http_peers = {*http::parse_network(network)}};
    };
    EXPECT_THROW(http::LiveClient(with_peers("10.0.0.0/8")), std::invalid_argument);
    EXPECT_THROW(http::LiveClient(with_peers("0.0.0.0/0")), std::invalid_argument);
    EXPECT_THROW(http::LiveClient(with_peers("127.0.0.0/7")), std::invalid_argument);
    const auto with_host = [](const char* place) {
        return http::LiveClientOptions{.test_hosts = {{"a.example", place}}};
    };
    EXPECT_THROW(http::LiveClient(with_host("192.168.0.1:80")), std::invalid_argument);
    EXPECT_THROW(http::LiveClient(with_host("127.0.0.1")), std::invalid_argument);
}

TEST(LiveClient, C11EndsInTimeHoweverTheBytesDrip) {
    const struct {
        const char* name;
        FakePeer::Script script;
    } cases[] = {
        {"nothing",
         [](const FakePeer::Session& session) {
             while (!session.read_request().empty()) {
             }
         }},
        {"dripping status line", [](const FakePeer::Session& session) { session.drip("H"); }},
        {"dripping headers",
         [](const FakePeer::Session& session) {
             session.send("HTTP/1.1 200 OK\r\n");
             session.drip("X: y\r\n");
         }},
        {"dripping body",
         [](const FakePeer::Session& session) {
             session.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
             session.drip("a");
         }},
        {"dripping chunks",
         [](const FakePeer::Session& session) {
             session.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
             session.drip("1\r\na\r\n");
         }},
        {"interim answers for ever",
         [](const FakePeer::Session& session) { session.drip("HTTP/1.1 100 Continue\r\n\r\n"); }},
    };
    const http::Limits limits{.connect = 300ms, .first_byte = 300ms, .total = 400ms};
    ASSERT_TRUE(ask(ok("hi"), limits));
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const FakePeer peer(c.script);
        http::LiveClient client(options_for(peer));
        const auto before = std::chrono::steady_clock::now();
        const auto response = client.send(get("https://cedar.example/"), limits);
        EXPECT_LT(std::chrono::steady_clock::now() - before, 1500ms);
        ASSERT_FALSE(response);
        EXPECT_EQ(response.error().kind, Error::Kind::Unavailable);
    }
}

TEST(LiveClient, C11EndsAHandshakeThatDrips) {
    const FakePeer peer([](const FakePeer::Session& session) {
        // The beginning of a record that will have 16,000 bytes.
        session.send(std::string("\x16\x03\x03\x3e\x80", 5));
        session.drip("a");
    });
    auto options = options_for(peer);
    options.test_hosts = {{"cedar.example", "https://" + peer.place()}};
    http::LiveClient client(options);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_FALSE(client.send(get("https://cedar.example/"),
                             {.connect = 300ms, .first_byte = 300ms, .total = 400ms}));
    EXPECT_LT(std::chrono::steady_clock::now() - before, 1500ms);
}

TEST(LiveClient, C12CutsAtTheLimit) {
    const http::Limits limits{.max_bytes = 1000, .total = 3s};
    const std::string fits(1000, 'a');
    EXPECT_TRUE(ask(ok(fits), limits));
    EXPECT_TRUE(
        ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + fits + "\r\n0\r\n\r\n",
            limits));
    EXPECT_TRUE(ask("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + fits, limits));
    const struct {
        const char* name;
        std::string answer;
        Error::Kind kind;
    } cases[] = {
        {"one byte more", ok(fits + "a"), Error::Kind::TooLarge},
        {"until it closes", "HTTP/1.1 200 OK\r\n\r\n" + fits + "a", Error::Kind::TooLarge},
        {"chunked",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + fits + "a\r\n0\r\n\r\n",
         Error::Kind::TooLarge},
        {"says more than it sends",
         "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nabc",
         Error::Kind::Unavailable},
        {"endless chunk header",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(1'000'000, '1'),
         Error::Kind::TooLarge},
        {"endless header line",
         "HTTP/1.1 200 OK\r\nX: " + std::string(1'000'000, 'a'),
         Error::Kind::TooLarge},
        {"long status line",
         "HTTP/1.1 200 " + std::string(900'000, 'a') + "\r\n\r\n",
         Error::Kind::TooLarge},
        {"long second status line",
         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 " + std::string(60'000, 'a') + "\r\n\r\n",
         Error::Kind::TooLarge},
        {"huge length",
         "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nabc",
         Error::Kind::TooLarge},
        {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", Error::Kind::Unavailable},
        {"nothing", "", Error::Kind::Unavailable},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto response = ask(c.answer, limits);
        ASSERT_FALSE(response);
        EXPECT_EQ(response.error().kind, c.kind) << response.error().detail;
    }
    std::string headers;
    for (int i = 0; i < 100'000; ++i)
        headers += "X: y\r\n";
    const auto endless = ask("HTTP/1.1 200 OK\r\n" + headers, limits);
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().kind, Error::Kind::TooLarge);
}

TEST(LiveClient, C13BoundsWhatComesOutOfGzip) {
    const http::Limits limits{.max_bytes = 100'000, .total = 3s};
    const auto packed = [](const std::string& text) {
        return ok(gzip(text), "Content-Encoding: gzip\r\n");
    };
    std::string honest;
    for (int i = 0; i < 5000; ++i)
        honest += std::to_string(i * 7919 % 10007) + ",";
    const auto response = ask(packed(honest), limits);
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->body, honest);
    const struct {
        const char* name;
        std::string answer;
        Error::Kind kind;
    } cases[] = {
        {"bomb by ratio", packed(std::string(90'000, 'a')), Error::Kind::TooLarge},
        {"bomb by size", packed(std::string(50'000'000, 'a')), Error::Kind::TooLarge},
        {"no gzip", ok("hello", "Content-Encoding: gzip\r\n"), Error::Kind::Unavailable},
        {"cut off",
         ok(gzip(honest).substr(0, 1000), "Content-Encoding: gzip\r\n"),
         Error::Kind::Unavailable},
        {"something behind",
         ok(gzip("a") + "b", "Content-Encoding: gzip\r\n"),
         Error::Kind::Unavailable},
        {"not asked for", ok("x", "Content-Encoding: br\r\n"), Error::Kind::Invalid},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto refused = ask(c.answer, limits);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, c.kind) << refused.error().detail;
    }
}

TEST(LiveClient, C14SendsNoLineBreakThatItWasGiven) {
    std::string seen;
    const FakePeer peer([&](const FakePeer::Session& session) {
        seen = session.read_request();
        session.send(ok("hi"));
    });
    http::LiveClient client(options_for(peer));
    EXPECT_TRUE(client.send(
        {.url = "https://cedar.example/a%0d%0aX:%20y", .headers = {{"X", "a%0d%0aY: b"}}}));
    EXPECT_NE(seen.find("GET /a%0d%0aX:%20y HTTP/1.1\r\n"), std::string::npos);
    EXPECT_NE(seen.find("\r\nX: a%0d%0aY: b\r\n"), std::string::npos);
    const http::Outgoing cases[] = {
        {.url = "https://cedar.example/a\r\nX: y"},
        {.url = "https://cedar.example/a b"},
        {.url = std::string("https://cedar.example/\0", 23)},
        {.url = "https://cedar.example/\xc3\xa4"},
        {.url = "https://cedar.example/", .headers = {{"X", "a\r\nY: b"}}},
        {.url = "https://cedar.example/", .headers = {{"X", "a\nY: b"}}},
        {.url = "https://cedar.example/", .headers = {{"X", std::string("a\0", 2)}}},
        {.url = "https://cedar.example/", .headers = {{"X: y\r\nZ", "a"}}},
        {.url = "https://cedar.example/", .headers = {{"", "a"}}},
        {.method = "GET / HTTP/1.1\r\nX:", .url = "https://cedar.example/"},
    };
    for (const auto& request : cases) {
        const auto refused = client.send(request);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, Error::Kind::Invalid);
    }
    EXPECT_EQ(peer.connections(), 1);
}

TEST(LiveClient, ManyThreadsAndASlowHostDoNotHinderEachOther) {
    const FakePeer fast(FakePeer::answers(ok("hi")));
    const FakePeer slow([](const FakePeer::Session& session) {
        while (!session.read_request().empty()) {
        }
    });
    auto options = options_for(fast);
    options.test_hosts.emplace("slow.example", slow.place());
    http::LiveClient client(options);
    std::atomic<int> answered = 0;
    const auto before = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 16; ++i) {
            threads.emplace_back([&] {
                static_cast<void>(client.send(get("https://slow.example/"), {.total = 1500ms}));
            });
            threads.emplace_back([&] {
                for (int n = 0; n < 20; ++n)
                    answered += client.send(get("https://cedar.example/")) ? 1 : 0;
                EXPECT_LT(std::chrono::steady_clock::now() - before, 1400ms);
            });
        }
    }
    EXPECT_EQ(answered, 320);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

namespace {

/// Answers by path, on one host.
FakePeer::Script pages(std::map<std::string, std::string> answers,
                       std::vector<std::string>* seen = nullptr) {
    return [answers = std::move(answers), seen](const FakePeer::Session& session) {
        for (auto request = session.read_request(); !request.empty();
             request = session.read_request()) {
            if (seen) seen->push_back(request);
            const auto path = request.substr(4, request.find(' ', 4) - 4);
            const auto found = answers.find(path);
            session.send(found == answers.end() ? "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"
                                                : found->second);
        }
    };
}

std::string redirect(const std::string& location, int status = 302) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nLocation: " + location +
           "\r\nContent-Length: 0\r\n\r\n";
}

} // namespace

TEST(Follow, C16SignsEveryHopAnewAndCarriesNoCredentials) {
    std::vector<std::string> seen;
    const FakePeer cedar(pages(
        {{"/a", redirect("/b%20c?x=%2F")}, {"/b%20c?x=%2F", redirect("https://birch.example/c")}},
        &seen));
    std::vector<std::string> seen_by_birch;
    const FakePeer birch(pages({{"/c", ok("hi")}}, &seen_by_birch));
    auto options = options_for(cedar);
    options.test_hosts.emplace("birch.example", birch.place());
    http::LiveClient client(options);
    int hop = 0;
    const auto sign = [&](http::Outgoing& request) -> Result<Done> {
        request.headers.add("Signature", "hop" + std::to_string(++hop) + request.url);
        return Done{};
    };
    auto request = get("https://cedar.example/a");
    request.headers.add("Authorization", "Bearer secret");
    const auto fetched = http::get_following(client, request, sign);
    ASSERT_TRUE(fetched) << fetched.error().detail;
    EXPECT_EQ(fetched->url, "https://birch.example/c");
    EXPECT_EQ(fetched->response.body, "hi");
    ASSERT_EQ(seen.size(), 2U);
    ASSERT_EQ(seen_by_birch.size(), 1U);
    EXPECT_NE(seen[0].find("Signature: hop1https://cedar.example/a\r\n"), std::string::npos);
    EXPECT_NE(seen[1].find("Signature: hop2https://cedar.example/b%20c?x=%2F\r\n"),
              std::string::npos);
    EXPECT_NE(seen[1].find("Bearer secret"), std::string::npos);
    EXPECT_NE(seen_by_birch[0].find("Signature: hop3https://birch.example/c\r\n"),
              std::string::npos);
    EXPECT_EQ(seen_by_birch[0].find("hop1"), std::string::npos);
    EXPECT_EQ(seen_by_birch[0].find("Bearer secret"), std::string::npos);
}

TEST(Follow, C06C15EveryHopIsGuarded) {
    const FakePeer inside(FakePeer::answers(ok("secret")));
    const FakePeer cedar(pages({{"/ok", redirect("https://cedar.example/end")},
                                {"/end", ok("hi")},
                                {"/private", redirect("https://127.0.0.1/")},
                                {"/port", redirect("https://" + inside.place() + "/")},
                                {"/plain", redirect("http://cedar.example/end")},
                                {"/peer", redirect("http://127.77.0.9/")},
                                {"/file", redirect("file:///etc/passwd")},
                                {"/user", redirect("https://a:b@cedar.example/end")},
                                {"/odd", redirect("https://2130706433/")},
                                {"/unknown", redirect("https://other.example/")}}));
    auto options = options_for(cedar);
    options.may_contact = [](const std::string& authority) { return authority != "other.example"; };
    options.http_peers = {*http::parse_network("127.77.0.0/16")};
    http::LiveClient client(options);
    EXPECT_TRUE(http::get_following(client, get("https://cedar.example/ok")));
    for (const auto* path :
         {"/private", "/port", "/plain", "/peer", "/file", "/user", "/odd", "/unknown"}) {
        SCOPED_TRACE(path);
        EXPECT_FALSE(http::get_following(client, get("https://cedar.example" + std::string(path))));
    }
    EXPECT_EQ(inside.connections(), 0);
}

TEST(Follow, C10StopsAfterThreeHopsAndAtTheSameUrl) {
    std::vector<std::string> seen;
    const FakePeer cedar(pages({{"/0", redirect("/1", 301)},
                                {"/1", redirect("2", 307)},
                                {"/2", redirect("/./x/../3", 308)},
                                {"/3", ok("hi")},
                                {"/far", redirect("/0")},
                                {"/self", redirect("/self")},
                                {"/ping", redirect("/pong")},
                                {"/pong", redirect("/ping#x")}},
                               &seen));
    http::LiveClient client(options_for(cedar));
    const auto fetched = http::get_following(client, get("https://cedar.example/0"));
    ASSERT_TRUE(fetched) << fetched.error().detail;
    EXPECT_EQ(fetched->url, "https://cedar.example/3");
    EXPECT_FALSE(http::get_following(client, get("https://cedar.example/far")));
    seen.clear();
    EXPECT_FALSE(http::get_following(client, get("https://cedar.example/self")));
    EXPECT_EQ(seen.size(), 1U);
    EXPECT_FALSE(http::get_following(client, get("https://cedar.example/ping")));
    EXPECT_EQ(seen.size(), 3U);
}

TEST(Follow, ReadsLocations) {
    const struct {
        const char* location;
        const char* url;
    } cases[] = {
        {"https://b.example/x", "https://b.example/x"},
        {"//b.example/x", "https://b.example/x"},
        {"/x?y#z", "https://a.example/x?y"},
        {"x", "https://a.example/p/x"},
        {"../x", "https://a.example/x"},
        {"../../../x", "https://a.example/x"},
        {".", "https://a.example/p/"},
        {"?y", "https://a.example/p/q?y"},
        {"x?u=https://c.example/", "https://a.example/p/x?u=https://c.example/"},
        {"HTTPS://B.example", "https://b.example/"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.location);
        const auto resolved = http::resolve_location("https://a.example/p/q?old", c.location);
        ASSERT_TRUE(resolved) << resolved.error().detail;
        EXPECT_EQ(*resolved, c.url);
    }
    for (const auto* location :
         {"", "#x", "http://b.example/", "javascript:alert(1)", "https://", "https://a b/"}) {
        SCOPED_TRACE(location);
        EXPECT_FALSE(http::resolve_location("https://a.example/p/q", location));
    }
}
