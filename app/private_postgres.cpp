#include "app/private_postgres.h"

#include "app/process.h"
#include "base/crypto.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>

namespace app {
namespace {

namespace fs = std::filesystem;

constexpr auto system_user = "staffroom";

std::string last_lines(const std::string& text) {
    return text.size() > 600 ? "… " + text.substr(text.size() - 600) : text;
}

void check(const Ended& ended, const std::string& what) {
    if (ended.code == 0) return;
    throw std::runtime_error(fmt::format(
        "{} failed (exit {}): {}", what, ended.code, last_lines(ended.errors + ended.output)));
}

void give_to(const std::string& path, const std::string& user) {
    if (user.empty()) return;
    const passwd* entry = ::getpwnam(user.c_str());
    if (entry == nullptr || ::chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0) {
        throw std::runtime_error(fmt::format("cannot hand {} to the user {}", path, user));
    }
}

// Whom PostgreSQL runs as when we are root. The user is made when it is missing.
std::string user_for_postgres() {
    if (::geteuid() != 0) return {};
    if (::getpwnam(system_user) == nullptr) {
        check(run_command({.arguments = {"useradd",
                                         "--system",
                                         "--no-create-home",
                                         "--shell",
                                         "/usr/sbin/nologin",
                                         system_user}}),
              "making the system user staffroom");
    }
    return system_user;
}

// A short path that is the same at every start and that nobody else can enter.
std::string make_socket_dir(const std::string& data_dir, const std::string& user) {
    const auto name = fmt::format(
        "staffroom-{}-{}", ::geteuid(), crypto::hex(crypto::sha256(data_dir)).substr(0, 12));
    const auto path = fs::path("/tmp") / name;
    if (::mkdir(path.c_str(), 0700) == 0) {
        give_to(path, user);
        return path;
    }
    // Somebody may have made it before us: it must be ours, and no link.
    struct stat info {};
    const passwd* entry = user.empty() ? nullptr : ::getpwnam(user.c_str());
    const uid_t owner = entry != nullptr ? entry->pw_uid : ::geteuid();
    if (::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != owner ||
        (info.st_mode & 0077) != 0) {
        throw std::runtime_error(
            fmt::format("{} is not a private folder of ours: remove it", path.string()));
    }
    return path;
}

} // namespace

std::string postgres_programs() {
    std::string best;
    int best_version = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
        const int version = std::atoi(entry.path().filename().c_str());
        if (version > best_version && fs::exists(entry.path() / "bin/initdb")) {
            best_version = version;
            best = entry.path() / "bin";
        }
    }
    return best;
}

PrivatePostgres::PrivatePostgres(const std::string& data_dir) : user_(user_for_postgres()) {
    fs::create_directories(data_dir);
    const auto root = fs::canonical(data_dir);
    // Its own folder below stays closed; the way to it must be open to whom it runs as.
    if (!user_.empty()) fs::permissions(root, fs::perms::others_exec, fs::perm_options::add);
    data_dir_ = root / "postgres";
    socket_dir_ = make_socket_dir(root, user_);
    url_ = fmt::format("host={} user=staffroom dbname=staffroom connect_timeout=5 "
                       "application_name=staffroom",
                       socket_dir_);
    if (become_manager()) {
        make_cluster();
        start();
    }
}

PrivatePostgres::~PrivatePostgres() {
    if (lock_ < 0) return;
    try {
        spdlog::info("app: stopping postgres");
        run_command({.arguments = {postgres_programs() + "/pg_ctl",
                                   "-D",
                                   data_dir_,
                                   "-m",
                                   "fast",
                                   "-w",
                                   "-t",
                                   "8",
                                   "stop"},
                     .user = user_});
    } catch (const std::exception& error) {
        spdlog::error("app: postgres did not stop: {}", error.what());
    }
    ::close(lock_);
}

bool PrivatePostgres::become_manager() {
    const auto path = data_dir_ + ".lock";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error(fmt::format("cannot write {}", path));
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        return false;
    }
    lock_ = file;
    return true;
}

void PrivatePostgres::make_cluster() {
    const auto programs = postgres_programs();
    if (programs.empty()) {
        throw std::runtime_error("PostgreSQL is not installed: apt-get install postgresql");
    }
    if (fs::exists(fs::path(data_dir_) / "PG_VERSION")) return;
    spdlog::info("app: making a database in {}", data_dir_);
    // initdb that was cut short leaves no PG_VERSION behind its back: begin again.
    const auto half = data_dir_ + ".new";
    fs::remove_all(half);
    fs::create_directory(half);
    fs::permissions(half, fs::perms::owner_all);
    give_to(half, user_);
    const auto made = run_command({.arguments = {programs + "/initdb",
                                                 "-D",
                                                 half,
                                                 "-U",
                                                 "staffroom",
                                                 "-A",
                                                 "trust",
                                                 "-E",
                                                 "UTF8",
                                                 "--locale=C.UTF-8"},
                                   .user = user_});
    if (made.code != 0) {
        throw std::runtime_error(fmt::format(
            "initdb failed: {}{}",
            last_lines(made.errors),
            user_.empty()
                ? ""
                : "\nPostgreSQL runs as the user staffroom, which must be able to reach the data "
                  "directory: choose another one, --data-dir /var/lib/staffroom"));
    }
    std::ofstream settings(half + "/postgresql.conf", std::ios::app);
    settings << "\n# Written by staffroom. Access is by the socket only, whose folder nobody else "
                "can enter.\n"
                "listen_addresses = ''\n"
                "unix_socket_directories = '"
             << socket_dir_
             << "'\n"
                "unix_socket_permissions = 0700\n"
                "max_connections = 200\n"
                "shared_buffers = 128MB\n"
                "max_wal_size = 2GB\n"
                "log_min_messages = warning\n"
                "log_timezone = 'UTC'\n";
    settings.close();
    if (!settings) throw std::runtime_error(fmt::format("cannot write {}", half));
    fs::rename(half, data_dir_);
}

bool PrivatePostgres::runs() const {
    std::ifstream file(data_dir_ + "/postmaster.pid");
    pid_t pid = 0;
    if (!(file >> pid) || pid <= 0) return false;
    // After a reboot the number may belong to another program.
    std::ifstream name(fmt::format("/proc/{}/comm", pid));
    std::string program;
    return std::getline(name, program) && program == "postgres";
}

void PrivatePostgres::start() {
    const auto programs = postgres_programs();
    const auto log = data_dir_ + "/server.log";
    const bool ran_before = runs();
    if (!ran_before) {
        // The folder of the socket is under /tmp, which a reboot empties; the option also outlives
        // a data directory that was moved.
        check(run_command({.arguments = {programs + "/pg_ctl",
                                         "-D",
                                         data_dir_,
                                         "-l",
                                         log,
                                         "-w",
                                         "-t",
                                         "60",
                                         "-o",
                                         "-k " + socket_dir_,
                                         "start"},
                           .user = user_}),
              fmt::format("starting PostgreSQL (see {})", log));
    }
    const auto exists =
        run_command({.arguments = {programs + "/psql",
                                   "-h",
                                   socket_dir_,
                                   "-U",
                                   "staffroom",
                                   "-d",
                                   "postgres",
                                   "-qtAc",
                                   "SELECT 1 FROM pg_database WHERE datname = 'staffroom'"},
                     .user = user_});
    check(exists, "asking PostgreSQL");
    if (exists.output.rfind('1', 0) != 0) {
        check(run_command(
                  {.arguments =
                       {programs + "/createdb", "-h", socket_dir_, "-U", "staffroom", "staffroom"},
                   .user = user_}),
              "making the database staffroom");
    }
    spdlog::info("app: postgres {} data={}", ran_before ? "was running" : "started", data_dir_);
}

void PrivatePostgres::watch(const std::stop_token& stop, std::chrono::milliseconds interval) {
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
        try {
            if (lock_ < 0 && become_manager())
                spdlog::info("app: postgres is managed by this process now");
            if (lock_ >= 0 && !runs()) {
                spdlog::warn("app: postgres is gone, starting it again");
                start();
            }
        } catch (const std::exception& error) {
            spdlog::error("app: postgres cannot be started: {}", error.what());
        }
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, interval, [] { return false; });
    }
}

} // namespace app
