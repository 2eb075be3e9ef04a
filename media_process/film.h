#pragma once

#include "media_process/answer.h"
#include "media_process/sniff.h"

#include <string>

namespace media_process {

constexpr auto ffmpeg_program = "/usr/bin/ffmpeg";
constexpr auto ffprobe_program = "/usr/bin/ffprobe";

/// Sound and film in `file`, which is of that format: written anew as MP4 (H.264, AAC) or MP3
/// without metadata; streams that are so already are copied, others are transcoded. A film without
/// sound is a gifv. Writes "original" and, of a film, "small", its first frame. Throws Refused.
Answer process_film(const std::string& file, Format format);

/// Whether a GIF moves. Throws Refused.
bool is_animated_gif(const std::string& file);

} // namespace media_process
