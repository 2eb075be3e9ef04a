#include "media_process/sniff.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using media_process::Format;
using namespace std::string_literals;

// H06: what a file is, its first bytes say; a name or a declared type is never asked.
TEST(Sniff, H06TellsByTheFirstBytesAlone) {
    const struct {
        const char* name;
        std::string bytes;
        Format format;
    } cases[] = {
        {"JPEG", "\xff\xd8\xff\xe0"s, Format::Jpeg},
        {"PNG", "\x89PNG\r\n\x1a\n\0"s, Format::Png},
        {"GIF", "GIF89a....", Format::Gif},
        {"WebP", "RIFF\x10\0\0\0WEBPVP8 "s, Format::Webp},
        {"WAVE", "RIFF\x10\0\0\0WAVEfmt "s, Format::Wav},
        {"HEIC", "\0\0\0\x18"s + "ftypheic....", Format::Heif},
        {"AVIF", "\0\0\0\x18"s + "ftypavif....", Format::Heif},
        {"MP4", "\0\0\0\x18"s + "ftypisom....", Format::Mov},
        {"WebM", "\x1a\x45\xdf\xa3...."s, Format::Matroska},
        {"Ogg", "OggS....", Format::Ogg},
        {"MP3", "ID3\x04"s, Format::Mp3},
        {"PDF", "%PDF-1.7", Format::Document},
        {"SVG", "<svg xmlns='http://www.w3.org/2000/svg'>", Format::Document},
        {"XML after a mark and blanks", "\xef\xbb\xbf \n\t<?xml version='1.0'?>", Format::Document},
        {"a page", "<!DOCTYPE html>", Format::Document},
        {"a playlist that names other files", "#EXTM3U\n", Format::Unknown},
        {"a concat script", "ffconcat version 1.0\nfile /etc/passwd", Format::Unknown},
        {"an archive", "PK\x03\x04"s, Format::Unknown},
        {"PostScript", "%!PS-Adobe", Format::Unknown},
        {"half of a magic", "\x89PN"s, Format::Unknown},
        {"nothing", "", Format::Unknown},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(media_process::sniff(c.bytes), c.format);
    }
}

} // namespace
