#include "app/doctor.h"

#include "app/media_parts.h"
#include "base/json.h"
#include "base/uri.h"
#include "federation/uris.h"
#include "federation/webfinger.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace app {
namespace {

namespace fs = std::filesystem;

constexpr int oldest_postgres = 130000;
constexpr long noticeable_clock_ms = 2'000;
constexpr long wrong_clock_ms = 60'000;
constexpr std::uint64_t gibibyte = 1024ULL * 1024 * 1024;
constexpr int max_redirects = 3;

std::string version_text(int version) {
    return fmt::format("{}.{}", version / 10000, version % 10000);
}

Result<std::string> actor_in(const http::Response& response) {
    if (response.status != 200) {
        return Error{Error::Kind::Invalid, fmt::format("status {}", response.status)};
    }
    const auto document = parse_json(response.body);
    if (!document) return Error{Error::Kind::Invalid, "the answer is no JSON"};
    const auto answer = federation::parse_webfinger(*document);
    if (!answer || answer->actors.empty()) {
        return Error{Error::Kind::Invalid, "the answer names no actor"};
    }
    return answer->actors.front();
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 307 || status == 308;
}

Result<std::string> ask_webfinger(http::Client& client, std::string url) {
    for (int hop = 0; hop <= max_redirects; ++hop) {
        const auto response = client.send({.url = url});
        if (!response) return response.error();
        if (!is_redirect(response->status)) return actor_in(*response);
        const std::string location(response->headers.get("Location"));
        if (!parse_uri(location)) {
            return Error{
                Error::Kind::Invalid,
                fmt::format("{} redirects to \"{}\", which is no full URL", url, location)};
        }
        url = location;
    }
    return Error{Error::Kind::Invalid, "too many redirects"};
}

void add_path(std::vector<PathFacts>& paths, PathFacts path) {
    struct stat info {};
    if (path.path.empty() || ::stat(path.path.c_str(), &info) != 0) return;
    path.mode = info.st_mode & 07777;
    paths.push_back(std::move(path));
}

} // namespace

std::string to_line(const Finding& finding) {
    constexpr const char* words[] = {"ok", "warning", "failed"};
    auto line = fmt::format("{:8} {:12} {}\n",
                            words[static_cast<int>(finding.health)],
                            finding.subject,
                            finding.meaning);
    if (!finding.remedy.empty()) line += fmt::format("{:21} -> {}\n", "", finding.remedy);
    return line;
}

Finding judge_database(const DatabaseFacts& facts) {
    Finding finding{.subject = "database"};
    if (!facts.failure.empty()) {
        finding.health = Health::Failed;
        finding.meaning = "cannot be reached: " + facts.failure;
        finding.remedy = "start PostgreSQL or mend database.url; without database.url, see "
                         "<data_dir>/postgres/server.log";
    } else if (facts.server_version < oldest_postgres) {
        finding.health = Health::Failed;
        finding.meaning =
            fmt::format("PostgreSQL {} is too old", version_text(facts.server_version));
        finding.remedy = "move to PostgreSQL 15 or newer";
    } else if (!facts.pinned_origin.empty() && facts.pinned_origin != facts.origin) {
        finding.health = Health::Failed;
        finding.meaning = fmt::format(
            "the data belong to {}, but server.origin is {}", facts.pinned_origin, facts.origin);
        finding.remedy =
            fmt::format("set server.origin back to {}: other servers know its people by it",
                        facts.pinned_origin);
    } else if (facts.missing_migrations > 0) {
        finding.health = Health::Warning;
        finding.meaning = fmt::format("PostgreSQL {}; {} migrations have not run yet",
                                      version_text(facts.server_version),
                                      facts.missing_migrations);
        finding.remedy = "run: staffroom migrate (serve also does it at its start)";
    } else {
        finding.meaning =
            fmt::format("PostgreSQL {}, schema up to date", version_text(facts.server_version));
    }
    return finding;
}

Finding judge_clock(const ClockFacts& facts) {
    Finding finding{.subject = "clock"};
    const long difference = std::labs(facts.to_database_ms.value_or(0));
    if (difference > wrong_clock_ms) {
        finding.health = Health::Failed;
        finding.meaning =
            fmt::format("ours and the database's differ by {} s: signatures and leases go wrong",
                        difference / 1000);
        finding.remedy = "let both machines keep their time by NTP";
    } else if (difference > noticeable_clock_ms) {
        finding.health = Health::Warning;
        finding.meaning = fmt::format("ours and the database's differ by {} ms", difference);
        finding.remedy = "let both machines keep their time by NTP";
    } else if (facts.synchronised == false) {
        finding.health = Health::Warning;
        finding.meaning = "the kernel says that nothing keeps it right; peers refuse signatures "
                          "that are an hour off";
        finding.remedy = "apt-get install systemd-timesyncd, or trust the machine this one runs in";
    } else if (!facts.synchronised) {
        finding.meaning = "the kernel does not tell whether it is kept right";
    } else {
        finding.meaning = "kept right";
    }
    return finding;
}

std::optional<bool> read_clock_state() {
    timex state{}; // modes = 0: only asks.
    const int answer = ::adjtimex(&state);
    if (answer < 0) return std::nullopt;
    return answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

Finding judge_name(const NameFacts& facts) {
    Finding finding{.subject = "DNS"};
    if (facts.local) {
        finding.meaning = fmt::format("skipped: {} is a name for this machine only", facts.host);
        return finding;
    }
    if (!facts.addresses || facts.addresses->empty()) {
        finding.health = Health::Failed;
        finding.meaning = fmt::format("{} does not resolve: nobody finds this server", facts.host);
        finding.remedy = "make an A or AAAA record for it at your DNS provider";
        return finding;
    }
    const auto inside = std::ranges::find_if_not(*facts.addresses, http::is_globally_routable);
    if (inside != facts.addresses->end()) {
        finding.health = Health::Failed;
        finding.meaning = fmt::format("{} resolves to {}, which other servers cannot reach",
                                      facts.host,
                                      http::to_string(*inside));
        finding.remedy = "publish the public address (peers refuse a name with any inner address)";
        return finding;
    }
    finding.meaning =
        fmt::format("{} is {}", facts.host, http::to_string(facts.addresses->front()));
    return finding;
}

Finding judge_relay(const RelayFacts& facts) {
    if (facts.relay.empty()) {
        return {.health = Health::Ok,
                .subject = "mail",
                .meaning = "no relay is set: nobody gets mail, and nobody can join by themselves"};
    }
    if (!facts.answer) {
        return {.health = Health::Failed,
                .subject = "mail",
                .meaning = fmt::format(
                    "{} does not take our mail: {}", facts.relay, facts.answer.error().shown),
                .remedy =
                    "look at mail.relay, mail.port, mail.security and mail.user; letters wait "
                    "for two days"};
    }
    return {.health = Health::Ok,
            .subject = "mail",
            .meaning = fmt::format("{} takes our mail", facts.relay)};
}

Finding judge_sign_on(const SignOnFacts& facts) {
    Finding finding{.subject = "sign-on"};
    if (facts.issuer.empty()) {
        finding.meaning = "none is configured; members sign in with passwords";
    } else if (facts.answer) {
        finding.meaning = fmt::format("{} answers, with keys that we can check", facts.issuer);
    } else {
        finding.health = Health::Failed;
        finding.meaning =
            fmt::format("{} cannot be used: {}", facts.issuer, facts.answer.error().detail);
        finding.remedy =
            "check sign_on.issuer and whether this machine reaches it; nobody can sign "
            "on until then";
    }
    return finding;
}

Finding judge_tls(const ReachFacts& facts) {
    Finding finding{.subject = "TLS"};
    if (facts.local) {
        finding.meaning = "skipped: plain http on loopback";
    } else if (!facts.status) {
        finding.health = Health::Failed;
        finding.meaning =
            fmt::format("{} cannot be had: {}", facts.url, facts.status.error().detail);
        finding.remedy = "look at the proxy (journalctl -u caddy), at ports 80 and 443 in the "
                         "firewall, and at the certificate's name and date";
    } else if (*facts.status != 200) {
        finding.health = Health::Failed;
        finding.meaning = fmt::format("{} answers {}", facts.url, *facts.status);
        finding.remedy = "is the server running, and does the proxy send this name to it?";
    } else {
        finding.meaning = fmt::format("{} answers, with a valid certificate", facts.url);
    }
    return finding;
}

ReachFacts gather_reach(http::Client& client, const Instance& instance, bool local) {
    ReachFacts facts{.url = instance.origin + "/health/live", .local = local};
    if (local) return facts;
    const auto response = client.send({.url = facts.url});
    if (response)
        facts.status = response->status;
    else
        facts.status = response.error();
    return facts;
}

Finding judge_webfinger(const WebfingerFacts& facts) {
    Finding finding{.subject = "WebFinger"};
    if (facts.local) {
        finding.meaning = "skipped: other servers do not look up names of this machine only";
        return finding;
    }
    if (facts.answered && *facts.answered == facts.expected) {
        finding.meaning = fmt::format("@{} leads to {}", facts.handle, facts.expected);
        return finding;
    }
    finding.health = Health::Failed;
    finding.meaning =
        facts.answered
            ? fmt::format(
                  "@{} leads to {} instead of {}", facts.handle, *facts.answered, facts.expected)
            : fmt::format(
                  "@{} cannot be looked up: {}", facts.handle, facts.answered.error().detail);
    finding.remedy =
        fmt::format("{} must be answered by this server, or redirect to it", facts.url);
    return finding;
}

WebfingerFacts gather_webfinger(http::Client& client, const Instance& instance, bool local) {
    const auto origin = parse_uri(instance.origin);
    WebfingerFacts facts{
        .handle = fmt::format("{}@{}", origin ? origin->host : instance.host, instance.handle_host),
        .expected = federation::server_actor_uri(instance),
        .local = local,
    };
    facts.url = fmt::format("https://{}/.well-known/webfinger?resource={}",
                            instance.handle_host,
                            percent_encode("acct:" + facts.handle));
    if (!local) facts.answered = ask_webfinger(client, facts.url);
    return facts;
}

Finding judge_disk(const DiskFacts& facts) {
    Finding finding{.subject = "disk"};
    const auto free = static_cast<double>(facts.free_bytes) / static_cast<double>(gibibyte);
    finding.meaning = fmt::format("{:.1f} GiB free at {}", free, facts.path);
    if (facts.free_bytes < gibibyte) {
        finding.health = Health::Failed;
        finding.meaning += ": PostgreSQL stops when it is full";
    } else if (facts.free_bytes < facts.total_bytes / 10) {
        finding.health = Health::Warning;
        finding.meaning += ", less than a tenth of it";
    }
    if (finding.health != Health::Ok) finding.remedy = "make room, or move to a larger disk";
    return finding;
}

DiskFacts read_disk(const std::string& path) {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) {
        throw std::system_error(errno, std::generic_category(), path);
    }
    return {.path = path,
            .free_bytes = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize,
            .total_bytes = static_cast<std::uint64_t>(info.f_blocks) * info.f_frsize};
}

std::vector<Finding> judge_permissions(const std::vector<PathFacts>& paths) {
    std::vector<Finding> findings;
    for (const auto& path : paths) {
        const mode_t excess = path.mode & path.forbidden;
        if (excess == 0) continue;
        findings.push_back({
            .health = Health::Failed,
            .subject = "permissions",
            .meaning = fmt::format("{} {} has mode {:04o}: others can {} it",
                                   path.what,
                                   path.path,
                                   path.mode,
                                   (excess & 0022) != 0 ? "change" : "read"),
            .remedy = fmt::format("chmod {:04o} {}", path.mode & ~path.forbidden, path.path),
        });
    }
    if (findings.empty()) {
        findings.push_back({.subject = "permissions", .meaning = "data and secrets are closed"});
    }
    return findings;
}

std::vector<PathFacts> read_permissions(const Config& config,
                                        const Start& start,
                                        const std::string& backup_dir) {
    const fs::path data_dir = fs::absolute(config.server.data_dir).lexically_normal();
    std::vector<PathFacts> paths;
    add_path(paths, {.path = data_dir, .what = "the data directory", .forbidden = 0022});
    // Private keys are rows of the database.
    add_path(paths,
             {.path = data_dir / "postgres", .what = "the database's folder", .forbidden = 0077});
    add_path(paths, {.path = start.config_file, .what = "the configuration", .forbidden = 0027});
    add_path(paths,
             {.path = config.server.tls_key, .what = "the private key of TLS", .forbidden = 0027});
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(backup_dir, ignored)) {
        if (entry.path().extension() != ".tar") continue;
        add_path(paths, {.path = entry.path(), .what = "the backup", .forbidden = 0077});
    }
    return paths;
}

Finding judge_media(const MediaFacts& facts) {
    Finding finding{.subject = "media"};
    const auto fail = [&](Health health, std::string meaning, std::string remedy) {
        finding.health = health;
        finding.meaning = std::move(meaning);
        finding.remedy = std::move(remedy);
        return finding;
    };
    if (facts.program.empty()) {
        return fail(Health::Failed,
                    "staffroom-media is not installed: nobody can upload, and no picture is shown",
                    "install it beside staffroom (the build makes both)");
    }
    if (!facts.sandbox) {
        return fail(Health::Failed,
                    fmt::format("{} cannot enter its sandbox, so it does nothing", facts.program),
                    "does the service's own sandbox allow seccomp (deploy/staffroom.service)?");
    }
    const auto sandbox = parse_json(*facts.sandbox);
    const auto has = [&](const char* name) {
        return !sandbox || !sandbox->is_object() || sandbox->value(name, true);
    };
    if (has("has_sockets") || has("starts_programs")) {
        return fail(Health::Failed,
                    "the sandbox of staffroom-media has a hole: it can open sockets or start "
                    "programs",
                    "tell us which kernel this is");
    }
    if (facts.free_bytes < facts.reserve_bytes) {
        return fail(Health::Failed,
                    "the disk has less than media.reserve_mb free: uploads are refused",
                    "make room, or lower media.reserve_mb");
    }
    if (!facts.has_ffmpeg) {
        return fail(Health::Warning,
                    "pictures work, sound and film do not: there is no /usr/bin/ffmpeg",
                    "apt-get install ffmpeg");
    }
    if (has("reads_files")) {
        return fail(Health::Warning,
                    "staffroom-media works, but this kernel has no Landlock: a crafted file that "
                    "takes it over could read what its user can",
                    "a kernel of Debian 12 or later has it");
    }
    finding.meaning = "pictures, sound and film are processed in a whole sandbox";
    return finding;
}

MediaFacts gather_media(const Config& config, const Instance& instance) {
    MediaFacts facts{.program = find_media_program(),
                     .has_ffmpeg = fs::exists("/usr/bin/ffmpeg") && fs::exists("/usr/bin/ffprobe"),
                     .free_bytes = media::free_bytes(instance.data_dir),
                     .reserve_bytes =
                         static_cast<std::uint64_t>(config.media.reserve_mb) * 1024 * 1024};
    if (facts.program.empty()) return facts;
    // Looking must not change the data: the one file it needs lies elsewhere.
    const auto folder = fs::temp_directory_path() / fmt::format("staffroom-doctor-{}", ::getpid());
    media::Box box({.program = facts.program, .work_folder = folder.string()});
    facts.sandbox = box.check();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return facts;
}

Finding judge_media_host(const Instance& instance, bool local) {
    Finding finding{.subject = "media host"};
    if (!instance.media_host.empty()) {
        finding.meaning = fmt::format("uploads are served from {}", instance.media_host);
    } else if (local) {
        finding.meaning = "skipped: not needed on this machine only";
    } else {
        finding.health = Health::Warning;
        finding.meaning = fmt::format("uploads are served from {}, the name of our ids; a second "
                                      "name keeps a foreign file from ever speaking for it",
                                      instance.host);
        finding.remedy = "set server.media_host to another name that leads to this server";
    }
    return finding;
}

} // namespace app
