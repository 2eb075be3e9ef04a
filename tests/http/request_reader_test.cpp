#include "http/request_reader.h"

#include <gtest/gtest.h>

namespace {

using Progress = http::RequestReader::Progress;

/// What is read when the bytes come in pieces of that size: the body, or how it ended.
std::string read_in_pieces(std::string_view bytes, std::size_t piece) {
    const http::ReadLimits limits;
    http::RequestReader reader(limits);
    std::string buffer;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        buffer.append(bytes.substr(at, piece));
        auto progress = Progress::HeadRead;
        while (progress == Progress::HeadRead) {
            std::size_t consumed = 0;
            progress = reader.read(buffer, consumed);
            buffer.erase(0, consumed);
        }
        if (progress == Progress::Complete) return "body: " + reader.request().body;
        if (progress == Progress::Refused) return "refused";
    }
    return "unfinished";
}

TEST(RequestReader, ReadsChunksAlikeHoweverTheyArrive) {
    const std::string head =
        "POST /inbox HTTP/1.1\r\nHost: maple.test\r\nTransfer-Encoding: chunked\r\n\r\n";
    const struct {
        std::string body;
        std::string expected;
    } cases[] = {
        {"0\r\n\r\n", "body: "},
        {"2\r\nhi\r\n0\r\n\r\n", "body: hi"},
        {"2;x=y\r\nhi\r\n1\r\n!\r\n0\r\nX: y\r\nZ: q\r\n\r\n", "body: hi!"},
        {"0\r\nh", "unfinished"},
        {"0\r\n\r", "unfinished"},
        {"2\r\nhi\r\n0\r\nX: y\r\n", "unfinished"},
        {"2\r\nhi!!0\r\n\r\n", "refused"},
        {"zz\r\nhi\r\n", "refused"},
    };
    for (const auto& [body, expected] : cases) {
        const auto bytes = head + body;
        for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
            EXPECT_EQ(read_in_pieces(bytes, piece), expected) << body << " in pieces of " << piece;
    }
}

} // namespace
