#pragma once

#include <string_view>

namespace media_process {

/// What a file is by its first bytes. Its name and what its sender calls it do not count.
enum class Format {
    Unknown,
    Document, ///< SVG, HTML, XML, PDF: may run something where it is shown, so it is no picture.
    Jpeg,
    Png,
    Gif,
    Webp,
    Heif,
    Mov, ///< Also MP4, M4A, 3GP.
    Matroska,
    Ogg,
    Mp3,
    Aac,
    Flac,
    Wav,
};

/// How many bytes sniff() looks at, at most.
constexpr std::size_t sniffed_bytes = 512;

Format sniff(std::string_view first_bytes);
bool is_picture(Format format);

} // namespace media_process
