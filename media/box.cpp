#include "media/box.h"

#include "base/crypto.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace media {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::size_t max_answer_bytes = 16UL * 1024;
constexpr milliseconds between_looks{100}; ///< How late a stop is noticed.

Error unavailable(std::string detail) {
    return {.kind = Error::Kind::Unavailable, .detail = std::move(detail), .retry_after_s = 5};
}

/// posix_spawn's two lists, which must be destroyed.
struct SpawnLists {
    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};
    SpawnLists() {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawnattr_init(&attributes);
    }
    ~SpawnLists() {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }
    SpawnLists(const SpawnLists&) = delete;
    SpawnLists& operator=(const SpawnLists&) = delete;
};

struct Child {
    pid_t process = -1;
    Descriptor output{};
};

// It inherits nothing: no descriptor, no blocked signal, no environment with secrets.
Result<Child> start(const std::string& program,
                    const std::string& folder,
                    const std::string& argument) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return unavailable("media: no pipe");
    Child child{.output = Descriptor(ends[0])};
    const Descriptor write_end(ends[1]);
    SpawnLists lists;
    ::posix_spawn_file_actions_addchdir_np(&lists.files, folder.c_str());
    ::posix_spawn_file_actions_addopen(&lists.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&lists.files, write_end.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&lists.files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&lists.files, STDERR_FILENO + 1);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&lists.attributes, &none);
    ::posix_spawnattr_setsigdefault(&lists.attributes, &all);
    ::posix_spawnattr_setpgroup(&lists.attributes, 0);
    ::posix_spawnattr_setflags(
        &lists.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string name = program;
    std::string what = argument;
    std::array<char*, 3> arguments{name.data(), what.data(), nullptr};
    std::string path = "PATH=/usr/bin:/bin";
    std::string language = "LC_ALL=C.UTF-8";
    std::string arenas = "MALLOC_ARENA_MAX=2";
    std::array<char*, 4> environment{path.data(), language.data(), arenas.data(), nullptr};
    const int failure = ::posix_spawn(&child.process,
                                      program.c_str(),
                                      &lists.files,
                                      &lists.attributes,
                                      arguments.data(),
                                      environment.data());
    if (failure != 0) return unavailable(fmt::format("media: cannot start {}", program));
    return child;
}

/// Whether the child may be waited for any longer.
using MayWait = std::function<bool()>;

// The end of the output is the end of the program and of all that it started.
bool read_output(const Child& child, std::string& text, const MayWait& may_wait) {
    std::array<char, 4096> buffer{};
    while (may_wait()) {
        pollfd waiting{.fd = child.output.get(), .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, static_cast<int>(between_looks.count())) <= 0) continue;
        const auto count = ::read(child.output.get(), buffer.data(), buffer.size());
        if (count == 0) return true;
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > max_answer_bytes) return false;
    }
    return false;
}

int end(const Child& child) {
    ::kill(-child.process, SIGKILL);
    int status = 0;
    while (::waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

std::string_view to_string(Profile profile) {
    constexpr std::array<std::string_view, 5> names{
        "attachment", "thumbnail", "avatar", "header", "emoji"};
    return names.at(static_cast<std::size_t>(profile));
}

WorkFolder::WorkFolder(const std::string& parent) {
    fs::create_directories(parent);
    const auto name = fmt::format("{}/{}", parent, crypto::hex(crypto::random_bytes(8)));
    if (::mkdir(name.c_str(), 0700) != 0)
        throw std::runtime_error(fmt::format("media: cannot make a folder in {}", parent));
    path_ = name;
}

WorkFolder::~WorkFolder() {
    if (path_.empty()) return;
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

Descriptor WorkFolder::open(const char* name) const {
    const auto path = path_ + "/" + name;
    Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    struct stat state {};
    if (!file || ::fstat(file.get(), &state) != 0 || !S_ISREG(state.st_mode)) return Descriptor();
    return file;
}

Box::Box(BoxOptions options) : options_(std::move(options)), places_(options_.at_once) {}

Result<std::string> Box::spawn(const std::string& folder,
                               const std::string& argument,
                               std::chrono::seconds time) const {
    auto child = start(options_.program, folder, argument);
    if (!child) return child.error();
    const auto latest = std::chrono::steady_clock::now() + time;
    std::string text;
    const bool has_ended = read_output(
        *child, text, [&] { return !stopping_ && std::chrono::steady_clock::now() < latest; });
    if (has_ended) {
        // It closed its output last of all; give it the moment to end by itself.
        siginfo_t information{};
        for (int look = 0; look < 50; ++look) {
            ::waitid(P_PID,
                     static_cast<id_t>(child->process),
                     &information,
                     WEXITED | WNOWAIT | WNOHANG);
            if (information.si_pid != 0) break;
            ::poll(nullptr, 0, 10);
        }
    }
    const int code = end(*child);
    if (stopping_) return unavailable("media: the server stops");
    if (!has_ended) {
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = "media: took too long",
                     .shown = "Validation failed: File takes too long to process"};
    }
    if (code == 3 || code == 127) return unavailable("media: staffroom-media cannot work here");
    if (code != 0) {
        // A limit ended it, or what it decoded did.
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = fmt::format("media: staffroom-media ended with {}", code),
                     .shown = "Validation failed: File cannot be processed"};
    }
    return text;
}

Result<Made> Box::run(Profile profile,
                      const WriteInput& write_input,
                      std::chrono::seconds time,
                      std::chrono::seconds patience) {
    if (stopping_ || !places_.try_acquire_for(patience)) return unavailable("media: no turn");
    struct Turn {
        std::counting_semaphore<64>& places;
        ~Turn() { places.release(); }
    };
    const Turn turn{places_};
    WorkFolder folder(options_.work_folder);
    {
        const auto path = folder.path() + "/input";
        const Descriptor input(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!input || !write_input(input.get())) return unavailable("media: no room for the input");
    }
    const auto text = spawn(folder.path(), std::string(to_string(profile)), time);
    if (!text) return text.error();
    auto what = parse_answer(*text);
    if (!what) return what.error();
    return Made{.what = std::move(*what), .folder = std::move(folder)};
}

Result<std::string> Box::check() {
    const WorkFolder folder(options_.work_folder);
    return spawn(folder.path(), "check", std::chrono::seconds{20});
}

} // namespace media
