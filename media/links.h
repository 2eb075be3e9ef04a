#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "db/accounts.h"
#include "db/media_attachments.h"

#include <optional>
#include <string>
#include <string_view>

/// Where media are seen. Browsers load them without a token, so each URL carries what cannot be
/// guessed, and every request is looked up: a URL dies with its row
/// (docs/decisions/0091-media-urls.md).
namespace media {

enum class Variant { Original, Small };
enum class PictureKind { Avatar, Header };
std::string_view to_string(PictureKind kind); ///< "avatar", "header".
std::optional<PictureKind> parse_picture_kind(std::string_view text);

/// "https://maple.example", or the media host when there is one.
std::string media_origin(const Instance& instance);

/// Of ours and of theirs, which is our copy; "" when there is nothing to show: not processed yet,
/// or sound without a preview.
std::string attachment_url(const Instance& instance,
                           const db::MediaAttachment& media,
                           Variant variant);

/// Of one of our people's pictures, by the name of its file.
std::string own_picture_url(const Instance& instance,
                            AccountId account,
                            PictureKind kind,
                            std::string_view file);
std::string missing_picture_url(const Instance& instance, PictureKind kind);

/// URLs that need a secret, since no row of ours is behind them: other people's pictures, emoji,
/// pictures of cards. Only what we wrote ourselves is ever fetched (ATTACKS C17).
class Links {
  public:
    Links(const Instance& instance, std::string key) : instance_(instance), key_(std::move(key)) {}

    /// Of anybody's avatar or header; a picture of ours when they have none.
    std::string picture_url(const db::Account& account, PictureKind kind) const;
    /// "" for "".
    std::string emoji_url(std::string_view remote_url) const;

    /// Of the picture of a link's card. "" for "".
    std::string card_url(std::string_view remote_url) const;

    /// What stands at the end of picture_url() for somebody of elsewhere.
    std::string picture_token(AccountId account, PictureKind kind, std::string_view url) const;
    std::string emoji_token(std::string_view url) const;
    std::string card_token(std::string_view url) const;

    const Instance& instance() const { return instance_; }

  private:
    const Instance& instance_;
    std::string key_;
};

} // namespace media
