#include "media/serve.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/account_pictures.h"
#include "db/peers.h"
#include "media/emojis.h"
#include "media/processed.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace media {
namespace {

using Answer = Result<http::Response>;

// Of a public picture; a new one has a new URL.
constexpr auto public_cache = "public, max-age=604800, immutable";
// What belongs to a post stays out of shared caches: its URL may die at any time.
constexpr auto private_cache = "private, max-age=604800, immutable";
// A file that is opened by itself may show itself and run nothing.
constexpr auto policy = "default-src 'none'; img-src 'self'; media-src 'self'; "
                        "style-src 'unsafe-inline'; sandbox";

Error not_found() {
    return {.kind = Error::Kind::NotFound, .detail = "media: no such file"};
}

bool same(std::string_view a, std::string_view b) {
    return crypto::equal_constant_time(a, b);
}

/// The whole file or the part that is asked for.
Answer send(const Serving& serving,
            const http::Call& call,
            const std::string& name,
            std::string_view cache) {
    auto file = serving.store.open(name);
    if (!file) return file.error();
    const auto media_type = media_type_of(name);
    if (media_type.empty()) return not_found();
    http::Response response;
    auto& headers = response.headers;
    headers.add("Content-Type", std::string(media_type));
    headers.add("Content-Disposition", "inline");
    headers.add("Content-Security-Policy", policy);
    headers.add("Cross-Origin-Resource-Policy", "cross-origin");
    headers.add("Access-Control-Allow-Origin", "*");
    headers.add("Cache-Control", std::string(cache));
    headers.add("Accept-Ranges", "bytes");
    if (const auto range = parse_range(call.request.headers.get("Range"), file->size)) {
        if (range->size == 0) {
            response.status = 416;
            headers.add("Content-Range", fmt::format("bytes */{}", file->size));
            return response;
        }
        response.status = 206;
        headers.add(
            "Content-Range",
            fmt::format(
                "bytes {}-{}/{}", range->first, range->first + range->size - 1, file->size));
        file->offset = range->first;
        file->size = range->size;
    }
    response.file = std::move(*file);
    return response;
}

/// "original", "original.jpg", "small", …
std::optional<Variant> variant_of(std::string_view name) {
    const auto word = name.substr(0, name.find('.'));
    if (word == "original") return Variant::Original;
    if (word == "small") return Variant::Small;
    return std::nullopt;
}

Answer send_copy(const Serving& serving,
                 const http::Call& call,
                 const db::MediaAttachment& media,
                 Variant variant) {
    const bool is_small = variant == Variant::Small;
    // Of a film elsewhere the small one is the frame that its origin names.
    const bool is_frame = is_small && media.type != "image";
    const auto copy = is_frame ? serving.remote.get(Profile::Thumbnail, media.preview_url)
                               : serving.remote.get(Profile::Attachment, media.remote_url);
    if (!copy) return copy.error();
    const bool has_small = is_small && !copy->small_file.empty();
    return send(serving, call, has_small ? copy->small_file : copy->original_file, private_cache);
}

// GET /media/attachments/:id/:secret/:name
Answer send_attachment(const Serving& serving, const http::Call& call) {
    const auto id = call.id<MediaTag>("id");
    const auto variant = variant_of(call.param("name"));
    if (!id || !variant) return not_found();
    std::optional<db::MediaAttachment> media;
    {
        db::Tx tx(serving.pool, db::Durability::PerStatement);
        media = db::media_attachments::find_any(tx, *id);
        if (!media || !same(media->secret, call.param("secret"))) return not_found();
        if (!db::media_attachments::is_shown(tx, *id)) return not_found();
    }
    if (!media->is_local()) return send_copy(serving, call, *media, *variant);
    const auto& name = *variant == Variant::Small ? media->small_file : media->original_file;
    if (name.empty()) return not_found();
    return send(serving, call, name, private_cache);
}

// GET /media/accounts/:id/:kind/:token
Answer send_picture(const Serving& serving, const http::Call& call) {
    const auto id = call.account_id();
    const auto kind = parse_picture_kind(call.param("kind"));
    if (!id || !kind) return not_found();
    const auto token = call.param("token");
    std::string url;
    {
        db::Tx tx(serving.pool, db::Durability::PerStatement);
        const auto account = db::accounts::find(tx, *id);
        if (!account || !account->is_visible()) return not_found();
        if (account->is_local()) {
            const auto picture = db::account_pictures::find(tx, *id, to_string(*kind));
            if (!picture) return not_found();
            const auto wanted =
                own_picture_url(serving.instance, *id, *kind, picture->original_file);
            if (!same(wanted.substr(wanted.rfind('/') + 1), token)) return not_found();
            return send(serving, call, picture->original_file, public_cache);
        }
        const auto peer = db::peers::find(tx, account->host);
        if (!peer || peer->level < db::PeerLevel::Guest) return not_found();
        url = *kind == PictureKind::Avatar ? account->avatar_url : account->header_url;
    }
    if (url.empty() || !same(serving.links.picture_token(*id, *kind, url), token))
        return not_found();
    const auto copy =
        serving.remote.get(*kind == PictureKind::Avatar ? Profile::Avatar : Profile::Header, url);
    if (!copy) return copy.error();
    return send(serving, call, copy->original_file, public_cache);
}

// GET /media/emojis/:token/:url
Answer send_emoji(const Serving& serving, const http::Call& call) {
    const auto url = crypto::base64url_decode(call.param("url"));
    if (!url || !same(serving.links.emoji_token(*url), call.param("token"))) return not_found();
    const auto copy = serving.remote.get(Profile::Emoji, *url);
    if (!copy) return copy.error();
    return send(serving, call, copy->original_file, public_cache);
}

// GET /media/custom_emojis/:id/:name
Answer send_custom_emoji(const Serving& serving, const http::Call& call) {
    const auto id = call.id<db::CustomEmojiTag>("id");
    if (!id) return not_found();
    std::optional<db::CustomEmoji> emoji;
    {
        db::Tx tx(serving.pool, db::Durability::PerStatement);
        emoji = db::custom_emojis::find(tx, *id);
    }
    if (!emoji) return not_found();
    const auto wanted = custom_emoji_url(serving.instance, *emoji);
    if (!wanted.ends_with("/" + std::string(call.param("name")))) return not_found();
    return send(serving, call, emoji->original_file, public_cache);
}

// GET /media/cards/:token/:url
Answer send_card(const Serving& serving, const http::Call& call) {
    const auto url = crypto::base64url_decode(call.param("url"));
    if (!url || !same(serving.links.card_token(*url), call.param("token"))) return not_found();
    const auto copy = serving.cards.get(Profile::Thumbnail, *url);
    if (!copy) return copy.error();
    return send(serving, call, copy->original_file, private_cache);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number);
    if (text.empty() || failure != std::errc{} || stop != end) return std::nullopt;
    return number;
}

} // namespace

std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    if (header.size() > 64 || !header.starts_with(unit)) return std::nullopt;
    const auto range = trim(header.substr(unit.size()));
    const auto dash = range.find('-');
    if (dash == std::string_view::npos || range.find(',') != std::string_view::npos)
        return std::nullopt;
    const auto first = parse_number(range.substr(0, dash));
    const auto last = parse_number(range.substr(dash + 1));
    if (dash == 0) { // The last so many bytes.
        if (!last) return std::nullopt;
        const auto count = std::min(*last, size);
        return ByteRange{.first = size - count, .size = count};
    }
    const bool is_open = dash + 1 == range.size();
    if (!first || (!last && !is_open) || (last && *last < *first)) return std::nullopt;
    if (*first >= size) return ByteRange{};
    const auto end = last && *last < size ? *last + 1 : size;
    return ByteRange{.first = *first, .size = end - *first};
}

void add_routes(http::Router& router, const Serving& serving) {
    const auto add = [&](const char* pattern, Answer (*answer)(const Serving&, const http::Call&)) {
        router.add({.method = "GET",
                    .pattern = pattern,
                    .access = http::Access::Anyone,
                    .handler = [serving, answer](const http::Call& call) {
                        return answer(serving, call);
                    }});
    };
    add("/media/attachments/{id}/{secret}/{name}", send_attachment);
    add("/media/accounts/{id}/{kind}/{token}", send_picture);
    add("/media/emojis/{token}/{url}", send_emoji);
    add("/media/cards/{token}/{url}", send_card);
    add("/media/custom_emojis/{id}/{name}", send_custom_emoji);
}

} // namespace media
