#include "mail/relay.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

namespace mail {
namespace {

constexpr long connect_timeout_ms = 10'000;
constexpr long total_timeout_ms = 30'000;

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Recipients = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// What libcurl has taken of a message.
struct Upload {
    std::string bytes;
    std::size_t taken = 0;
};

std::size_t take(char* to, std::size_t size, std::size_t count, void* upload) {
    auto& from = *static_cast<Upload*>(upload);
    const auto part = std::min(size * count, from.bytes.size() - from.taken);
    std::memcpy(to, from.bytes.data() + from.taken, part);
    from.taken += part;
    return part;
}

Handle open(const RelayOptions& options) {
    Handle handle(curl_easy_init(), curl_easy_cleanup);
    if (!handle) throw std::bad_alloc();
    CURL* curl = handle.get();
    const auto* scheme = options.security == Security::Tls ? "smtps" : "smtp";
    const auto url =
        fmt::format("{}://{}:{}/{}", scheme, options.host, options.port, options.own_name);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, total_timeout_ms);
    if (options.security == Security::StartTls) {
        curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    }
    if (!options.ca_file.empty()) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
    }
    if (!options.user.empty()) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, options.user.c_str());
        curl_easy_setopt(curl, CURLOPT_PASSWORD, options.password.c_str());
    }
    return handle;
}

// The texts of libcurl name no address; what the relay answers may, and is left out.
Result<Done> outcome(CURL* curl, CURLcode code) {
    if (code == CURLE_OK) return Done{};
    long answer = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    const auto detail = fmt::format("mail: {} (SMTP {})", curl_easy_strerror(code), answer);
    // A "no" to this sender, recipient or text stays one; a wrong password is ours to mend.
    const bool is_final = answer >= 550 && answer <= 559 && code != CURLE_LOGIN_DENIED &&
                          code != CURLE_USE_SSL_FAILED;
    return Error{is_final ? Error::Kind::Invalid : Error::Kind::Unavailable, detail, detail};
}

} // namespace

Relay::Relay(RelayOptions options) : options_(std::move(options)) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl");
}

Result<Done> Relay::send(const std::string& from,
                         const std::string& to,
                         std::string message) const {
    const auto handle = open(options_);
    CURL* curl = handle.get();
    const Recipients recipients(curl_slist_append(nullptr, fmt::format("<{}>", to).c_str()),
                                curl_slist_free_all);
    Upload upload{std::move(message)};
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, fmt::format("<{}>", from).c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
    return outcome(curl, curl_easy_perform(curl));
}

Result<Done> Relay::check() const {
    const auto handle = open(options_);
    CURL* curl = handle.get();
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    return outcome(curl, curl_easy_perform(curl));
}

} // namespace mail
