#include "media_process/blurhash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>
#include <vector>

namespace media_process {
namespace {

using Colour = std::array<double, 3>;

std::string base83(int value, int digits) {
    constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                                          "uvwxyz#$%*+,-.:;=?@[]^_{|}~";
    std::string text(static_cast<std::size_t>(digits), '0');
    for (auto place = text.rbegin(); place != text.rend(); ++place) {
        *place = alphabet[static_cast<std::size_t>(value % 83)];
        value /= 83;
    }
    return text;
}

double linear_of_srgb(std::uint8_t value) {
    const double share = value / 255.0;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
}

int srgb_of_linear(double value) {
    const double share = std::clamp(value, 0.0, 1.0);
    const double srgb =
        share <= 0.0031308 ? share * 12.92 : 1.055 * std::pow(share, 1 / 2.4) - 0.055;
    return static_cast<int>(srgb * 255 + 0.5);
}

Colour component(std::span<const double> pixels,
                 std::size_t width,
                 std::size_t height,
                 std::size_t x_waves,
                 std::size_t y_waves) {
    const auto wave = [](std::size_t waves, std::size_t at, std::size_t length) {
        return std::cos(std::numbers::pi * static_cast<double>(waves * at) /
                        static_cast<double>(length));
    };
    Colour sum{};
    for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x) {
            const double basis = wave(x_waves, x, width) * wave(y_waves, y, height);
            for (std::size_t channel = 0; channel < 3; ++channel)
                sum.at(channel) += basis * pixels[(y * width + x) * 3 + channel];
        }
    }
    const double norm = x_waves == 0 && y_waves == 0 ? 1 : 2;
    for (auto& channel : sum)
        channel *= norm / static_cast<double>(width * height);
    return sum;
}

int encode_average(const Colour& colour) {
    return (srgb_of_linear(colour[0]) << 16) + (srgb_of_linear(colour[1]) << 8) +
           srgb_of_linear(colour[2]);
}

int encode_detail(const Colour& colour, double largest) {
    int value = 0;
    for (const double channel : colour) {
        const double share = channel / largest;
        const double root = std::copysign(std::sqrt(std::abs(share)), share);
        value = value * 19 + std::clamp(static_cast<int>(std::floor(root * 9 + 9.5)), 0, 18);
    }
    return value;
}

} // namespace

std::string blurhash(std::span<const std::uint8_t> pixels,
                     std::size_t width,
                     std::size_t height,
                     int across,
                     int down) {
    std::vector<double> linear(width * height * 3);
    std::ranges::transform(pixels.first(linear.size()), linear.begin(), linear_of_srgb);
    std::vector<Colour> details;
    for (int y = 0; y < down; ++y) {
        for (int x = 0; x < across; ++x)
            details.push_back(component(
                linear, width, height, static_cast<std::size_t>(x), static_cast<std::size_t>(y)));
    }
    const Colour average = details.front();
    details.erase(details.begin());

    std::string text = base83((across - 1) + (down - 1) * 9, 1);
    double largest = 0;
    for (const auto& colour : details) {
        for (const double channel : colour)
            largest = std::max(largest, std::abs(channel));
    }
    const int step = std::clamp(static_cast<int>(std::floor(largest * 166 - 0.5)), 0, 82);
    const bool has_details = !details.empty();
    text += base83(has_details ? step : 0, 1);
    text += base83(encode_average(average), 4);
    for (const auto& colour : details)
        text += base83(encode_detail(colour, (step + 1) / 166.0), 2);
    return text;
}

} // namespace media_process
