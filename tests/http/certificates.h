#pragma once

#include "base/crypto.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Certificates and keys for one test, made when it runs and deleted after it.
class Certificates {
  public:
    Certificates()
        : folder_(std::filesystem::temp_directory_path() / ("tls-" + crypto::random_token())) {
        std::filesystem::create_directory(folder_);
    }
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;
    ~Certificates() {
        for (const auto& [certificate, key] : made_) {
            X509_free(certificate);
            EVP_PKEY_free(key);
        }
        std::filesystem::remove_all(folder_);
    }

    struct Files {
        std::string certificate;
        std::string key;
        std::size_t index = 0;
    };

    Files make_authority() { return make("Test authority", nullptr, 3600); }
    Files make_self_signed(const std::string& host) { return make(host, nullptr, 3600); }
    Files make_signed(const std::string& host, const Files& authority, long valid_for_s = 3600) {
        return make(host, &authority, valid_for_s);
    }

  private:
    static void extend(X509* certificate, int kind, const std::string& value) {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }

    Files make(const std::string& name, const Files* authority, long valid_for_s) {
        auto* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
        auto* certificate = X509_new();
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), static_cast<long>(made_.size()) + 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
        X509_gmtime_adj(X509_getm_notAfter(certificate), valid_for_s);
        X509_set_pubkey(certificate, key);
        auto* subject = X509_get_subject_name(certificate);
        const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0);
        extend(certificate, NID_basic_constraints, authority ? "CA:FALSE" : "critical,CA:TRUE");
        if (name.find('.') != std::string::npos)
            extend(certificate, NID_subject_alt_name, "DNS:" + name);
        auto* signer = authority ? made_[authority->index].first : certificate;
        X509_set_issuer_name(certificate, X509_get_subject_name(signer));
        X509_sign(certificate, authority ? made_[authority->index].second : key, EVP_sha256());

        const Files files{.certificate =
                              (folder_ / (std::to_string(made_.size()) + ".crt")).string(),
                          .key = (folder_ / (std::to_string(made_.size()) + ".key")).string(),
                          .index = made_.size()};
        const std::unique_ptr<FILE, int (*)(FILE*)> out(std::fopen(files.certificate.c_str(), "w"),
                                                        std::fclose);
        PEM_write_X509(out.get(), certificate);
        const std::unique_ptr<FILE, int (*)(FILE*)> secret(std::fopen(files.key.c_str(), "w"),
                                                           std::fclose);
        PEM_write_PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
        made_.emplace_back(certificate, key);
        return files;
    }

    std::filesystem::path folder_;
    std::vector<std::pair<X509*, EVP_PKEY*>> made_;
};
