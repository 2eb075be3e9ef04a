#include "media_process/film.h"

#include "media_process/command.h"
#include "media_process/picture.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

namespace media_process {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

constexpr double most_pixels = 8'294'400; ///< 3840 x 2160.
constexpr double most_frame_rate = 120;
constexpr double most_seconds = 3 * 3600;

// What may decode a stranger's bytes. Playlists, scripts, image sequences and capture devices are
// no formats here, so nothing can name another file.
constexpr auto decoders = "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mpeg1video,mpeg2video,theora,gif,"
                          "h263,mjpeg,png,aac,mp3float,mp3,opus,libopus,vorbis,flac,alac,pcm_s16le,"
                          "pcm_s16be,pcm_s24le,pcm_s32le,pcm_f32le,pcm_u8,amrnb,amrwb";

std::string_view demuxer(Format format) {
    switch (format) {
    case Format::Gif:
        return "gif";
    case Format::Matroska:
        return "matroska";
    case Format::Ogg:
        return "ogg";
    case Format::Mp3:
        return "mp3";
    case Format::Aac:
        return "aac";
    case Format::Flac:
        return "flac";
    case Format::Wav:
        return "wav";
    case Format::Mov:
        return "mov";
    default:
        throw Refused("unknown");
    }
}

// The format is said, not guessed.
Arguments reading(std::string_view format, const std::string& file) {
    return {"-protocol_whitelist",
            "file",
            "-codec_whitelist",
            decoders,
            "-f",
            std::string(format),
            "-i",
            "file:" + file};
}

struct Stream {
    int index = 0;
    std::string codec{};
    std::string pixel_format{};
    int width = 0;
    int height = 0;
    double frame_rate = 0;
    std::string frame_rate_text{};
};

struct Contents {
    std::optional<Stream> video{};
    std::optional<Stream> audio{};
    double seconds = 0;
    std::int64_t bit_rate = 0;
    int frames = 0; ///< Only where frames were counted.
};

double number_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return 0;
    if (found->is_number()) return found->get<double>();
    return found->is_string() ? std::strtod(found->get<std::string>().c_str(), nullptr) : 0;
}

std::string text_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

double rate_of(const std::string& text) {
    char* rest = nullptr;
    const double above = std::strtod(text.c_str(), &rest);
    const double below = rest != nullptr && *rest == '/' ? std::strtod(rest + 1, nullptr) : 1;
    return below > 0 ? above / below : 0;
}

bool is_turned(const Json& stream) {
    for (const auto& data : stream.value("side_data_list", Json::array())) {
        if (std::abs(std::lround(number_of(data, "rotation"))) % 180 == 90) return true;
    }
    return false;
}

Stream read_stream(const Json& json) {
    Stream stream{.index = static_cast<int>(number_of(json, "index")),
                  .codec = text_of(json, "codec_name"),
                  .pixel_format = text_of(json, "pix_fmt"),
                  .width = static_cast<int>(number_of(json, "width")),
                  .height = static_cast<int>(number_of(json, "height")),
                  .frame_rate_text = text_of(json, "avg_frame_rate")};
    stream.frame_rate = rate_of(stream.frame_rate_text);
    if (is_turned(json)) std::swap(stream.width, stream.height);
    return stream;
}

Contents probe(const std::string& file, std::string_view format, bool counts_frames = false) {
    Arguments arguments{
        ffprobe_program, "-v", "error", "-of", "json", "-show_streams", "-show_format"};
    if (counts_frames) arguments.insert(arguments.end(), {"-count_packets"});
    const auto input = reading(format, file);
    arguments.insert(arguments.end(), input.begin(), input.end());
    const auto json = Json::parse(run(arguments), nullptr, false);
    if (!json.is_object()) throw Refused("broken");
    Contents contents;
    for (const auto& stream : json.value("streams", Json::array())) {
        const auto type = text_of(stream, "codec_type");
        const auto disposition = stream.value("disposition", Json::object());
        if (type == "video" && !contents.video && number_of(disposition, "attached_pic") == 0) {
            contents.video = read_stream(stream);
            contents.frames = static_cast<int>(number_of(stream, "nb_read_packets"));
        }
        if (type == "audio" && !contents.audio) contents.audio = read_stream(stream);
    }
    const auto whole = json.value("format", Json::object());
    contents.seconds = number_of(whole, "duration");
    contents.bit_rate = static_cast<std::int64_t>(number_of(whole, "bit_rate"));
    return contents;
}

void check(const Contents& contents) {
    if (!contents.video && !contents.audio) throw Refused("unknown");
    if (!(contents.seconds <= most_seconds)) throw Refused("too-long");
    if (!contents.video) return;
    const auto& video = *contents.video;
    if (video.width <= 0 || video.height <= 0) throw Refused("broken");
    if (static_cast<double>(video.width) * video.height > most_pixels)
        throw Refused("too-many-pixels");
    if (video.frame_rate > most_frame_rate) throw Refused("too-many-frames");
}

bool is_ready(const Contents& contents, Format format) {
    const bool fits = format == Format::Mov || format == Format::Matroska;
    const bool has_good_sound = !contents.audio || contents.audio->codec == "aac";
    return fits && contents.video->codec == "h264" && contents.video->pixel_format == "yuv420p" &&
           has_good_sound;
}

void append(Arguments& arguments, const Arguments& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
}

Arguments writing(std::string_view format, const Arguments& codecs) {
    Arguments arguments{"-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"};
    append(arguments, codecs);
    append(arguments, {"-f", std::string(format), "file:original"});
    return arguments;
}

// Messages inside of the stream (SEI) can hold what cameras write into films: they are left out.
const Arguments copied_film{
    "-c", "copy", "-bsf:v", "filter_units=remove_types=6", "-movflags", "+faststart"};
const Arguments made_film{
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-crf",
    "23",
    "-maxrate",
    "6M",
    "-bufsize",
    "12M",
    "-pix_fmt",
    "yuv420p",
    "-vf",
    "scale=w='min(1920,iw)':h='min(1920,ih)':force_original_aspect_ratio=decrease:"
    "force_divisible_by=2",
    "-fpsmax",
    "60",
    "-flags:v",
    "+bitexact",
    "-c:a",
    "aac",
    "-b:a",
    "128k",
    "-movflags",
    "+faststart",
    "-threads",
    "2"};

void write_film(const Contents& contents, const std::string& file, Format format) {
    Arguments arguments{ffmpeg_program, "-nostdin", "-y", "-v", "error"};
    append(arguments, reading(demuxer(format), file));
    append(arguments, {"-map", "0:" + std::to_string(contents.video->index)});
    if (contents.audio) append(arguments, {"-map", "0:" + std::to_string(contents.audio->index)});
    append(arguments, writing("mp4", is_ready(contents, format) ? copied_film : made_film));
    run(arguments);
}

void write_sound(const Contents& contents, const std::string& file, Format format) {
    Arguments arguments{ffmpeg_program, "-nostdin", "-y", "-v", "error"};
    append(arguments, reading(demuxer(format), file));
    append(arguments, {"-vn", "-map", "0:" + std::to_string(contents.audio->index)});
    const auto& codec = contents.audio->codec;
    if (codec == "mp3") {
        append(arguments, writing("mp3", {"-c", "copy", "-id3v2_version", "0"}));
    } else if (codec == "aac") {
        append(arguments, writing("ipod", {"-c", "copy", "-movflags", "+faststart"}));
    } else {
        append(arguments,
               writing("ipod", {"-c:a", "aac", "-b:a", "160k", "-movflags", "+faststart"}));
    }
    run(arguments);
}

void add_preview(Answer& answer) {
    Arguments arguments{ffmpeg_program, "-nostdin", "-y", "-v", "error"};
    append(arguments, reading("mov", "original"));
    append(arguments,
           {"-frames:v",
            "1",
            "-update",
            "1",
            "-c:v",
            "mjpeg",
            "-q:v",
            "3",
            "-f",
            "image2",
            "file:frame"});
    run(arguments);
    // Written as "original" by the picture's code; the film steps aside meanwhile.
    if (std::rename("original", "film") != 0) throw std::runtime_error("no rename");
    const auto frame = process_picture("frame", Format::Jpeg, Profile::Thumbnail);
    if (std::rename("original", "small") != 0 || std::rename("film", "original") != 0)
        throw std::runtime_error("no rename");
    answer.small = frame.original;
    answer.blurhash = frame.blurhash;
}

} // namespace

bool is_animated_gif(const std::string& file) {
    return probe(file, "gif", true).frames > 1;
}

Answer process_film(const std::string& file, Format format) {
    const auto contents = probe(file, demuxer(format));
    check(contents);
    Answer answer;
    if (contents.video) {
        write_film(contents, file, format);
        const auto made = probe("original", "mov");
        if (!made.video) throw Refused("broken");
        answer.type = made.audio ? "video" : "gifv";
        answer.original = {
            .media_type = "video/mp4", .width = made.video->width, .height = made.video->height};
        answer.frame_rate = made.video->frame_rate_text;
        answer.duration_ms = std::llround(made.seconds * 1000);
        answer.bit_rate = made.bit_rate;
        add_preview(answer);
        return answer;
    }
    write_sound(contents, file, format);
    const bool is_mp3 = contents.audio->codec == "mp3";
    const auto made = probe("original", is_mp3 ? "mp3" : "mov");
    answer.type = "audio";
    answer.original.media_type = is_mp3 ? "audio/mpeg" : "audio/mp4";
    answer.duration_ms = std::llround(made.seconds * 1000);
    answer.bit_rate = made.bit_rate;
    return answer;
}

} // namespace media_process
