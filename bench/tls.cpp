#include "bench/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace bench {

void TlsSession::Free::operator()(ssl_st* session) const {
    SSL_free(session);
}

void TlsServer::Free::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

int TlsSession::read(std::span<char> bytes) {
    ERR_clear_error();
    const int count = SSL_read(session_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (count > 0) return count;
    return SSL_get_error(session_.get(), count) == SSL_ERROR_WANT_READ ? -1 : 0;
}

bool TlsSession::write(std::string_view bytes) {
    ERR_clear_error();
    return SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
}

TlsServer::TlsServer(const std::string& certificate_file, const std::string& key_file)
    : context_(SSL_CTX_new(TLS_server_method())) {
    if (!context_ ||
        SSL_CTX_use_certificate_file(context_.get(), certificate_file.c_str(), SSL_FILETYPE_PEM) !=
            1 ||
        SSL_CTX_use_PrivateKey_file(context_.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        throw std::runtime_error("no certificate and key in " + certificate_file + ", " + key_file);
}

std::unique_ptr<TlsSession> TlsServer::accept(int socket) const {
    std::unique_ptr<TlsSession> session(new TlsSession(SSL_new(context_.get())));
    SSL_set_fd(session->session_.get(), socket);
    SSL_set_accept_state(session->session_.get());
    return session;
}

} // namespace bench
