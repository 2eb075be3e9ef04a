#include "media/links.h"

#include "base/crypto.h"

#include <fmt/format.h>

namespace media {
namespace {

constexpr std::size_t token_bytes = 16;

std::string_view file_extension(std::string_view file) {
    const auto dot = file.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : file.substr(dot);
}

std::string_view base_name(std::string_view file) {
    return file.substr(file.rfind('/') + 1);
}

// Of films elsewhere the first frame is the origin's word, where it has one.
bool is_there(const db::MediaAttachment& media, Variant variant) {
    if (media.is_local()) {
        return !(variant == Variant::Small ? media.small_file : media.original_file).empty();
    }
    // What its origin calls neither picture, film nor sound is a document: never copied.
    if (media.type == "unknown") return false;
    return variant == Variant::Original || media.type == "image" || !media.preview_url.empty();
}

} // namespace

std::string_view to_string(PictureKind kind) {
    return kind == PictureKind::Avatar ? "avatar" : "header";
}

std::optional<PictureKind> parse_picture_kind(std::string_view text) {
    if (text == "avatar") return PictureKind::Avatar;
    if (text == "header") return PictureKind::Header;
    return std::nullopt;
}

std::string media_origin(const Instance& instance) {
    if (instance.media_host.empty()) return instance.origin;
    return instance.origin.substr(0, instance.origin.find("://") + 3) + instance.media_host;
}

std::string attachment_url(const Instance& instance,
                           const db::MediaAttachment& media,
                           Variant variant) {
    if (!is_there(media, variant)) return {};
    const bool is_small = variant == Variant::Small;
    return fmt::format("{}/media/attachments/{}/{}/{}{}",
                       media_origin(instance),
                       to_string(media.id),
                       media.secret,
                       is_small ? "small" : "original",
                       file_extension(is_small ? media.small_file : media.original_file));
}

std::string own_picture_url(const Instance& instance,
                            AccountId account,
                            PictureKind kind,
                            std::string_view file) {
    return fmt::format("{}/media/accounts/{}/{}/{}",
                       media_origin(instance),
                       to_string(account),
                       to_string(kind),
                       base_name(file));
}

std::string missing_picture_url(const Instance& instance, PictureKind kind) {
    return fmt::format("{}/{}s/original/missing.png", instance.origin, to_string(kind));
}

std::string Links::picture_url(const db::Account& account, PictureKind kind) const {
    const auto& url = kind == PictureKind::Avatar ? account.avatar_url : account.header_url;
    if (url.empty()) return missing_picture_url(instance_, kind);
    if (account.is_local()) return url;
    return fmt::format("{}/media/accounts/{}/{}/{}",
                       media_origin(instance_),
                       to_string(account.id),
                       to_string(kind),
                       picture_token(account.id, kind, url));
}

std::string Links::emoji_url(std::string_view remote_url) const {
    // What we serve already needs no copy.
    if (remote_url.empty() || remote_url.starts_with(media_origin(instance_) + "/media/"))
        return std::string(remote_url);
    return fmt::format("{}/media/emojis/{}/{}",
                       media_origin(instance_),
                       emoji_token(remote_url),
                       crypto::base64url(remote_url));
}

std::string Links::card_url(std::string_view remote_url) const {
    if (remote_url.empty()) return {};
    return fmt::format("{}/media/cards/{}/{}",
                       media_origin(instance_),
                       card_token(remote_url),
                       crypto::base64url(remote_url));
}

// The parts are told apart by blanks, which no URL holds.
std::string Links::picture_token(AccountId account, PictureKind kind, std::string_view url) const {
    const auto text = fmt::format("{} {} {}", to_string(kind), to_string(account), url);
    return crypto::hex(crypto::hmac_sha256(key_, text).substr(0, token_bytes));
}

std::string Links::emoji_token(std::string_view url) const {
    return crypto::hex(
        crypto::hmac_sha256(key_, fmt::format("emoji {}", url)).substr(0, token_bytes));
}

std::string Links::card_token(std::string_view url) const {
    return crypto::hex(
        crypto::hmac_sha256(key_, fmt::format("card {}", url)).substr(0, token_bytes));
}

} // namespace media
