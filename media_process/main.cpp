#include "media_process/film.h"
#include "media_process/picture.h"
#include "media_process/sandbox.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// staffroom-media PROFILE: makes of the file "input" in the working folder what may be shown:
/// "original", perhaps "small", and one line of JSON on standard output. Started by the server for
/// one file and ended by it; see docs/decisions/0090-media-in-a-box.md.
/// Exit code 0: an answer was written (which may be that the file is refused); 2: wrong use;
/// 3: the sandbox or a program that is needed is missing.
namespace media_process {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t mib = 1024UL * 1024;
constexpr Limits picture_limits{
    .memory_bytes = 1536 * mib, .output_bytes = 40 * mib, .cpu_seconds = 30};
constexpr Limits film_limits{
    .memory_bytes = 3072 * mib, .output_bytes = 200 * mib, .cpu_seconds = 1'200};

std::optional<Profile> parse_profile(std::string_view name) {
    constexpr std::array names{std::pair{std::string_view("attachment"), Profile::Attachment},
                               std::pair{std::string_view("thumbnail"), Profile::Thumbnail},
                               std::pair{std::string_view("avatar"), Profile::Avatar},
                               std::pair{std::string_view("header"), Profile::Header},
                               std::pair{std::string_view("emoji"), Profile::Emoji}};
    for (const auto& [known, profile] : names) {
        if (known == name) return profile;
    }
    return std::nullopt;
}

std::string read_start() {
    std::string bytes(sniffed_bytes, '\0');
    const int file = ::open("input", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) throw std::runtime_error("there is no input");
    const auto count = ::read(file, bytes.data(), bytes.size());
    ::close(file);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

Json describe(const Output& output) {
    return {{"media_type", output.media_type}, {"width", output.width}, {"height", output.height}};
}

Json describe(const Answer& answer) {
    Json json{{"type", answer.type},
              {"original", describe(answer.original)},
              {"blurhash", answer.blurhash},
              {"duration_ms", answer.duration_ms},
              {"frame_rate", answer.frame_rate},
              {"bit_rate", answer.bit_rate}};
    if (!answer.small.media_type.empty()) json["small"] = describe(answer.small);
    return json;
}

Json describe(const Sandbox& sandbox, const Holes& holes) {
    return {{"landlock", sandbox.landlock},
            {"no_network", sandbox.no_network},
            {"reads_files", holes.reads_files},
            {"has_sockets", holes.has_sockets},
            {"starts_programs", holes.starts_programs}};
}

Answer process(Format format, Profile profile) {
    if (format == Format::Document) throw Refused("document");
    if (format == Format::Unknown) throw Refused("unknown");
    const bool is_film =
        profile == Profile::Attachment &&
        (!is_picture(format) || (format == Format::Gif && is_animated_gif("input")));
    if (is_film) return process_film("input", format);
    if (!is_picture(format)) throw Refused("no-picture");
    return process_picture("input", format, profile);
}

Json answer_for(Format format, Profile profile) {
    try {
        return describe(process(format, profile));
    } catch (const Refused& refused) {
        return {{"refused", refused.what()}};
    }
}

int run(std::string_view argument) {
    const auto profile = parse_profile(argument);
    if (!profile && argument != "check") {
        std::fputs("usage: staffroom-media attachment|thumbnail|avatar|header|emoji|check\n",
                   stderr);
        return 2;
    }
    const auto start = profile ? read_start() : std::string();
    if (start.empty() && profile) {
        std::puts(R"({"refused":"empty"})");
        return 0;
    }
    const auto format = sniff(start);
    // Its modules are read before the files are closed off.
    start_pictures("staffroom-media");
    const bool has_left = profile && drop_root();
    const bool may_be_film = profile && (!is_picture(format) || format == Format::Gif);
    const auto sandbox = may_be_film ? enter_sandbox(film_limits, Programs::Allowed, has_left)
                                     : enter_sandbox(picture_limits, Programs::Forbidden, has_left);
    const Json json = profile ? answer_for(format, *profile) : describe(sandbox, find_holes());
    std::puts(json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    return 0;
}

} // namespace
} // namespace media_process

int main(int count, char** arguments) {
    int code = 3;
    try {
        code = media_process::run(count == 2 ? arguments[1] : "");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "staffroom-media: %s\n", error.what());
    }
    std::fflush(stdout);
    // Nothing that a crafted file left behind is tidied up.
    ::_exit(code);
}
