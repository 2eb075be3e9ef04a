#include "media_process/picture.h"

#include "media_process/blurhash.h"

#include <vips/vips8>

#include <cmath>
#include <vector>

namespace media_process {
namespace {

using vips::VImage;

constexpr double most_input_pixels = 33'177'600; ///< 7680 x 4320, as in Mastodon.
constexpr int most_side = 30'000;
constexpr double original_pixels = 8'294'400; ///< 3840 x 2160.
constexpr double small_pixels = 230'400;      ///< 640 x 360.
constexpr double header_pixels = 750'000;     ///< 1500 x 500.
constexpr int avatar_side = 400;
constexpr int emoji_side = 128;
constexpr int blur_side = 32;

// Each format has its one loader: libvips is never asked to guess, and never asks a delegate.
VImage open(const std::string& file, Format format) {
    auto* options = VImage::option()
                        ->set("access", VIPS_ACCESS_SEQUENTIAL)
                        ->set("fail_on", VIPS_FAIL_ON_TRUNCATED);
    switch (format) {
    case Format::Jpeg:
        return VImage::jpegload(file.c_str(), options);
    case Format::Png:
        return VImage::pngload(file.c_str(), options);
    case Format::Gif:
        return VImage::gifload(file.c_str(), options);
    case Format::Webp:
        return VImage::webpload(file.c_str(), options);
    case Format::Heif:
        return VImage::heifload(file.c_str(), options);
    default:
        delete options; // NOLINT(cppcoreguidelines-owning-memory): never handed over.
        throw Refused("unknown");
    }
}

// The header is read, not one pixel yet: a bomb ends here.
void check_size(const VImage& image) {
    const double pixels = static_cast<double>(image.width()) * image.height();
    if (image.width() > most_side || image.height() > most_side || pixels > most_input_pixels)
        throw Refused("too-many-pixels");
}

VImage as_srgb(VImage image) {
    if (image.get_typeof(VIPS_META_ICC_NAME) != 0) {
        try {
            image = image.icc_transform("srgb", VImage::option()->set("embedded", true));
        } catch (const vips::VError&) {
            vips_error_clear(); // A broken profile only costs the right colours.
        }
    }
    return image.colourspace(VIPS_INTERPRETATION_sRGB).cast(VIPS_FORMAT_UCHAR);
}

VImage upright(const VImage& image) {
    const bool is_turned =
        image.get_typeof(VIPS_META_ORIENTATION) != 0 && image.get_int(VIPS_META_ORIENTATION) > 1;
    // Turning reads the lines in another order than the decoder gives them.
    return is_turned ? image.copy_memory().autorot() : image;
}

VImage fit_area(const VImage& image, double pixels) {
    const double area = static_cast<double>(image.width()) * image.height();
    if (area <= pixels) return image;
    const double scale = std::sqrt(pixels / area);
    const int width = std::max(1, static_cast<int>(image.width() * scale));
    const int height = std::max(1, static_cast<int>(image.height() * scale));
    return image.thumbnail_image(width,
                                 VImage::option()
                                     ->set("height", height)
                                     ->set("size", VIPS_SIZE_FORCE)
                                     ->set("no_rotate", true));
}

VImage fill_square(const VImage& image, int side) {
    return image.thumbnail_image(side,
                                 VImage::option()
                                     ->set("height", side)
                                     ->set("crop", VIPS_INTERESTING_CENTRE)
                                     ->set("no_rotate", true));
}

VImage fit_square(const VImage& image, int side) {
    return image.thumbnail_image(
        side,
        VImage::option()->set("height", side)->set("size", VIPS_SIZE_DOWN)->set("no_rotate", true));
}

VImage shrink(const VImage& image, Profile profile) {
    switch (profile) {
    case Profile::Attachment:
        return fit_area(image, original_pixels);
    case Profile::Thumbnail:
        return fit_area(image, small_pixels);
    case Profile::Header:
        return fit_area(image, header_pixels);
    case Profile::Avatar:
        return fill_square(image, avatar_side);
    case Profile::Emoji:
        return fit_square(image, emoji_side);
    }
    return image;
}

// What browsers and peers can all read, as near to the input as that is.
Format output_format(Format input, const VImage& image) {
    if (input == Format::Jpeg || input == Format::Png || input == Format::Webp) return input;
    if (input == Format::Gif) return Format::Png;
    return image.has_alpha() ? Format::Webp : Format::Jpeg;
}

Output write(const VImage& image, Format format, const char* file) {
    Output output{.width = image.width(), .height = image.height()};
    auto* options = VImage::option()->set("strip", true);
    if (format == Format::Jpeg) {
        image.jpegsave(file, options->set("Q", 85)->set("optimize_coding", true));
        output.media_type = "image/jpeg";
    } else if (format == Format::Webp) {
        image.webpsave(file, options->set("Q", 82));
        output.media_type = "image/webp";
    } else {
        image.pngsave(file, options->set("compression", 7));
        output.media_type = "image/png";
    }
    return output;
}

std::string blur(const VImage& image) {
    auto tiny = fit_square(image, blur_side);
    if (tiny.has_alpha())
        tiny =
            tiny.flatten(VImage::option()->set("background", std::vector<double>{255, 255, 255}));
    if (tiny.bands() == 1) tiny = tiny.bandjoin(tiny).bandjoin(tiny.extract_band(0));
    tiny = tiny.extract_band(0, VImage::option()->set("n", 3)).cast(VIPS_FORMAT_UCHAR);
    std::size_t size = 0;
    void* memory = tiny.write_to_memory(&size);
    const std::span pixels(static_cast<const std::uint8_t*>(memory), size);
    auto text = blurhash(
        pixels, static_cast<std::size_t>(tiny.width()), static_cast<std::size_t>(tiny.height()));
    g_free(memory);
    return text;
}

Answer make(const std::string& file, Format format, Profile profile) {
    auto image = open(file, format);
    check_size(image);
    image = shrink(as_srgb(upright(image)), profile).copy_memory();
    const auto output = output_format(format, image);
    Answer answer{.type = "image", .original = write(image, output, "original")};
    if (profile != Profile::Attachment && profile != Profile::Thumbnail) return answer;
    answer.blurhash = blur(image);
    if (profile == Profile::Attachment)
        answer.small = write(fit_area(image, small_pixels), output, "small");
    return answer;
}

} // namespace

void start_pictures(const char* program_name) {
    if (VIPS_INIT(program_name) != 0) throw std::runtime_error("libvips does not start");
    vips_block_untrusted_set(TRUE);
    vips_concurrency_set(1);
    vips_cache_set_max(0);
}

Answer process_picture(const std::string& file, Format format, Profile profile) {
    try {
        return make(file, format, profile);
    } catch (const vips::VError&) {
        throw Refused("broken");
    }
}

} // namespace media_process
