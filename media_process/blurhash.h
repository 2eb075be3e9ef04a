#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace media_process {

/// The blurhash of an image of 8-bit sRGB pixels, three bytes each, row by row: a text of 4 + 2 *
/// `across` * `down` characters that clients show as a blur until the image is there.
/// `across` and `down`: 1 to 9 components.
/// Source: https://github.com/woltapp/blurhash/blob/master/Algorithm.md
std::string blurhash(std::span<const std::uint8_t> pixels,
                     std::size_t width,
                     std::size_t height,
                     int across = 4,
                     int down = 3);

} // namespace media_process
