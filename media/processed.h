#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace media {

/// One file that the box made.
struct MadeFile {
    std::string media_type{}; ///< Empty: there is none.
    int width = 0;
    int height = 0;
};

/// What the box says of a file.
struct Processed {
    std::string type{}; ///< image, gifv, video, audio.
    MadeFile original{};
    MadeFile small{};
    std::string blurhash{};
    std::int64_t duration_ms = 0;
    std::string frame_rate{};
    std::int64_t bit_rate = 0;
};

/// Reads the box's answer, which is as much to be trusted as the file it decoded: known types,
/// possible sizes, nothing else. Errors: Unprocessable (the file is refused; `shown` says why),
/// Unavailable (that is no answer).
Result<Processed> parse_answer(std::string_view text);

/// "jpg"; "" for a type that we do not serve.
std::string_view extension_of(std::string_view media_type);
/// By the extension of a stored file; "" when it is none of ours.
std::string_view media_type_of(std::string_view file_name);

} // namespace media
