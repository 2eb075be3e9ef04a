#include "media_process/sniff.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace media_process {
namespace {

using namespace std::string_view_literals;

struct Magic {
    std::size_t offset;
    std::string_view bytes;
    Format format;
};

constexpr std::array magics{
    Magic{0, "\xff\xd8\xff"sv, Format::Jpeg},
    Magic{0, "\x89PNG\r\n\x1a\n"sv, Format::Png},
    Magic{0, "GIF87a"sv, Format::Gif},
    Magic{0, "GIF89a"sv, Format::Gif},
    Magic{0, "\x1a\x45\xdf\xa3"sv, Format::Matroska},
    Magic{0, "OggS"sv, Format::Ogg},
    Magic{0, "fLaC"sv, Format::Flac},
    Magic{0, "ID3"sv, Format::Mp3},
    Magic{0, "\xff\xfb"sv, Format::Mp3},
    Magic{0, "\xff\xf3"sv, Format::Mp3},
    Magic{0, "\xff\xf2"sv, Format::Mp3},
    Magic{0, "\xff\xf1"sv, Format::Aac},
    Magic{0, "\xff\xf9"sv, Format::Aac},
    Magic{4, "moov"sv, Format::Mov},
    Magic{4, "mdat"sv, Format::Mov},
    Magic{4, "wide"sv, Format::Mov},
    Magic{0, "%PDF"sv, Format::Document},
};

bool stands_at(std::string_view bytes, std::size_t offset, std::string_view magic) {
    return bytes.size() >= offset && bytes.substr(offset).starts_with(magic);
}

Format format_of_brand(std::string_view brand) {
    constexpr std::array pictures{
        "heic"sv, "heix"sv, "heim"sv, "heis"sv, "heif"sv, "mif1"sv, "msf1"sv, "avif"sv, "avis"sv};
    const bool is_heif = std::ranges::find(pictures, brand) != pictures.end();
    return is_heif ? Format::Heif : Format::Mov;
}

bool is_markup(std::string_view bytes) {
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    const auto start = bytes.find_first_not_of(" \t\r\n\f");
    return start != std::string_view::npos && bytes[start] == '<';
}

} // namespace

Format sniff(std::string_view bytes) {
    for (const auto& magic : magics) {
        if (stands_at(bytes, magic.offset, magic.bytes)) return magic.format;
    }
    if (stands_at(bytes, 0, "RIFF")) {
        if (stands_at(bytes, 8, "WEBP")) return Format::Webp;
        if (stands_at(bytes, 8, "WAVE")) return Format::Wav;
    }
    if (stands_at(bytes, 4, "ftyp") && bytes.size() >= 12) {
        return format_of_brand(bytes.substr(8, 4));
    }
    return is_markup(bytes) ? Format::Document : Format::Unknown;
}

bool is_picture(Format format) {
    return format == Format::Jpeg || format == Format::Png || format == Format::Gif ||
           format == Format::Webp || format == Format::Heif;
}

} // namespace media_process
