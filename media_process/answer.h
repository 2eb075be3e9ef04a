#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace media_process {

/// Why a file is not taken. The server has the sentence that people read: what a decoder of foreign
/// files says is no text to show.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One file that was written into the working folder.
struct Output {
    std::string media_type{}; ///< Empty: there is none.
    int width = 0;
    int height = 0;
};

/// What became of the input: "original" and perhaps "small" in the working folder.
struct Answer {
    std::string type{}; ///< image, gifv, video, audio.
    Output original{};
    Output small{};
    std::string blurhash{};
    std::int64_t duration_ms = 0;
    std::string frame_rate{}; ///< "30000/1001"; empty: none.
    std::int64_t bit_rate = 0;
};

/// What the result is for, which says how large it may be.
enum class Profile { Attachment, Thumbnail, Avatar, Header, Emoji };

} // namespace media_process
