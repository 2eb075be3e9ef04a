#pragma once

#include "media_process/answer.h"
#include "media_process/sniff.h"

#include <string>

namespace media_process {

/// Starts libvips. Throws std::runtime_error.
void start_pictures(const char* program_name);

/// Decodes the picture in `file`, which is of that format, turns it as its EXIF says, and writes
/// new files without any metadata: "original" and, for attachments, "small". Never copies a byte
/// of the input. Throws Refused.
Answer process_picture(const std::string& file, Format format, Profile profile);

} // namespace media_process
