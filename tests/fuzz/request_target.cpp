// The bytes of a connection: whole or in pieces they are the same request, and what passes has one
// meaning.
#include "http/accept.h"
#include "http/proxies.h"
#include "http/request_reader.h"
#include "tests/fuzz/planted.h"

#include <algorithm>
#include <cstdint>

namespace {

constexpr std::size_t max_body_bytes = 512;
constexpr std::size_t longest_wait = 8192; ///< For the end of a chunk's header, or of the trailer.

std::string describe(const http::Request& request) {
    require(request.body.size() <= max_body_bytes);
    require(request.path.starts_with('/'));
    require(request.path.find("//") == std::string::npos);
    require(request.path.find('\0') == std::string::npos);
    std::string seen = request.method + " " + request.target + "\n";
    for (const auto& [name, value] : request.headers.lines()) {
        require(http::is_header_name(name) && http::is_header_value(value));
        seen += name + ":" + value + "\n";
    }
    const auto proxy = http::parse_address("127.0.0.1");
    const auto trusted = http::parse_network("127.0.0.0/8");
    const auto caller = http::caller_address(*proxy, request.headers, {*trusted});
    require(http::parse_address(caller).has_value());
    planted_bug(request.headers.find("Transfer-Encoding") && request.path.size() > 8);
    return seen + request.body;
}

std::string read(std::string_view bytes, std::size_t piece) {
    using Progress = http::RequestReader::Progress;
    const http::ReadLimits limits{.max_body_bytes = [](const auto&) { return max_body_bytes; }};
    http::RequestReader reader(limits);
    std::string buffer;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        buffer.append(bytes.substr(at, piece));
        auto progress = Progress::HeadRead;
        while (progress == Progress::HeadRead) {
            std::size_t consumed = 0;
            progress = reader.read(buffer, consumed);
            require(consumed <= buffer.size());
            buffer.erase(0, consumed);
        }
        if (progress == Progress::Complete) return describe(reader.request());
        if (progress == Progress::Refused) {
            require(reader.refusal().status >= 400 && reader.refusal().status <= 501);
            return "refused";
        }
    }
    return "unfinished";
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = read(bytes, std::max<std::size_t>(1, size));
    const auto in_pieces = read(bytes, 7);
    // The end of a chunked body may be longer than the reader waits for, and yet come at once.
    const bool is_too_long = size > longest_wait && in_pieces == "refused";
    // What is wrong in a chunk's header may be refused at once, or waited out: nothing is read from
    // it in two ways.
    const auto is_taken = [](const std::string& seen) {
        return seen != "refused" && seen != "unfinished";
    };
    require(whole == in_pieces || is_too_long || (!is_taken(whole) && !is_taken(in_pieces)));
    return 0;
}
