#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// WebSocket frames byte by byte, RFC 6455 section 5.2, right and wrong ones.
struct Frame {
    std::string_view payload{};
    int opcode = 1; ///< 1 text, 2 binary, 0 continuation, 8 close, 9 ping, 10 pong.
    bool is_last = true;
    bool is_masked = true; ///< As a client must.
    bool has_rsv1 = false; ///< "Compressed".
};

inline std::string bytes_of(const Frame& frame) {
    std::string bytes;
    bytes +=
        static_cast<char>((frame.is_last ? 0x80 : 0) | (frame.has_rsv1 ? 0x40 : 0) | frame.opcode);
    const int mask_bit = frame.is_masked ? 0x80 : 0;
    const auto size = frame.payload.size();
    if (size < 126) {
        bytes += static_cast<char>(mask_bit | static_cast<int>(size));
    } else {
        bytes += static_cast<char>(mask_bit | 127);
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes += static_cast<char>((static_cast<std::uint64_t>(size) >> shift) & 0xff);
    }
    if (!frame.is_masked) return bytes + std::string(frame.payload);
    constexpr std::string_view key = "\x11\x22\x33\x44";
    bytes += key;
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>(frame.payload[i] ^ key[i % 4]);
    return bytes;
}

/// What a server sends: never masked.
inline std::string server_frame(std::string_view payload, int opcode = 1) {
    std::string bytes;
    bytes += static_cast<char>(0x80 | opcode);
    if (payload.size() < 126) {
        bytes += static_cast<char>(payload.size());
    } else {
        bytes += static_cast<char>(126);
        bytes += static_cast<char>(payload.size() >> 8);
        bytes += static_cast<char>(payload.size() & 0xff);
    }
    return bytes + std::string(payload);
}

/// The key and the answer to it of RFC 6455 section 1.3.
constexpr std::string_view handshake_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view handshake_answer = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

inline std::string handshake(std::string_view path, std::string_view more_headers = "") {
    return "GET " + std::string(path) +
           " HTTP/1.1\r\nHost: maple.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
           std::string(handshake_key) + "\r\n" + std::string(more_headers) + "\r\n";
}
