#include "federation/attachments.h"

#include "base/text.h"
#include "base/uri.h"
#include "federation/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace federation {

namespace {

using Kind = Attachment::Kind;

constexpr std::size_t max_attachments = 16;
constexpr std::size_t max_description = 1'500;
constexpr std::int64_t max_side = 100'000;
constexpr double max_duration_s = 1e7;

struct Extension {
    std::string_view name;
    std::string_view media_type;
};

/// For attachments that do not say what they are.
constexpr std::array extensions{
    Extension{"png", "image/png"},
    Extension{"jpg", "image/jpeg"},
    Extension{"jpeg", "image/jpeg"},
    Extension{"gif", "image/gif"},
    Extension{"webp", "image/webp"},
    Extension{"avif", "image/avif"},
    Extension{"heic", "image/heic"},
    Extension{"svg", "image/svg+xml"},
    Extension{"html", "text/html"},
    Extension{"mp4", "video/mp4"},
    Extension{"webm", "video/webm"},
    Extension{"mov", "video/quicktime"},
    Extension{"mp3", "audio/mpeg"},
    Extension{"ogg", "audio/ogg"},
    Extension{"m4a", "audio/mp4"},
    Extension{"flac", "audio/flac"},
    Extension{"wav", "audio/wav"},
};

std::string media_type_by_name(const std::string& url) {
    const auto uri = parse_uri(url);
    if (!uri) return {};
    const auto dot = uri->path.rfind('.');
    if (dot == std::string::npos) return {};
    const auto row =
        std::ranges::find(extensions, ascii_lower(uri->path.substr(dot + 1)), &Extension::name);
    return row == extensions.end() ? std::string{} : std::string(row->media_type);
}

/// Without parameters; "" when it is none.
std::string essence(std::string_view media_type) {
    std::string type = ascii_lower(trim(media_type.substr(0, media_type.find(';'))));
    const bool valid = type.size() <= 100 && std::ranges::all_of(type, [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                                  std::string_view("/+.-_").find(c) != std::string_view::npos;
                       });
    return valid ? type : std::string{};
}

bool is_medium(std::string_view media_type) {
    return media_type.starts_with("image/") || media_type.starts_with("video/") ||
           media_type.starts_with("audio/");
}

bool may_run(std::string_view media_type) {
    return media_type.starts_with("text/") || media_type.ends_with("xml") ||
           media_type.find("script") != std::string_view::npos;
}

Kind kind_of(std::string_view media_type, const Json& object) {
    if (media_type.starts_with("image/")) return Kind::Image;
    if (media_type.starts_with("video/")) return Kind::Video;
    if (media_type.starts_with("audio/")) return Kind::Audio;
    if (!media_type.empty()) return Kind::Unknown;
    if (has_type(object, "Image")) return Kind::Image;
    if (has_type(object, "Video")) return Kind::Video;
    if (has_type(object, "Audio")) return Kind::Audio;
    return Kind::Unknown;
}

std::optional<std::array<double, 2>> read_focus(JsonReader& json) {
    const Json* value = json.find("focalPoint");
    if (!value || !value->is_array() || value->size() != 2) return std::nullopt;
    std::array<double, 2> focus{};
    for (std::size_t i = 0; i < focus.size(); ++i) {
        const Json& axis = (*value)[i];
        if (!axis.is_number() || !(std::fabs(axis.get<double>()) <= 1)) return std::nullopt;
        focus[i] = axis.get<double>();
    }
    return focus;
}

/// Base 83 as blurhash writes it, or "".
std::string read_blurhash(JsonReader& json) {
    std::string hash = json.lenient_text("blurhash");
    const bool valid =
        hash.size() >= 6 && hash.size() <= 100 && std::ranges::all_of(hash, [](char c) {
            return c > ' ' && c < 0x7F &&
                   std::string_view("\"&'<>\\`/!()").find(c) == std::string_view::npos;
        });
    return valid ? hash : std::string{};
}

/// "PT185S", "P0DT1H2M3.5S", or a number of seconds.
double read_duration(JsonReader& json) {
    const Json* value = json.find("duration");
    if (!value) return 0;
    if (value->is_number()) return std::clamp(value->get<double>(), 0.0, max_duration_s);
    std::string_view text;
    if (value->is_string()) text = value->get_ref<const std::string&>();
    if (!text.starts_with('P')) return 0;
    text.remove_prefix(1);
    double seconds = 0;
    while (!text.empty()) {
        if (text.front() == 'T') {
            text.remove_prefix(1);
            continue;
        }
        double amount = 0;
        const auto [end, error] = std::from_chars(
            text.data(), text.data() + text.size(), amount, std::chars_format::fixed);
        if (error != std::errc{} || end == text.data() + text.size()) return 0;
        const char unit = *end;
        if (unit != 'D' && unit != 'H' && unit != 'M' && unit != 'S') return 0;
        seconds += amount * (unit == 'D' ? 86'400 : unit == 'H' ? 3600 : unit == 'M' ? 60 : 1);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    }
    return std::clamp(seconds, 0.0, max_duration_s);
}

int read_side(JsonReader& json, std::string_view key) {
    return static_cast<int>(std::min(count_in(json, key).value_or(0), max_side));
}

std::string read_preview(JsonReader& json) {
    for (const Json* icon : json.list("icon", 1)) {
        if (!icon->is_object()) break;
        JsonReader image(*icon);
        const auto links = links_in(image, "url");
        if (!links.empty()) return links.front().url;
    }
    return {};
}

/// A Link is a card, but for a picture's, sound's or film's (Hubzilla).
std::vector<Link> links_of(const Json& entry) {
    if (entry.is_string()) {
        const std::string url = web_url(entry.get<std::string>());
        return url.empty() ? std::vector<Link>{} : std::vector<Link>{{.url = url}};
    }
    if (!entry.is_object()) return {};
    JsonReader object(entry);
    auto links = links_in(object, "url");
    if (links.empty()) links = links_in(object, "href");
    const auto type = essence(object.lenient_text("mediaType"));
    const bool is_card = has_type(entry, "Link") && !is_medium(type);
    return is_card ? std::vector<Link>{} : links;
}

std::optional<Attachment> read_attachment(const Json& object, const Link& link) {
    JsonReader json(object);
    Attachment attachment{.url = link.url, .media_type = essence(link.media_type)};
    if (attachment.media_type.empty())
        attachment.media_type = essence(json.lenient_text("mediaType"));
    if (attachment.media_type.empty()) attachment.media_type = media_type_by_name(link.url);
    if (may_run(attachment.media_type)) return std::nullopt;
    attachment.kind = kind_of(attachment.media_type, object);
    attachment.description = plain_text(json.lenient_text("name"), max_description);
    if (attachment.description.empty()) {
        attachment.description = plain_text(json.lenient_text("summary"), max_description);
    }
    attachment.blurhash = read_blurhash(json);
    attachment.focus = read_focus(json);
    attachment.width = read_side(json, "width");
    attachment.height = read_side(json, "height");
    attachment.duration_s = read_duration(json);
    attachment.preview_url = read_preview(json);
    return attachment;
}

void add(std::vector<Attachment>& attachments, std::optional<Attachment> attachment) {
    if (!attachment || attachments.size() >= max_attachments) return;
    const auto same = std::ranges::find(attachments, attachment->url, &Attachment::url);
    if (same == attachments.end()) attachments.push_back(std::move(*attachment));
}

} // namespace

std::vector<Attachment> read_attachments(JsonReader& json, std::string_view type) {
    std::vector<Attachment> attachments;
    auto entries = json.list("attachment", 2 * max_attachments);
    const auto images = json.list("image", 1); // Lemmy's picture of a Page.
    entries.insert(entries.end(), images.begin(), images.end());
    for (const Json* entry : entries) {
        const auto links = links_of(*entry);
        if (links.empty()) continue;
        // Only its address: a picture when it is named like one.
        const bool is_named = entry->is_string() && !media_type_by_name(links.front().url).empty();
        if (entry->is_object()) {
            add(attachments, read_attachment(*entry, links.front()));
        } else if (is_named) {
            add(attachments, read_attachment(Json::object(), links.front()));
        }
    }
    const bool is_media =
        type == "Image" || type == "Video" || type == "Audio" || type == "Document";
    if (!is_media) return attachments;
    for (const Link& link : links_in(json, "url")) {
        const std::string media_type = essence(link.media_type);
        if (!is_medium(media_type) || may_run(media_type)) continue;
        add(attachments,
            Attachment{.kind = kind_of(media_type, Json()),
                       .url = link.url,
                       .media_type = media_type,
                       .preview_url = read_preview(json),
                       .duration_s = read_duration(json)});
        break; // The others are the same in other sizes.
    }
    return attachments;
}

std::vector<std::string> read_card_links(JsonReader& json) {
    std::vector<std::string> links;
    for (const Json* entry : json.list("attachment", 2 * max_attachments)) {
        if (!has_type(*entry, "Link") || !links_of(*entry).empty()) continue;
        JsonReader object(*entry);
        std::string url = web_url(object.lenient_text("href"));
        if (!url.empty() && links.size() < max_attachments) links.push_back(std::move(url));
    }
    return links;
}

Json render_attachments(std::span<const Attachment> attachments) {
    Json out = Json::array();
    for (const auto& attachment : attachments) {
        Json entry = {
            {"type", "Document"},
            {"mediaType", attachment.media_type},
            {"url", attachment.url},
            {"name", attachment.description.empty() ? Json() : Json(attachment.description)},
        };
        if (!attachment.blurhash.empty()) entry["blurhash"] = attachment.blurhash;
        if (attachment.focus) entry["focalPoint"] = *attachment.focus;
        if (attachment.width > 0) entry["width"] = attachment.width;
        if (attachment.height > 0) entry["height"] = attachment.height;
        if (!attachment.preview_url.empty())
            entry["icon"] = {{"type", "Image"}, {"url", attachment.preview_url}};
        // xsd:duration, as AS2 has it.
        if (attachment.duration_s > 0)
            entry["duration"] = fmt::format("PT{:.3f}S", attachment.duration_s);
        out.push_back(std::move(entry));
    }
    return out;
}

} // namespace federation
