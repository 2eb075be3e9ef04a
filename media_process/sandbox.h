#pragma once

#include <cstdint>

/// What holds whatever takes this process over by a crafted file: no network, no files but those
/// of the working folder, no more memory, time and bytes than a picture or a film needs.
namespace media_process {

struct Limits {
    std::uint64_t memory_bytes = 0;
    std::uint64_t output_bytes = 0; ///< Of each file.
    std::uint64_t cpu_seconds = 0;
};

/// Which of the layers hold that a kernel or a container may lack.
struct Sandbox {
    int landlock = 0;        ///< The kernel's version of it; 0: none.
    bool no_network = false; ///< A network of its own, with nothing in it.
};

/// Makes the working folder and the input belong to nobody when started as root, and becomes
/// nobody. True: an own network was had on the way. Throws std::runtime_error.
bool drop_root();
/// Whether ffmpeg may be started: not for what is decoded in this process itself.
enum class Programs { Forbidden, Allowed };
/// What a process that was taken over could still do: asked of the kernel from inside.
struct Holes {
    bool reads_files = false; ///< Outside of the working folder and the libraries.
    bool has_sockets = false;
    bool starts_programs = false;
};
Holes find_holes();

/// Before any thread begins. Throws std::runtime_error when one of the layers that every Linux has
/// (resource limits, no new privileges, seccomp) does not hold: without them nothing is decoded.
Sandbox enter_sandbox(const Limits& limits, Programs programs, bool has_left_network = false);

} // namespace media_process
