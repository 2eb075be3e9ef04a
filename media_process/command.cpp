#include "media_process/command.h"

#include "media_process/answer.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace media_process {
namespace {

[[noreturn]] void become(char* const* arguments, int output) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(output, STDOUT_FILENO);
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    ::execv(arguments[0], arguments);
    ::_exit(127);
}

std::string read_all(int descriptor, std::size_t most_bytes) {
    std::string text;
    std::array<char, 8192> buffer{};
    for (;;) {
        const auto count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return text;
        // The rest is read and forgotten, so that the program ends by itself.
        if (text.size() <= most_bytes) text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

} // namespace

std::string run(const std::vector<std::string>& arguments, std::size_t most_bytes) {
    std::vector<char*> pointers;
    for (const auto& argument : arguments)
        pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) become(pointers.data(), ends[1]);
    ::close(ends[1]);
    auto text = child > 0 ? read_all(ends[0], most_bytes) : std::string();
    ::close(ends[0]);
    if (child < 0) throw std::runtime_error("no process");
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        throw std::runtime_error("no " + arguments[0]);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || text.size() > most_bytes)
        throw Refused("broken");
    return text;
}

} // namespace media_process
