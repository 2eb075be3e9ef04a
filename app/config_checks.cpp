#include "app/config_checks.h"

#include "app/sign_on.h"
#include "base/uri.h"
#include "educators/kinds.h"
#include "educators/rest_client.h"
#include "educators/terms.h"
#include "http/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

namespace app {
namespace {

const http::Network& loopback_v4() {
    static const auto network = *http::parse_network("127.0.0.0/8");
    return network;
}

// An address or "localhost", never a name that begins like an address.
bool is_loopback_host(std::string_view host) {
    if (host == "localhost" || host == "::1" || host == "[::1]") return true;
    const auto address = http::parse_address(host);
    return address && loopback_v4().contains(*address);
}

bool is_loopback_network(std::string_view text) {
    const auto network = http::parse_network(text);
    return network && network->prefix >= loopback_v4().prefix &&
           loopback_v4().contains(network->base);
}

std::string host_of_address(std::string_view address) {
    constexpr std::string_view tls = "https://"; // A test host that really speaks TLS.
    if (address.starts_with(tls)) address.remove_prefix(tls.size());
    const auto colon = address.rfind(':');
    return std::string(address.substr(0, colon));
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

void check_district(ConfigDraft& draft) {
    const auto& district = draft.config.district;
    if (!educators::parse_month_day(district.school_year_end)) {
        draft.fault("district.school_year_end",
                    fmt::format("\"{}\" is no day of every year, written as 07-31",
                                district.school_year_end));
    }
    if (district.region.size() > 10)
        draft.fault("district.region", "a region is written as US-CA (ISO 3166-2)");
}

bool is_service_url(const std::string& text, bool may_be_http) {
    const auto url = parse_uri(text);
    return url && url->fragment.empty() && (url->scheme == "https" || may_be_http);
}

void read_secret_file(ConfigDraft& draft) {
    auto& roster = draft.config.roster;
    if (roster.rest_client_secret_file.empty()) return;
    std::ifstream file(roster.rest_client_secret_file);
    if (!roster.rest_client_secret.empty()) {
        draft.fault("roster.rest_client_secret_file", "there is a secret beside the file already");
    } else if (!std::getline(file, roster.rest_client_secret)) {
        draft.fault("roster.rest_client_secret_file", "the file cannot be read, or is empty");
    }
}

void check_roster_service(ConfigDraft& draft) {
    read_secret_file(draft);
    const auto& roster = draft.config.roster;
    if (roster.rest_url.empty()) return;
    const bool may_be_http = !draft.config.testing.http_peers.empty();
    if (!is_service_url(roster.rest_url, may_be_http) || roster.rest_url.ends_with('/') ||
        roster.rest_url.find('?') != std::string::npos) {
        draft.fault("roster.rest_url", "wants https://host/path, without a slash at its end");
    }
    if (!is_service_url(roster.rest_token_url, may_be_http))
        draft.fault("roster.rest_token_url", "wants the https URL where the service gives tokens");
    if (roster.rest_client_id.empty() || roster.rest_client_secret.empty())
        draft.fault("roster.rest_client_id", "the service wants a client id and its secret");
    if (!is_one_of(roster.rest_version, {"1.1", "1.2"}))
        draft.fault("roster.rest_version", "is 1.1 or 1.2");
    if (educators::gives_demographics(roster.rest_scope)) {
        draft.fault("roster.rest_scope",
                    "birth dates, sex and descent are never read: roster-core.readonly is enough");
    }
}

void check_mail(ConfigDraft& draft) {
    Config& config = draft.config;
    auto& mail = config.mail;
    if (!is_one_of(mail.security, {"starttls", "tls", "none"})) {
        draft.fault("mail.security",
                    fmt::format("\"{}\" is none of starttls, tls, none", mail.security));
    }
    if (mail.security == "none" && !mail.relay.empty() && !is_loopback_host(mail.relay)) {
        draft.fault("mail.security", "mail may travel in the clear to a relay on loopback only");
    }
    if (mail.from.empty()) {
        // Mail knows no ports.
        const auto& host = config.server.handle_host;
        mail.from = "no-reply@" + host.substr(0, host.rfind(':'));
    }
    const auto at = mail.from.find('@');
    if (at == 0 || at == std::string::npos ||
        mail.from.find_first_of(" <>\r\n") != std::string::npos) {
        draft.fault("mail.from", fmt::format("\"{}\" is no address", mail.from));
    }
    if (!is_one_of(config.registration.mode, {"closed", "approval", "open"})) {
        draft.fault(
            "registration.mode",
            fmt::format("\"{}\" is none of closed, approval, open", config.registration.mode));
    } else if (config.registration.mode != "closed" && mail.relay.empty()) {
        draft.fault("registration.mode",
                    "people can join only where mail.relay can ask for their address");
    }
}

void read_sign_on_secret(ConfigDraft& draft) {
    auto& sign_on = draft.config.sign_on;
    if (sign_on.client_secret_file.empty()) return;
    if (!sign_on.client_secret.empty()) {
        draft.fault("sign_on.client_secret_file", "the secret stands in client_secret already");
        return;
    }
    std::ifstream file(sign_on.client_secret_file);
    if (!std::getline(file, sign_on.client_secret) || sign_on.client_secret.empty()) {
        draft.fault("sign_on.client_secret_file",
                    fmt::format("\"{}\" cannot be read", sign_on.client_secret_file));
    }
}

void check_sign_on(ConfigDraft& draft) {
    const Config& config = draft.config;
    const auto& sign_on = config.sign_on;
    for (const auto& [type, kind] : config.scim.user_types) {
        if (!educators::parse_kind(kind))
            draft.fault("scim.user_types", fmt::format("\"{}\" is no kind of educator", kind));
    }
    if (sign_on.preset.empty()) {
        if (!sign_on.passwords)
            draft.fault("sign_on.passwords", "without sign_on.preset nobody could sign in");
        return;
    }
    read_sign_on_secret(draft);
    if (!educators::parse_preset(sign_on.preset)) {
        draft.fault("sign_on.preset",
                    fmt::format("\"{}\" is none of clever, classlink, google, entra, generic",
                                sign_on.preset));
        return;
    }
    const auto terms = sign_on_terms(config);
    for (const auto& fault : educators::faults_of(terms))
        draft.fault("sign_on", fault);
    if (const auto issuer = parse_uri(terms.issuer);
        issuer && issuer->scheme == "http" && !is_loopback_host(issuer->host))
        draft.fault("sign_on.issuer", "http is for test providers on loopback only");
    if (sign_on.passwords) return;
    if (sign_on.break_glass.empty())
        draft.fault("sign_on.break_glass",
                    "name the owner who keeps the password when the provider is down");
    if (config.registration.mode != "closed")
        draft.fault("registration.mode",
                    "who joins by an app chooses a password: with sign_on.passwords off it is "
                    "closed");
}

} // namespace

void ConfigDraft::fault(std::string_view where, std::string_view what) {
    faults.push_back(fmt::format("{}: {}", where, what));
}

void check_config(ConfigDraft& draft) {
    Config& config = draft.config;
    const auto origin = parse_uri(config.server.origin);
    if (!origin || origin->origin() != config.server.origin) {
        draft.fault("server.origin",
                    fmt::format("\"{}\" is not an origin such as https://school.example, "
                                "without a path or a slash at the end",
                                config.server.origin));
        return;
    }
    if (origin->scheme == "http" && !is_loopback_host(origin->host)) {
        draft.fault("server.origin", "http is allowed on loopback only; other servers need https");
    }
    if (config.server.handle_host.empty()) config.server.handle_host = origin->authority();
    if (const auto host = parse_authority(config.server.handle_host);
        !host || *host != config.server.handle_host) {
        draft.fault("server.handle_host",
                    fmt::format("\"{}\" is not a host name", config.server.handle_host));
    }
    bool all_loopback = true;
    for (const auto& address : config.server.listen) {
        if (address.rfind(':') == std::string::npos) {
            draft.fault("server.listen", fmt::format("\"{}\" is not address:port", address));
        }
        all_loopback = all_loopback && is_loopback_host(host_of_address(address));
    }
    if (config.server.listen.empty()) draft.fault("server.listen", "names no address");
    if (!config.server.metrics_listen.empty() &&
        !is_loopback_host(host_of_address(config.server.metrics_listen))) {
        draft.fault("server.metrics_listen",
                    "must be a loopback address: metrics are not for strangers");
    }
    if (config.server.tls_certificate.empty() != config.server.tls_key.empty()) {
        draft.fault("server.tls_certificate", "certificate and key are set together or not at all");
    }
    const bool testing = !config.testing.hosts.empty() || !config.testing.http_peers.empty() ||
                         !config.testing.ca_file.empty();
    if (testing && !all_loopback) {
        draft.fault("testing",
                    "test peers are refused unless every address in server.listen is on loopback");
    }
    for (const auto& network : config.testing.http_peers) {
        if (!is_loopback_network(network)) {
            draft.fault(
                "testing.http_peers",
                fmt::format("\"{}\" is not a loopback network such as 127.77.0.0/16", network));
        }
    }
    for (const auto& [host, address] : config.testing.hosts) {
        if (!is_loopback_host(host_of_address(address))) {
            draft.fault("testing.hosts",
                        fmt::format("{} points to {}, which is not on loopback", host, address));
        }
    }
    const auto& media = config.media;
    const bool has_store = !media.s3_bucket.empty() || !media.s3_access_key.empty() ||
                           !media.s3_secret_key.empty() || !media.s3_endpoint.empty();
    if (has_store && (media.s3_endpoint.empty() || media.s3_bucket.empty() ||
                      media.s3_access_key.empty() || media.s3_secret_key.empty())) {
        draft.fault("media.s3_endpoint",
                    "endpoint, bucket, access key and secret key are set together or not at all");
    }
    if (!media.s3_endpoint.empty()) {
        const auto endpoint = parse_uri(media.s3_endpoint);
        if (!endpoint || endpoint->origin() != media.s3_endpoint || endpoint->scheme != "https")
            draft.fault("media.s3_endpoint", "wants https://host, without a path");
    }
    check_district(draft);
    check_roster_service(draft);
    if (const auto& source = config.instance.source_url; !source.empty() && !parse_uri(source))
        draft.fault("instance.source_url", fmt::format("\"{}\" is no URL", source));
    check_mail(draft);
    check_sign_on(draft);
    constexpr std::string_view levels[] = {"debug", "info", "warn", "error"};
    if (std::find(std::begin(levels), std::end(levels), config.log.level) == std::end(levels)) {
        draft.fault("log.level",
                    fmt::format("\"{}\" is none of debug, info, warn, error", config.log.level));
    }
}

} // namespace app
