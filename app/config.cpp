#include "app/config.h"

#include "app/sign_on.h"
#include "base/text.h"
#include "base/uri.h"
#include "educators/kinds.h"
#include "educators/rest_client.h"
#include "educators/terms.h"
#include "http/address.h"

#include <fmt/format.h>
#include <toml.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <variant>

namespace app {
namespace {

using Text = std::string;
using Number = std::int64_t;
using List = std::vector<std::string>;
using Table = std::map<std::string, std::string>;

// Where an option's value lives. The alternative that is used is the option's type.
using Place = std::variant<Text* (*)(Config&),
                           Number* (*)(Config&),
                           bool* (*)(Config&),
                           List* (*)(Config&),
                           Table* (*)(Config&)>;

struct Option {
    std::string_view name;
    Place place;
    std::string_view help;
    Number least = 0; ///< Of a number.
    Number most = 0;
};

template <auto Section, auto Member>
auto* member_of(Config& config) {
    return &((config.*Section).*Member);
}

template <auto Section, auto Member>
Place at() {
    return &member_of<Section, Member>;
}

const Option options[] = {
    {"server.origin",
     at<&Config::server, &Config::Server::origin>(),
     "https://your.name: all ids begin with it; fixed after the first start"},
    {"server.handle_host",
     at<&Config::server, &Config::Server::handle_host>(),
     "what stands behind the @ of a handle, when it is not the origin's host"},
    {"server.media_host",
     at<&Config::server, &Config::Server::media_host>(),
     "another host name for uploaded media"},
    {"server.listen",
     at<&Config::server, &Config::Server::listen>(),
     "addresses to listen on, as \"127.0.0.1:8080\""},
    {"server.metrics_listen",
     at<&Config::server, &Config::Server::metrics_listen>(),
     "loopback address for /metrics"},
    {"server.trusted_proxies",
     at<&Config::server, &Config::Server::trusted_proxies>(),
     "networks whose X-Forwarded-For is believed, as \"127.0.0.1/32\""},
    {"server.tls_certificate",
     at<&Config::server, &Config::Server::tls_certificate>(),
     "PEM file with the certificate chain, for native TLS"},
    {"server.tls_key",
     at<&Config::server, &Config::Server::tls_key>(),
     "PEM file with its private key"},
    {"server.data_dir",
     at<&Config::server, &Config::Server::data_dir>(),
     "where the own PostgreSQL and media live"},
    {"server.io_threads",
     at<&Config::server, &Config::Server::io_threads>(),
     "threads that read and write sockets",
     1,
     64},
    {"server.handler_threads",
     at<&Config::server, &Config::Server::handler_threads>(),
     "threads that answer requests",
     1,
     256},
    {"server.max_connections",
     at<&Config::server, &Config::Server::max_connections>(),
     "open connections at most",
     16,
     1'000'000},
    {"server.max_connections_per_address",
     at<&Config::server, &Config::Server::max_connections_per_address>(),
     "open connections of one address at most",
     1,
     1'000'000},
    {"database.url",
     at<&Config::database, &Config::Database::url>(),
     "a PostgreSQL URL; without it an own PostgreSQL is run under data_dir"},
    {"database.connections",
     at<&Config::database, &Config::Database::connections>(),
     "connections to the database at most",
     4,
     500},
    {"instance.title", at<&Config::instance, &Config::Instance::title>(), "the name of this place"},
    {"instance.description",
     at<&Config::instance, &Config::Instance::description>(),
     "one plain sentence"},
    {"instance.contact_email",
     at<&Config::instance, &Config::Instance::contact_email>(),
     "where people write to"},
    {"instance.privacy_policy",
     at<&Config::instance, &Config::Instance::privacy_policy>(),
     "a file of HTML that clients show; without it, what the software does by itself"},
    {"instance.terms_of_service",
     at<&Config::instance, &Config::Instance::terms_of_service>(),
     "a file of HTML; they hold since the day of the file"},
    {"instance.source_url",
     at<&Config::instance, &Config::Instance::source_url>(),
     "where the source of the running program is; without it /source serves what it was built "
     "from"},
    {"federation.rfc9421_first",
     at<&Config::federation, &Config::Federation::rfc9421_first>(),
     "sign with RFC 9421 first at hosts not yet known"},
    {"federation.extra_ports",
     at<&Config::federation, &Config::Federation::extra_ports>(),
     "ports other than 443 that peers may use"},
    {"federation.inbox_workers",
     at<&Config::federation, &Config::Federation::inbox_workers>(),
     "threads that work on what arrived",
     1,
     64},
    {"federation.delivery_senders",
     at<&Config::federation, &Config::Federation::delivery_senders>(),
     "deliveries under way at once at most",
     1,
     512},
    {"limits.requests_per_5_minutes",
     at<&Config::limits, &Config::Limits::requests_per_5_minutes>(),
     "per token or address; 0 for none",
     0,
     1'000'000},
    {"limits.inbox_requests_per_second",
     at<&Config::limits, &Config::Limits::inbox_requests_per_second>(),
     "per signing host; 0 for none",
     0,
     1'000'000},
    {"limits.sign_in_attempts",
     at<&Config::limits, &Config::Limits::sign_in_attempts>(),
     "per account and address in ten minutes",
     1,
     1'000},
    {"limits.streams_per_member",
     at<&Config::limits, &Config::Limits::streams_per_member>(),
     "live streams that one member may have open; a school's apps open two or three each",
     1,
     100'000},
    {"limits.streams_per_address",
     at<&Config::limits, &Config::Limits::streams_per_address>(),
     "live streams from one address, so for a whole school behind one",
     1,
     1'000'000},
    {"media.quota_mb",
     at<&Config::media, &Config::Media::quota_mb>(),
     "room for each member's uploads; 0 for no bound",
     0,
     100'000'000},
    {"media.cache_mb",
     at<&Config::media, &Config::Media::cache_mb>(),
     "room for copies of remote media",
     10,
     100'000'000},
    {"media.cache_days",
     at<&Config::media, &Config::Media::cache_days>(),
     "copies of remote media that nobody looked at for so long are removed",
     1,
     3650},
    {"media.reserve_mb",
     at<&Config::media, &Config::Media::reserve_mb>(),
     "what must stay free on the disk: below it nothing is uploaded, and copies go",
     0,
     100'000'000},
    {"media.s3_endpoint",
     at<&Config::media, &Config::Media::s3_endpoint>(),
     "https://… of an S3-compatible store for media; without it they lie under data_dir"},
    {"media.s3_region", at<&Config::media, &Config::Media::s3_region>(), "its region"},
    {"media.s3_bucket",
     at<&Config::media, &Config::Media::s3_bucket>(),
     "its bucket, a private one"},
    {"media.s3_access_key",
     at<&Config::media, &Config::Media::s3_access_key>(),
     "the key's id; better in STAFFROOM_MEDIA_S3_ACCESS_KEY"},
    {"media.s3_secret_key",
     at<&Config::media, &Config::Media::s3_secret_key>(),
     "the key; better in STAFFROOM_MEDIA_S3_SECRET_KEY"},
    {"registration.mode",
     at<&Config::registration, &Config::Registration::mode>(),
     "closed, approval (a moderator lets people in) or open"},
    {"registration.reason_required",
     at<&Config::registration, &Config::Registration::reason_required>(),
     "who asks for approval must say why"},
    {"registration.min_age",
     at<&Config::registration, &Config::Registration::min_age>(),
     "in years; 0: nobody is asked. The date of birth is not stored",
     0,
     120},
    {"registration.message",
     at<&Config::registration, &Config::Registration::message>(),
     "what people read while sign-ups are closed"},
    {"district.region",
     at<&Config::district, &Config::District::region>(),
     "country and state, as US-CA (ISO 3166-2); attestations say it"},
    {"district.school_year_end",
     at<&Config::district, &Config::District::school_year_end>(),
     "the last day of the school year, as 07-31: attestations hold so long"},
    {"district.grace_days",
     at<&Config::district, &Config::District::grace_days>(),
     "and so many days longer, until the new year's roster is read",
     0,
     180},
    {"mail.relay",
     at<&Config::mail, &Config::Mail::relay>(),
     "the SMTP server that takes our mail"},
    {"mail.port", at<&Config::mail, &Config::Mail::port>(), "its port", 1, 65'535},
    {"mail.security",
     at<&Config::mail, &Config::Mail::security>(),
     "starttls, tls, or none (a relay on loopback only)"},
    {"mail.user", at<&Config::mail, &Config::Mail::user>(), "name to sign in with at the relay"},
    {"mail.password", at<&Config::mail, &Config::Mail::password>(), "and the password"},
    {"mail.from",
     at<&Config::mail, &Config::Mail::from>(),
     "the address that mail comes from; no-reply@ your host if empty"},
    {"roster.watch",
     at<&Config::roster, &Config::Roster::watch>(),
     "a folder: OneRoster packages that are put there are imported"},
    {"roster.student_domains",
     at<&Config::roster, &Config::Roster::student_domains>(),
     "mail domains of students: staff with such an address wait for a person"},
    {"roster.shrink_percent",
     at<&Config::roster, &Config::Roster::shrink_percent>(),
     "a snapshot that loses a larger share of the educators waits for a person",
     1,
     100},
    {"roster.shrink_least",
     at<&Config::roster, &Config::Roster::shrink_least>(),
     "and so many people",
     1,
     1'000'000},
    {"roster.rest_url",
     at<&Config::roster, &Config::Roster::rest_url>(),
     "a OneRoster service that is asked for staff, as https://…/ims/oneroster/rostering/v1p2"},
    {"roster.rest_version",
     at<&Config::roster, &Config::Roster::rest_version>(),
     "what it speaks, 1.1 or 1.2"},
    {"roster.rest_token_url",
     at<&Config::roster, &Config::Roster::rest_token_url>(),
     "where it gives tokens for client id and secret (OAuth 2)"},
    {"roster.rest_client_id",
     at<&Config::roster, &Config::Roster::rest_client_id>(),
     "who we are there"},
    {"roster.rest_client_secret",
     at<&Config::roster, &Config::Roster::rest_client_secret>(),
     "better in STAFFROOM_ROSTER_REST_CLIENT_SECRET or in a file"},
    {"roster.rest_client_secret_file",
     at<&Config::roster, &Config::Roster::rest_client_secret_file>(),
     "a file whose first line is the secret"},
    {"roster.rest_scope",
     at<&Config::roster, &Config::Roster::rest_scope>(),
     "another scope than roster-core.readonly; none that gives demographics"},
    {"roster.rest_students",
     at<&Config::roster, &Config::Roster::rest_students>(),
     "ask for students and families too: of them keyed hashes are kept, for the checks"},
    {"roster.rest_hours",
     at<&Config::roster, &Config::Roster::rest_hours>(),
     "how often it is asked; 0: only when somebody wants it",
     0,
     8'760},
    {"sign_on.preset",
     at<&Config::sign_on, &Config::SignOn::preset>(),
     "clever, classlink, google, entra or generic: sign-on with the district's accounts"},
    {"sign_on.issuer",
     at<&Config::sign_on, &Config::SignOn::issuer>(),
     "the provider's issuer URL; the presets but generic know theirs"},
    {"sign_on.client_id",
     at<&Config::sign_on, &Config::SignOn::client_id>(),
     "what the provider calls this server"},
    {"sign_on.client_secret",
     at<&Config::sign_on, &Config::SignOn::client_secret>(),
     "the secret; better in STAFFROOM_SIGN_ON_CLIENT_SECRET or a file"},
    {"sign_on.client_secret_file",
     at<&Config::sign_on, &Config::SignOn::client_secret_file>(),
     "a file that holds the secret"},
    {"sign_on.label",
     at<&Config::sign_on, &Config::SignOn::label>(),
     "what the button says after \"Sign in with\""},
    {"sign_on.scopes",
     at<&Config::sign_on, &Config::SignOn::scopes>(),
     "scopes to ask for besides openid"},
    {"sign_on.tenants",
     at<&Config::sign_on, &Config::SignOn::tenants>(),
     "your district at the provider: Clever's district, ClassLink's TenantId, Google's domain, "
     "Entra's tenant id"},
    {"sign_on.role_claim",
     at<&Config::sign_on, &Config::SignOn::role_claim>(),
     "the claim that tells the role, as a path with dots"},
    {"sign_on.staff_values",
     at<&Config::sign_on, &Config::SignOn::staff_values>(),
     "its values that mean staff, exactly"},
    {"sign_on.student_values",
     at<&Config::sign_on, &Config::SignOn::student_values>(),
     "its values that mean student: whoever has one is kept out"},
    {"sign_on.person_claim",
     at<&Config::sign_on, &Config::SignOn::person_claim>(),
     "the claim that holds the roster's sourcedId; without one, people link their accounts"},
    {"sign_on.passwords",
     at<&Config::sign_on, &Config::SignOn::passwords>(),
     "false: nobody signs in with a password but sign_on.break_glass"},
    {"sign_on.break_glass",
     at<&Config::sign_on, &Config::SignOn::break_glass>(),
     "the owner who may, when the provider is down"},
    {"scim.user_types",
     at<&Config::scim, &Config::Scim::user_types>(),
     "userType = kind: whom the directory lists with it is attested, if not in the roster"},
    {"log.level", at<&Config::log, &Config::Log::level>(), "debug, info, warn or error"},
    {"testing.hosts",
     at<&Config::testing, &Config::Testing::hosts>(),
     "test peers: host = \"127.0.0.1:port\", or \"https://127.0.0.1:port\" for real TLS"},
    {"testing.http_peers",
     at<&Config::testing, &Config::Testing::http_peers>(),
     "loopback networks whose hosts may be peers over http"},
    {"testing.ca_file",
     at<&Config::testing, &Config::Testing::ca_file>(),
     "a PEM file of certificates that test peers' TLS may use"},
};

std::string_view kind_name(const Option& option) {
    constexpr std::string_view names[] = {"text", "number", "switch", "list", "table"};
    return names[option.place.index()];
}

const Option* find_option(std::string_view name) {
    const auto* found = std::find_if(std::begin(options),
                                     std::end(options),
                                     [&](const Option& option) { return option.name == name; });
    return found == std::end(options) ? nullptr : found;
}

/// Collects faults, so that the administrator sees all of them at once.
class Reader {
  public:
    Config config{};
    std::vector<std::string> faults{};

    void fault(std::string_view where, std::string_view what) {
        faults.push_back(fmt::format("{}: {}", where, what));
    }

    // A value in text form, from the environment or a flag; lists are separated by commas.
    void set_text(const Option& option, const std::string& text, std::string_view where) {
        if (const auto* place = std::get_if<0>(&option.place)) *(*place)(config) = text;
        if (const auto* place = std::get_if<1>(&option.place)) {
            Number number = 0;
            const auto [end, failure] =
                std::from_chars(text.data(), text.data() + text.size(), number);
            if (failure != std::errc{} || end != text.data() + text.size()) {
                fault(where, fmt::format("{} wants a whole number, not \"{}\"", option.name, text));
                return;
            }
            set_number(option, *place, number, where);
        }
        if (const auto* place = std::get_if<2>(&option.place)) {
            if (text != "true" && text != "false") {
                fault(where, fmt::format("{} wants true or false, not \"{}\"", option.name, text));
                return;
            }
            *(*place)(config) = text == "true";
        }
        if (const auto* place = std::get_if<3>(&option.place)) *(*place)(config) = split(text);
        if (const auto* place = std::get_if<4>(&option.place)) {
            Table table;
            for (const auto& entry : split(text)) {
                const auto equals = entry.find('=');
                if (equals == std::string::npos) {
                    fault(where,
                          fmt::format("{} wants name=value pairs, not \"{}\"", option.name, entry));
                    return;
                }
                table[entry.substr(0, equals)] = entry.substr(equals + 1);
            }
            *(*place)(config) = table;
        }
    }

    void set_toml(const Option& option, const toml::value& value, std::string_view where) {
        try {
            if (const auto* place = std::get_if<0>(&option.place)) {
                *(*place)(config) = toml::get<std::string>(value);
            } else if (const auto* number = std::get_if<1>(&option.place)) {
                set_number(option, *number, toml::get<Number>(value), where);
            } else if (const auto* flag = std::get_if<2>(&option.place)) {
                *(*flag)(config) = toml::get<bool>(value);
            } else if (const auto* list = std::get_if<3>(&option.place)) {
                *(*list)(config) = toml::get<List>(value);
            } else if (const auto* table = std::get_if<4>(&option.place)) {
                *(*table)(config) = toml::get<Table>(value);
            }
        } catch (const std::exception&) {
            fault(where, fmt::format("{} wants a {}", option.name, kind_name(option)));
        }
    }

  private:
    void set_number(const Option& option,
                    Number* (*place)(Config&),
                    Number number,
                    std::string_view where) {
        if (number < option.least || number > option.most) {
            fault(where,
                  fmt::format("{} must lie between {} and {}, not {}",
                              option.name,
                              option.least,
                              option.most,
                              number));
            return;
        }
        *place(config) = number;
    }

    static List split(const std::string& text) {
        List parts;
        std::istringstream stream(text);
        for (std::string part; std::getline(stream, part, ',');) {
            if (!part.empty()) parts.push_back(part);
        }
        return parts;
    }
};

std::string place_of(const std::string& file, const toml::value& value) {
    return fmt::format("{}:{}", file, value.location().line());
}

void read_file(Reader& reader, const std::string& file) {
    toml::value root;
    try {
        root = toml::parse(file);
    } catch (const toml::syntax_error& error) {
        reader.fault(fmt::format("{}:{}", file, error.location().line()), "this is not TOML");
        return;
    } catch (const std::exception&) {
        reader.fault(file, "the file cannot be read");
        return;
    }
    for (const auto& [section, content] : root.as_table()) {
        if (!content.is_table()) {
            reader.fault(place_of(file, content),
                         fmt::format("\"{}\" stands outside of any [section]", section));
            continue;
        }
        for (const auto& [key, value] : content.as_table()) {
            const auto name = section + "." + key;
            const auto where = place_of(file, value);
            if (const Option* option = find_option(name))
                reader.set_toml(*option, value, where);
            else
                reader.fault(where, fmt::format("there is no option \"{}\"", name));
        }
    }
}

// STAFFROOM_SIGN_ON_CLIENT_ID is sign_on.client_id: the dot is an underscore, too.
const Option* find_option_of_variable(std::string_view variable) {
    const auto written = [](std::string_view name) {
        std::string text = "STAFFROOM_" + std::string(name);
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
            return c == '.' ? '_' : static_cast<char>(std::toupper(c));
        });
        return text;
    };
    const auto* found =
        std::find_if(std::begin(options), std::end(options), [&](const Option& option) {
            return written(option.name) == variable;
        });
    return found == std::end(options) ? nullptr : found;
}

/// What a variable that is none of ours may have meant: "server.colour".
std::string guess_name(std::string_view variable) {
    constexpr std::string_view prefix = "STAFFROOM_";
    auto name = ascii_lower(variable.substr(prefix.size()));
    std::size_t section = name.find('_');
    for (const Option& option : options) {
        const auto length = option.name.find('.');
        const bool fits = name.size() > length && name[length] == '_' &&
                          name.compare(0, length, option.name.substr(0, length)) == 0;
        if (fits) section = length;
    }
    if (section != std::string::npos) name[section] = '.';
    return name;
}

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

void check_district(Reader& reader) {
    const auto& district = reader.config.district;
    if (!educators::parse_month_day(district.school_year_end)) {
        reader.fault("district.school_year_end",
                     fmt::format("\"{}\" is no day of every year, written as 07-31",
                                 district.school_year_end));
    }
    if (district.region.size() > 10)
        reader.fault("district.region", "a region is written as US-CA (ISO 3166-2)");
}

bool is_service_url(const std::string& text, bool may_be_http) {
    const auto url = parse_uri(text);
    return url && url->fragment.empty() && (url->scheme == "https" || may_be_http);
}

void read_secret_file(Reader& reader) {
    auto& roster = reader.config.roster;
    if (roster.rest_client_secret_file.empty()) return;
    std::ifstream file(roster.rest_client_secret_file);
    if (!roster.rest_client_secret.empty()) {
        reader.fault("roster.rest_client_secret_file", "there is a secret beside the file already");
    } else if (!std::getline(file, roster.rest_client_secret)) {
        reader.fault("roster.rest_client_secret_file", "the file cannot be read, or is empty");
    }
}

void check_roster_service(Reader& reader) {
    read_secret_file(reader);
    const auto& roster = reader.config.roster;
    if (roster.rest_url.empty()) return;
    const bool may_be_http = !reader.config.testing.http_peers.empty();
    if (!is_service_url(roster.rest_url, may_be_http) || roster.rest_url.ends_with('/') ||
        roster.rest_url.find('?') != std::string::npos) {
        reader.fault("roster.rest_url", "wants https://host/path, without a slash at its end");
    }
    if (!is_service_url(roster.rest_token_url, may_be_http))
        reader.fault("roster.rest_token_url", "wants the https URL where the service gives tokens");
    if (roster.rest_client_id.empty() || roster.rest_client_secret.empty())
        reader.fault("roster.rest_client_id", "the service wants a client id and its secret");
    if (!is_one_of(roster.rest_version, {"1.1", "1.2"}))
        reader.fault("roster.rest_version", "is 1.1 or 1.2");
    if (educators::gives_demographics(roster.rest_scope)) {
        reader.fault("roster.rest_scope",
                     "birth dates, sex and descent are never read: roster-core.readonly is enough");
    }
}

void check_mail(Reader& reader) {
    Config& config = reader.config;
    auto& mail = config.mail;
    if (!is_one_of(mail.security, {"starttls", "tls", "none"})) {
        reader.fault("mail.security",
                     fmt::format("\"{}\" is none of starttls, tls, none", mail.security));
    }
    if (mail.security == "none" && !mail.relay.empty() && !is_loopback_host(mail.relay)) {
        reader.fault("mail.security", "mail may travel in the clear to a relay on loopback only");
    }
    if (mail.from.empty()) {
        // Mail knows no ports.
        const auto& host = config.server.handle_host;
        mail.from = "no-reply@" + host.substr(0, host.rfind(':'));
    }
    const auto at = mail.from.find('@');
    if (at == 0 || at == std::string::npos ||
        mail.from.find_first_of(" <>\r\n") != std::string::npos) {
        reader.fault("mail.from", fmt::format("\"{}\" is no address", mail.from));
    }
    if (!is_one_of(config.registration.mode, {"closed", "approval", "open"})) {
        reader.fault(
            "registration.mode",
            fmt::format("\"{}\" is none of closed, approval, open", config.registration.mode));
    } else if (config.registration.mode != "closed" && mail.relay.empty()) {
        reader.fault("registration.mode",
                     "people can join only where mail.relay can ask for their address");
    }
}

void read_sign_on_secret(Reader& reader) {
    auto& sign_on = reader.config.sign_on;
    if (sign_on.client_secret_file.empty()) return;
    if (!sign_on.client_secret.empty()) {
        reader.fault("sign_on.client_secret_file", "the secret stands in client_secret already");
        return;
    }
    std::ifstream file(sign_on.client_secret_file);
    if (!std::getline(file, sign_on.client_secret) || sign_on.client_secret.empty()) {
        reader.fault("sign_on.client_secret_file",
                     fmt::format("\"{}\" cannot be read", sign_on.client_secret_file));
    }
}

void check_sign_on(Reader& reader) {
    const Config& config = reader.config;
    const auto& sign_on = config.sign_on;
    for (const auto& [type, kind] : config.scim.user_types) {
        if (!educators::parse_kind(kind))
            reader.fault("scim.user_types", fmt::format("\"{}\" is no kind of educator", kind));
    }
    if (sign_on.preset.empty()) {
        if (!sign_on.passwords)
            reader.fault("sign_on.passwords", "without sign_on.preset nobody could sign in");
        return;
    }
    read_sign_on_secret(reader);
    if (!educators::parse_preset(sign_on.preset)) {
        reader.fault("sign_on.preset",
                     fmt::format("\"{}\" is none of clever, classlink, google, entra, generic",
                                 sign_on.preset));
        return;
    }
    const auto terms = sign_on_terms(config);
    for (const auto& fault : educators::faults_of(terms))
        reader.fault("sign_on", fault);
    if (const auto issuer = parse_uri(terms.issuer);
        issuer && issuer->scheme == "http" && !is_loopback_host(issuer->host))
        reader.fault("sign_on.issuer", "http is for test providers on loopback only");
    if (sign_on.passwords) return;
    if (sign_on.break_glass.empty())
        reader.fault("sign_on.break_glass",
                     "name the owner who keeps the password when the provider is down");
    if (config.registration.mode != "closed")
        reader.fault("registration.mode",
                     "who joins by an app chooses a password: with sign_on.passwords off it is "
                     "closed");
}

// What each value may be by itself and beside the others.
void check(Reader& reader) {
    Config& config = reader.config;
    const auto origin = parse_uri(config.server.origin);
    if (!origin || origin->origin() != config.server.origin) {
        reader.fault("server.origin",
                     fmt::format("\"{}\" is not an origin such as https://school.example, "
                                 "without a path or a slash at the end",
                                 config.server.origin));
        return;
    }
    if (origin->scheme == "http" && !is_loopback_host(origin->host)) {
        reader.fault("server.origin", "http is allowed on loopback only; other servers need https");
    }
    if (config.server.handle_host.empty()) config.server.handle_host = origin->authority();
    if (const auto host = parse_authority(config.server.handle_host);
        !host || *host != config.server.handle_host) {
        reader.fault("server.handle_host",
                     fmt::format("\"{}\" is not a host name", config.server.handle_host));
    }
    bool all_loopback = true;
    for (const auto& address : config.server.listen) {
        if (address.rfind(':') == std::string::npos) {
            reader.fault("server.listen", fmt::format("\"{}\" is not address:port", address));
        }
        all_loopback = all_loopback && is_loopback_host(host_of_address(address));
    }
    if (config.server.listen.empty()) reader.fault("server.listen", "names no address");
    if (!config.server.metrics_listen.empty() &&
        !is_loopback_host(host_of_address(config.server.metrics_listen))) {
        reader.fault("server.metrics_listen",
                     "must be a loopback address: metrics are not for strangers");
    }
    if (config.server.tls_certificate.empty() != config.server.tls_key.empty()) {
        reader.fault("server.tls_certificate",
                     "certificate and key are set together or not at all");
    }
    const bool testing = !config.testing.hosts.empty() || !config.testing.http_peers.empty() ||
                         !config.testing.ca_file.empty();
    if (testing && !all_loopback) {
        reader.fault("testing",
                     "test peers are refused unless every address in server.listen is on loopback");
    }
    for (const auto& network : config.testing.http_peers) {
        if (!is_loopback_network(network)) {
            reader.fault(
                "testing.http_peers",
                fmt::format("\"{}\" is not a loopback network such as 127.77.0.0/16", network));
        }
    }
    for (const auto& [host, address] : config.testing.hosts) {
        if (!is_loopback_host(host_of_address(address))) {
            reader.fault("testing.hosts",
                         fmt::format("{} points to {}, which is not on loopback", host, address));
        }
    }
    const auto& media = config.media;
    const bool has_store = !media.s3_bucket.empty() || !media.s3_access_key.empty() ||
                           !media.s3_secret_key.empty() || !media.s3_endpoint.empty();
    if (has_store && (media.s3_endpoint.empty() || media.s3_bucket.empty() ||
                      media.s3_access_key.empty() || media.s3_secret_key.empty())) {
        reader.fault("media.s3_endpoint",
                     "endpoint, bucket, access key and secret key are set together or not at all");
    }
    if (!media.s3_endpoint.empty()) {
        const auto endpoint = parse_uri(media.s3_endpoint);
        if (!endpoint || endpoint->origin() != media.s3_endpoint || endpoint->scheme != "https")
            reader.fault("media.s3_endpoint", "wants https://host, without a path");
    }
    check_district(reader);
    check_roster_service(reader);
    if (const auto& source = config.instance.source_url; !source.empty() && !parse_uri(source))
        reader.fault("instance.source_url", fmt::format("\"{}\" is no URL", source));
    check_mail(reader);
    check_sign_on(reader);
    constexpr std::string_view levels[] = {"debug", "info", "warn", "error"};
    if (std::find(std::begin(levels), std::end(levels), config.log.level) == std::end(levels)) {
        reader.fault("log.level",
                     fmt::format("\"{}\" is none of debug, info, warn, error", config.log.level));
    }
}

} // namespace

std::vector<OptionInfo> option_list() {
    std::vector<OptionInfo> list;
    for (const Option& option : options) {
        list.push_back(
            {std::string(option.name), std::string(kind_name(option)), std::string(option.help)});
    }
    return list;
}

std::variant<Config, ConfigFaults> read_config(const ConfigSources& sources) {
    Reader reader;
    if (!sources.file.empty()) read_file(reader, sources.file);
    for (const auto& [variable, text] : sources.environment) {
        if (variable == "DATABASE_URL") reader.config.database.url = text;
        // STAFFROOM_CONFIG names the file and is read with the flags.
        if (variable.rfind("STAFFROOM_", 0) != 0 || variable == "STAFFROOM_CONFIG") continue;
        if (const Option* option = find_option_of_variable(variable))
            reader.set_text(*option, text, variable);
        else
            reader.fault(variable, fmt::format("there is no option \"{}\"", guess_name(variable)));
    }
    for (const auto& setting : sources.settings) {
        const auto equals = setting.find('=');
        const auto name = setting.substr(0, equals);
        const Option* option = find_option(name);
        if (equals == std::string::npos)
            reader.fault("--set " + setting, "wants name=value");
        else if (option == nullptr)
            reader.fault("--set " + setting, fmt::format("there is no option \"{}\"", name));
        else
            reader.set_text(*option, setting.substr(equals + 1), "--set " + name);
    }
    if (reader.faults.empty()) check(reader);
    if (!reader.faults.empty()) return ConfigFaults{std::move(reader.faults)};
    return std::move(reader.config);
}

} // namespace app
