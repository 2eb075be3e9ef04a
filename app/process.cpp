#include "app/process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <system_error>

namespace app {
namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    void set(int number) {
        close();
        number_ = number;
    }
    int get() const { return number_; }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }

  private:
    int number_;
};

struct Pipe {
    Descriptor read_end;
    Descriptor write_end;
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
        read_end.set(ends[0]);
        write_end.set(ends[1]);
    }
};

struct Identity {
    uid_t user = 0;
    gid_t group = 0;
};

Identity find_identity(const std::string& name) {
    const passwd* entry = ::getpwnam(name.c_str());
    if (entry == nullptr) {
        throw std::system_error(ENOENT, std::generic_category(), "no user named " + name);
    }
    return {entry->pw_uid, entry->pw_gid};
}

// Only calls that are safe between fork and exec in a program with threads.
[[noreturn]] void become(
    char* const* arguments, const Identity* identity, int input, int output, int errors) {
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    // A database that we start must not hold our listening socket and connections open after us.
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    ::setsid(); // A Ctrl-C at the terminal is for us; we end our children ourselves.
    if (identity != nullptr) {
        if (::setgroups(0, nullptr) != 0 || ::setgid(identity->group) != 0 ||
            ::setuid(identity->user) != 0) {
            ::_exit(126);
        }
    }
    ::execvp(arguments[0], arguments);
    ::_exit(127);
}

// Reads both pipes until both are closed.
void collect(const Pipe& output, const Pipe& errors, Ended& ended) {
    constexpr std::size_t most_errors = 4096;
    std::array<pollfd, 2> waiting{
        {{output.read_end.get(), POLLIN, 0}, {errors.read_end.get(), POLLIN, 0}}};
    std::array<std::string*, 2> texts{&ended.output, &ended.errors};
    std::array<char, 8192> buffer{};
    for (int open = 2; open > 0;) {
        if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) fail("poll");
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (waiting.at(i).fd < 0 || waiting.at(i).revents == 0) continue;
            const auto count = ::read(waiting.at(i).fd, buffer.data(), buffer.size());
            if (count > 0) {
                texts.at(i)->append(buffer.data(), static_cast<std::size_t>(count));
            } else if (count == 0 || errno != EINTR) {
                waiting.at(i).fd = -1;
                --open;
            }
        }
        if (ended.errors.size() > most_errors) {
            ended.errors.erase(0, ended.errors.size() - most_errors);
        }
    }
}

} // namespace

Ended run_command(const Command& command) {
    Pipe output;
    Pipe errors;
    const char* input_name = command.input_file.empty() ? "/dev/null" : command.input_file.c_str();
    const Descriptor input(::open(input_name, O_RDONLY | O_CLOEXEC));
    if (input.get() < 0) fail(input_name);
    Descriptor file;
    if (!command.output_file.empty()) {
        file.set(
            ::open(command.output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (file.get() < 0) fail(command.output_file.c_str());
    }
    Identity identity;
    if (!command.user.empty()) identity = find_identity(command.user);

    std::vector<char*> arguments;
    for (const auto& argument : command.arguments)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        become(arguments.data(),
               command.user.empty() ? nullptr : &identity,
               input.get(),
               file.get() >= 0 ? file.get() : output.write_end.get(),
               errors.write_end.get());
    }
    output.write_end.close();
    errors.write_end.close();
    Ended ended;
    collect(output, errors, ended);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) fail("waitpid");
    }
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
}

std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        const auto candidate = folder + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return {};
}

} // namespace app
