#pragma once

#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace app {

/// Everything that an administrator can set. Read once at start: the TOML file, then the
/// environment (STAFFROOM_SERVER_ORIGIN for server.origin), then flags (--set server.origin=…), the
/// last one wins.
struct Config {
    struct Server {
        std::string origin = "http://localhost:8080"; ///< Fixed for good after the first start.
        std::string handle_host{};                    ///< Empty: the origin's host.
        std::string media_host{};
        std::vector<std::string> listen{"127.0.0.1:8080"};
        std::string metrics_listen{}; ///< Empty: no metrics. A loopback address.
        std::vector<std::string> trusted_proxies{};
        std::string tls_certificate{};
        std::string tls_key{};
        std::string data_dir = "./data";
        std::int64_t io_threads = 2;
        std::int64_t handler_threads = 16;
        std::int64_t max_connections = 8192;
        std::int64_t max_connections_per_address = 256;
    } server{};
    struct Database {
        std::string url{}; ///< Empty: an own PostgreSQL under data_dir.
        std::int64_t connections = 24;
    } database{};
    struct Instance {
        std::string title = "Staffroom";
        std::string description = "A place for educators.";
        std::string contact_email{};
        std::string privacy_policy{}; ///< A file of HTML; empty: what the software does by itself.
        std::string terms_of_service{}; ///< A file of HTML; empty: none.
        std::string
            source_url{}; ///< Where /source leads; empty: to the archive beside the program.
    } instance{};
    struct Federation {
        bool rfc9421_first = false; ///< First knock at hosts whose scheme is not known.
        std::vector<std::string> extra_ports{};
        std::int64_t inbox_workers = 2;
        std::int64_t delivery_senders = 96;
    } federation{};
    struct Limits {
        std::int64_t requests_per_5_minutes = 300;   ///< Per token or address; 0: none.
        std::int64_t inbox_requests_per_second = 50; ///< Per signing host; 0: none.
        std::int64_t sign_in_attempts = 10;          ///< Per account and address, in 10 minutes.
        std::int64_t streams_per_member = 32;        ///< Open at once, in one process.
        std::int64_t streams_per_address = 1024;     ///< Likewise, also behind a proxy.
    } limits{};
    struct Media {
        std::int64_t quota_mb = 5'120;   ///< Of each member; 0: none.
        std::int64_t cache_mb = 10'240;  ///< Copies of remote media.
        std::int64_t cache_days = 30;    ///< After the last look.
        std::int64_t reserve_mb = 1'024; ///< What must stay free on the disk.
        std::string s3_endpoint{};       ///< Empty: files lie under data_dir.
        std::string s3_region = "us-east-1";
        std::string s3_bucket{};
        std::string s3_access_key{};
        std::string s3_secret_key{};
    } media{};
    /// How strangers become members. Closed: an administrator makes every account.
    struct Registration {
        std::string mode = "closed"; ///< "closed", "approval", "open"; the latter two need a relay.
        bool reason_required = true;
        std::int64_t min_age = 0;
        std::string message{};
    } registration{};
    /// What attestations say of the district, and how long they hold.
    struct District {
        std::string region{};                  ///< "US-CA" (ISO 3166-2).
        std::string school_year_end = "07-31"; ///< Its last day.
        std::int64_t grace_days = 31;          ///< Until the new year's roster is there.
    } district{};
    /// The SMTP relay that takes our mail.
    struct Mail {
        std::string relay{}; ///< "smtp.school.example"; empty: no mail is sent.
        std::int64_t port = 587;
        std::string security = "starttls"; ///< "starttls", "tls"; "none" on loopback only.
        std::string user{};
        std::string password{};
        std::string from{}; ///< Empty: no-reply@ and the handles' host.
    } mail{};
    /// Who works in the district (docs/roster.md).
    struct Roster {
        std::string watch{}; ///< A folder where packages are put; empty: none.
        std::vector<std::string> student_domains{};
        std::int64_t shrink_percent = 10;
        std::int64_t shrink_least = 5;
        std::string rest_url{}; ///< Of a OneRoster service; empty: none. No slash at the end.
        std::string rest_version = "1.2"; ///< "1.1", "1.2".
        std::string rest_token_url{};
        std::string rest_client_id{};
        std::string rest_client_secret{};
        std::string rest_client_secret_file{}; ///< Read into the former.
        std::string rest_scope{};              ///< Empty: roster-core.readonly of the version.
        bool rest_students = false;
        std::int64_t rest_hours = 24; ///< 0: only when somebody asks.
    } roster{};
    /// Single sign-on with the district's OpenID provider (docs/sign-on.md).
    struct SignOn {
        std::string preset{}; ///< "clever", "classlink", "google", "entra", "generic"; empty: none.
        std::string issuer{};
        std::string client_id{};
        std::string client_secret{};
        std::string client_secret_file{}; ///< Read once, into client_secret.
        std::string label{};
        std::vector<std::string> scopes{};
        std::vector<std::string> tenants{};
        std::string role_claim{};
        std::vector<std::string> staff_values{};
        std::vector<std::string> student_values{};
        std::string person_claim{};
        bool passwords = true;
        std::string break_glass{}; ///< The owner who keeps the password when `passwords` is off.
    } sign_on{};
    /// The district's directory (SCIM 2.0).
    struct Scim {
        std::map<std::string, std::string> user_types{}; ///< "Teacher" -> "teacher".
    } scim{};
    struct Log {
        std::string level = "info";
    } log{};
    /// Refused unless every listener is on loopback.
    struct Testing {
        std::map<std::string, std::string> hosts{}; ///< "mastodon.example" -> "127.0.0.1:7001".
        std::vector<std::string> http_peers{};      ///< "127.77.0.0/16".
        std::string ca_file{};                      ///< Trusted beside the system's, for TLS peers.
    } testing{};
};

/// What an option is called and what it is for; `config options` lists them.
struct OptionInfo {
    std::string name;
    std::string kind; ///< "text", "number", "switch", "list", "table".
    std::string help;
};
std::vector<OptionInfo> option_list();

struct ConfigSources {
    std::string file{};                               ///< Empty: none.
    std::map<std::string, std::string> environment{}; ///< Of the process.
    std::vector<std::string> settings{};              ///< "server.origin=https://…".
};

/// Every fault at once, each with file and line, or the variable or flag it stands in.
struct ConfigFaults {
    std::vector<std::string> faults;
};

/// Reads and checks. Never throws. Unknown keys are faults, and so is what cannot work together:
/// an http origin off loopback, testing switches with a public listener.
std::variant<Config, ConfigFaults> read_config(const ConfigSources& sources);

} // namespace app
