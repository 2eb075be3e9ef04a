#pragma once

#include <string>
#include <vector>

namespace media_process {

/// Runs a program without a shell, nothing on its standard input, and returns what it printed.
/// Throws Refused("broken") when it fails or prints more than `most_bytes`: whatever a decoder
/// stumbles over is the file's fault. The limits and the sandbox of this process hold for it too.
std::string run(const std::vector<std::string>& arguments, std::size_t most_bytes = 256UL * 1024);

} // namespace media_process
