#pragma once

#include <string>
#include <vector>

namespace app {

struct Command {
    std::vector<std::string> arguments; ///< The program first; found by PATH.
    std::string user{};                 ///< Run as this user; only root may ask for it.
    std::string input_file{};           ///< "": nothing to read.
    std::string output_file{};          ///< "": standard output is returned.
};

struct Ended {
    int code = 0; ///< Exit code; 128 + signal when it was killed.
    std::string output;
    std::string errors; ///< Standard error, the last 4 KiB.
};

/// Runs a program without a shell and waits for it. Throws std::system_error when it cannot start.
Ended run_command(const Command& command);

/// "" when no such program is installed.
std::string find_program(const std::string& name);

} // namespace app
