#include "http/form.h"
#include "http/router.h"
#include "http/spooled_body.h"
#include "tests/http/raw_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace http {
namespace {

constexpr std::size_t in_memory = 10'000;

std::string multipart(const std::string& contents) {
    return "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
           "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../x.svg\"\r\n"
           "Content-Type: image/png\r\n\r\n" +
           contents + "\r\n--b--\r\n";
}

// Every byte, also line breaks and dashes as they stand in boundaries.
std::string noise(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (auto& byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>(state >> 24U);
    }
    return "\r\n--" + bytes + "\r\n-";
}

std::string read_back(const UploadedFile& file) {
    std::string name = "/tmp/staffroom-upload.XXXXXX";
    const Descriptor target(::mkstemp(name.data()));
    EXPECT_TRUE(file.save(target.get()));
    std::ifstream stream(name, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    std::filesystem::remove(name);
    return bytes;
}

std::shared_ptr<SpooledBody> spooled(const std::string& body) {
    std::shared_ptr<SpooledBody> file = SpooledBody::make("/tmp");
    EXPECT_TRUE(file && file->append(body));
    return file;
}

TEST(SpooledBody, IsTheSameFormAsOneInMemory) {
    constexpr auto type = "multipart/form-data; boundary=b";
    // Around the steps in which a long file is searched for its end.
    for (const std::size_t size : {0UL, 1UL, 5000UL, 1024UL * 1024 - 5, 1024UL * 1024, 3000000UL}) {
        SCOPED_TRACE(size);
        const auto contents = noise(size);
        const auto body = multipart(contents);
        const auto small = parse_form("q=1", type, body);
        const auto large = parse_form("q=1", type, spooled(body));
        ASSERT_TRUE(small);
        ASSERT_TRUE(large);
        EXPECT_EQ(large->tree(), small->tree());
        ASSERT_NE(large->file("file"), nullptr);
        EXPECT_EQ(large->file("file")->size(), contents.size());
        EXPECT_EQ(read_back(*large->file("file")), contents);
        EXPECT_EQ(read_back(*small->file("file")), contents);
    }
}

TEST(SpooledBody, IsRefusedWhereItIsNoMultipartOrHasALongField) {
    const auto json = parse_form("", "application/json", spooled("{}"));
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().kind, Error::Kind::TooLarge);
    const auto field = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n" +
                       std::string(2'000'000, 'x') + "\r\n--b--\r\n";
    const auto form = parse_form("", "multipart/form-data; boundary=b", spooled(field));
    ASSERT_FALSE(form);
    EXPECT_EQ(form.error().kind, Error::Kind::TooLarge);
}

Response answer(const Request& request) {
    if (request.path == "/file") {
        auto file = std::make_shared<Descriptor>(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
        const auto bytes = noise(1'000'000);
        EXPECT_EQ(::write(file->get(), bytes.data(), bytes.size()),
                  static_cast<ssize_t>(bytes.size()));
        Response response;
        response.file = FilePart{.file = std::move(file), .offset = 10, .size = 900'000};
        return response;
    }
    const bool is_on_disk = request.spooled != nullptr;
    return text_response(
        std::string(is_on_disk ? "disk " : "memory ") +
        std::to_string(is_on_disk ? request.spooled->size() : request.body.size()));
}

ServerOptions options() {
    ServerOptions options{.hosts = {"maple.example"}};
    options.read.max_body_bytes = [](const Request&) -> std::size_t { return 3'000'000; };
    options.read.spool_folder = "/tmp";
    options.read.spool_above = in_memory;
    options.max_spooled_bytes_in_all = 2'000'000;
    return options;
}

std::string post(std::size_t size) {
    return "POST /x HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\nContent-Length: " +
           std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
}

TEST(Server, KeepsLongBodiesOnDiskWithinABound) {
    const RunningServer server{options(), answer};
    EXPECT_EQ(RunningServer::body_of(server.exchange(post(in_memory))), "memory 10000");
    EXPECT_EQ(RunningServer::body_of(server.exchange(post(in_memory + 1))), "disk 10001");
    EXPECT_EQ(RunningServer::body_of(server.exchange(post(1'900'000))), "disk 1900000");
    EXPECT_EQ(RunningServer::status_of(server.exchange(post(2'500'000))), 503);
    EXPECT_EQ(RunningServer::body_of(server.exchange(post(1'900'000))), "disk 1900000")
        << "what was refused does not count any more";
}

TEST(Server, SendsAPartOfAFile) {
    const RunningServer server{options(), answer};
    const auto get = [&](const std::string& method) {
        return server.exchange(
            method + " /file HTTP/1.1\r\nHost: maple.example\r\nConnection: close\r\n\r\n");
    };
    const auto whole = get("GET");
    EXPECT_NE(whole.find("\r\nContent-Length: 900000\r\n"), std::string::npos);
    EXPECT_EQ(RunningServer::body_of(whole), noise(1'000'000).substr(10, 900'000));
}

} // namespace
} // namespace http
