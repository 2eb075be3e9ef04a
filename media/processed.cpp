#include "media/processed.h"

#include "base/json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace media {
namespace {

constexpr int max_side = 30'000;
constexpr std::int64_t max_duration_ms = 24LL * 3600 * 1000;
constexpr std::int64_t max_bit_rate = 1'000'000'000;
constexpr std::size_t max_blurhash = 64;
constexpr std::size_t max_frame_rate = 24;

struct Type {
    std::string_view media_type;
    std::string_view extension;
};
// All that is ever served: the first of two extensions is used for new files.
constexpr std::array types{Type{"image/jpeg", "jpg"},
                           Type{"image/png", "png"},
                           Type{"image/webp", "webp"},
                           Type{"video/mp4", "mp4"},
                           Type{"audio/mpeg", "mp3"},
                           Type{"audio/mp4", "m4a"}};

struct Reason {
    std::string_view code;
    std::string_view text;
};
constexpr std::array reasons{
    Reason{"empty", "Validation failed: File is empty"},
    Reason{"document",
           "Validation failed: File is a document (SVG, HTML, XML or PDF), which is not taken as "
           "media"},
    Reason{"unknown", "Validation failed: File has contents that are not what we take as media"},
    Reason{"no-picture", "Validation failed: File is no picture"},
    Reason{"broken", "Validation failed: File is damaged or incomplete"},
    Reason{"too-many-pixels", "Validation failed: File has too many pixels"},
    Reason{"too-many-frames", "Validation failed: File has too many frames a second"},
    Reason{"too-long", "Validation failed: File plays too long"},
};

Error no_answer(const char* detail) {
    return {.kind = Error::Kind::Unavailable, .detail = detail};
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> known) {
    return std::ranges::find(known, text) != known.end();
}

std::string text_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t number_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : -1;
}

MadeFile file_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_object()) return {};
    return {.media_type = text_of(*found, "media_type"),
            .width = static_cast<int>(
                std::clamp<std::int64_t>(number_of(*found, "width"), -1, max_side + 1)),
            .height = static_cast<int>(
                std::clamp<std::int64_t>(number_of(*found, "height"), -1, max_side + 1))};
}

bool is_possible(const MadeFile& file, bool is_seen) {
    const int least = is_seen ? 1 : 0;
    return !extension_of(file.media_type).empty() && file.width >= least && file.height >= least &&
           file.width <= max_side && file.height <= max_side;
}

bool is_plain(std::string_view text, std::size_t most) {
    return text.size() <= most && std::ranges::all_of(text, [](unsigned char c) {
               return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>';
           });
}

bool fits(const Processed& made) {
    const bool is_picture = made.type == "image";
    const bool is_sound = made.type == "audio";
    const std::string_view folder = is_picture ? "image/" : is_sound ? "audio/" : "video/";
    const bool has_small = !made.small.media_type.empty();
    return is_one_of(made.type, {"image", "gifv", "video", "audio"}) &&
           made.original.media_type.starts_with(folder) && is_possible(made.original, !is_sound) &&
           (!has_small ||
            (made.small.media_type.starts_with("image/") && is_possible(made.small, true))) &&
           is_plain(made.blurhash, max_blurhash) && is_plain(made.frame_rate, max_frame_rate) &&
           made.duration_ms >= 0 && made.duration_ms <= max_duration_ms && made.bit_rate >= 0 &&
           made.bit_rate <= max_bit_rate;
}

} // namespace

Result<Processed> parse_answer(std::string_view text) {
    const auto json = parse_json(text);
    if (!json || !json->is_object()) return no_answer("the box gave no answer");
    if (json->contains("refused")) {
        const auto code = text_of(*json, "refused");
        const auto found = std::ranges::find(reasons, std::string_view(code), &Reason::code);
        if (found == reasons.end()) return no_answer("the box gave no reason that we know");
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = "media: " + code,
                     .shown = std::string(found->text)};
    }
    Processed made{.type = text_of(*json, "type"),
                   .original = file_of(*json, "original"),
                   .small = file_of(*json, "small"),
                   .blurhash = text_of(*json, "blurhash"),
                   .duration_ms = number_of(*json, "duration_ms"),
                   .frame_rate = text_of(*json, "frame_rate"),
                   .bit_rate = number_of(*json, "bit_rate")};
    if (!fits(made)) return no_answer("the box says what cannot be");
    return made;
}

std::string_view extension_of(std::string_view media_type) {
    const auto found = std::ranges::find(types, media_type, &Type::media_type);
    return found == types.end() ? std::string_view() : found->extension;
}

std::string_view media_type_of(std::string_view file_name) {
    const auto dot = file_name.rfind('.');
    if (dot == std::string_view::npos) return {};
    const auto found = std::ranges::find(types, file_name.substr(dot + 1), &Type::extension);
    return found == types.end() ? std::string_view() : found->media_type;
}

} // namespace media
