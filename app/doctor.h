#pragma once

#include "app/context.h"
#include "base/result.h"
#include "http/client.h"
#include "http/guard.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What `staffroom doctor` looks at. Every check is two functions: one gathers facts, the other
/// judges them and touches nothing, so that each judgement is tested with the thing broken.
namespace app {

enum class Health { Ok, Warning, Failed };

struct Finding {
    Health health = Health::Ok;
    std::string subject{}; ///< "database", "clock", ...
    std::string meaning{}; ///< One line: what was found and what follows from it.
    std::string remedy{};  ///< What to do; empty when nothing is to be done.
};

/// "ok       database     PostgreSQL 15.8, schema up to date", with the remedy on a line below.
std::string to_line(const Finding& finding);

struct DatabaseFacts {
    std::string failure{};  ///< Why it cannot be reached; the rest is unknown then.
    int server_version = 0; ///< 150008 for 15.8.
    int missing_migrations = 0;
    std::string pinned_origin{}; ///< What the data belong to; empty before the first start.
    std::string origin{};        ///< What the configuration says.
};
Finding judge_database(const DatabaseFacts& facts);

struct ClockFacts {
    std::optional<bool> synchronised{};   ///< By the kernel's word; empty: it does not tell.
    std::optional<long> to_database_ms{}; ///< The database's clock minus ours; empty: no database.
};
Finding judge_clock(const ClockFacts& facts);
std::optional<bool> read_clock_state();

struct NameFacts {
    std::string host{}; ///< Without port.
    bool local = false; ///< A loopback or test name: nobody else resolves it.
    Result<std::vector<http::Address>> addresses{std::vector<http::Address>{}};
};
Finding judge_name(const NameFacts& facts);

struct RelayFacts {
    std::string relay{}; ///< Empty: none is set.
    Result<Done> answer{Done{}};
};
Finding judge_relay(const RelayFacts& facts);

struct SignOnFacts {
    std::string issuer{}; ///< Empty: there is no sign-on.
    Result<Done> answer{Done{}};
};
Finding judge_sign_on(const SignOnFacts& facts);

/// An answer to a GET of ours through the open client: certificate verified, no redirect followed.
struct ReachFacts {
    std::string url{};
    bool local = false; ///< Plain http on loopback: TLS is not in use.
    Result<int> status{200};
};
Finding judge_tls(const ReachFacts& facts);
ReachFacts gather_reach(http::Client& client, const Instance& instance, bool local);

struct WebfingerFacts {
    std::string handle{}; ///< "maple.example@maple.example"
    std::string url{};
    std::string expected{}; ///< Our server actor's id.
    bool local = false;
    Result<std::string> answered{std::string{}}; ///< The actor that the answer names.
};
Finding judge_webfinger(const WebfingerFacts& facts);
/// Follows up to three redirects, as peers do: a handle's host often is a static site.
WebfingerFacts gather_webfinger(http::Client& client, const Instance& instance, bool local);

struct DiskFacts {
    std::string path{};
    std::uint64_t free_bytes = 0; ///< For ordinary users.
    std::uint64_t total_bytes = 0;
};
Finding judge_disk(const DiskFacts& facts);
/// Throws std::system_error.
DiskFacts read_disk(const std::string& path);

/// A file or folder, and the permission bits that nobody may have on it.
struct PathFacts {
    std::string path{};
    std::string what{}; ///< "the data directory"
    mode_t mode = 0;
    mode_t forbidden = 0;
};
/// One finding for each path that is too open; a single Ok when none is.
std::vector<Finding> judge_permissions(const std::vector<PathFacts>& paths);
/// Those that exist: data directory, the database's folder, configuration, TLS key, and backups
/// lying in `backup_dir`.
std::vector<PathFacts> read_permissions(const Config& config,
                                        const Start& start,
                                        const std::string& backup_dir);

struct MediaFacts {
    std::string program{};                      ///< staffroom-media; empty: not installed.
    Result<std::string> sandbox{std::string{}}; ///< What it says of its sandbox, as JSON.
    bool has_ffmpeg = false;
    std::uint64_t free_bytes = 0;
    std::uint64_t reserve_bytes = 0; ///< media.reserve_mb
};
Finding judge_media(const MediaFacts& facts);
/// Starts staffroom-media once.
MediaFacts gather_media(const Config& config, const Instance& instance);

/// PROTOCOL section 2: uploads under the name of our ids are a risk that a second name takes away.
Finding judge_media_host(const Instance& instance, bool local);

} // namespace app
