#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace bench {

/// The server's end of TLS on one nonblocking socket, which it does not own.
class TlsSession {
  public:
    /// Bytes read; 0: closed or broken; -1: nothing yet (the handshake goes on by reading).
    int read(std::span<char> bytes);
    /// All or nothing: what the socket does not take at once is a lost connection.
    bool write(std::string_view bytes);

  private:
    friend class TlsServer;
    explicit TlsSession(ssl_st* session) : session_(session) {}
    struct Free {
        void operator()(ssl_st* session) const;
    };
    std::unique_ptr<ssl_st, Free> session_;
};

/// A certificate and its key, from PEM files. Throws std::runtime_error.
class TlsServer {
  public:
    TlsServer(const std::string& certificate_file, const std::string& key_file);
    std::unique_ptr<TlsSession> accept(int socket) const;

  private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    std::unique_ptr<ssl_ctx_st, Free> context_;
};

} // namespace bench
