#include "base/crypto_pss.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

namespace crypto {
namespace {

template <auto free_it>
struct Free {
    template <typename T>
    void operator()(T* thing) const {
        free_it(thing);
    }
};
using Pkey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

bool verify_ps256(const PublicKey& key, std::string_view message, std::string_view signature) {
    if (key.type() != KeyType::Rsa) return false;
    const auto pem = key.pem();
    const Bio source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Pkey loaded(source ? PEM_read_bio_PUBKEY(source.get(), nullptr, nullptr, nullptr)
                             : nullptr);
    const Digest digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* context = nullptr; // The digest's.
    const bool fits =
        loaded && digest &&
        EVP_DigestVerifyInit(digest.get(), &context, EVP_sha256(), nullptr, loaded.get()) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
        EVP_DigestVerify(digest.get(),
                         bytes_of(signature),
                         signature.size(),
                         bytes_of(message),
                         message.size()) == 1;
    // What a stranger caused stays no longer in the thread's error queue.
    ERR_clear_error();
    return fits;
}

} // namespace crypto
