#include "certificates.h"
#include "http/follow.h"
#include "http/live_client.h"
#include "http/server.h"
#include "raw_socket.h"

#include <gtest/gtest.h>

namespace {

class TlsTest : public ::testing::Test {
  protected:
    static http::ServerOptions with(const Certificates::Files& files) {
        return {
            .hosts = {"cedar.example", "birch.example"},
            .tls = http::TlsFiles{.certificate_chain = files.certificate, .private_key = files.key},
            .io_threads = 1,
            .handler_threads = 2};
    }

    http::LiveClientOptions trusting(const RunningServer& server) const {
        const auto place = "https://127.0.0.1:" + std::to_string(server.port());
        return {.origin = "https://maple.example",
                .test_hosts = {{"cedar.example", place}, {"birch.example", place}},
                .extra_ca_file = authority.certificate};
    }

    static http::Response answer(const http::Request& request) {
        return request.path == "/away" ? http::redirect_response("https://birch.example/")
                                       : http::text_response("hi");
    }

    Certificates certificates;
    Certificates::Files authority = certificates.make_authority();
};

} // namespace

TEST_F(TlsTest, ServesAndTrustsACertificateOfItsName) {
    const RunningServer server(with(certificates.make_signed("cedar.example", authority)), answer);
    http::LiveClient client(trusting(server));
    for (int i = 0; i < 3; ++i) {
        const auto response = client.send({.url = "https://cedar.example/"});
        ASSERT_TRUE(response) << response.error().detail;
        EXPECT_EQ(response->body, "hi");
        EXPECT_TRUE(response->headers.find("Strict-Transport-Security"));
    }
    const std::string large(800'000, 'a');
    EXPECT_TRUE(client.send({.method = "POST", .url = "https://cedar.example/", .body = large}));
}

TEST_F(TlsTest, C15RefusesWhatItCannotVerify) {
    const auto kind_of = [&](const Certificates::Files& files, bool trusts_authority = true) {
        const RunningServer server(with(files), answer);
        auto options = trusting(server);
        if (!trusts_authority) options.extra_ca_file.clear();
        http::LiveClient client(options);
        const auto response = client.send({.url = "https://cedar.example/"});
        return response ? std::string("trusted") : response.error().detail;
    };
    EXPECT_EQ(kind_of(certificates.make_signed("cedar.example", authority)), "trusted");
    for (const auto& refused :
         {kind_of(certificates.make_signed("cedar.example", authority), false),
          kind_of(certificates.make_self_signed("cedar.example")),
          kind_of(certificates.make_signed("evil.example", authority)),
          kind_of(certificates.make_signed("cedar.example", authority, -3600)),
          kind_of(certificates.make_signed("cedar.example",
                                           certificates.make_self_signed("other.example")))}) {
        EXPECT_EQ(refused, "SSLServerVerification");
    }
}

TEST_F(TlsTest, C15VerifiesAfterARedirectToo) {
    const RunningServer server(with(certificates.make_signed("cedar.example", authority)), answer);
    http::LiveClient client(trusting(server));
    EXPECT_TRUE(http::get_following(client, {.url = "https://cedar.example/"}));
    // The same server, but the certificate does not bear this name.
    EXPECT_FALSE(http::get_following(client, {.url = "https://cedar.example/away"}));
}

TEST_F(TlsTest, PlainBytesOnATlsPortAreNoRequest) {
    const RunningServer server(with(certificates.make_signed("cedar.example", authority)), answer);
    EXPECT_EQ(server.exchange("GET / HTTP/1.1\r\nHost: cedar.example\r\n\r\n").find("HTTP/1.1 200"),
              std::string::npos);
    EXPECT_THROW(http::Server({.listen = {{"127.0.0.1", 0}},
                               .tls = http::TlsFiles{"/nowhere.crt", "/nowhere.key"}},
                              answer),
                 std::runtime_error);
}
