#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/time.h"
#include "db/account_views.h"
#include "db/accounts.h"
#include "db/audiences.h"
#include "db/featured_tags.h"
#include "db/markers.h"
#include "db/media_attachments.h"
#include "db/search.h"
#include "db/status_edits.h"
#include "db/status_views.h"
#include "db/statuses.h"
#include "media/links.h"

#include <vector>

/// Mastodon's entities, from rows that were loaded before. Pure.
namespace api {

/// https://docs.joinmastodon.org/entities/Account/
struct PictureDescriptions {
    std::string avatar{};
    std::string header{};
};
struct AccountParts {
    const db::Account* moved_to = nullptr;
    PictureDescriptions descriptions{};
};
Json account_entity(const media::Links& links,
                    const db::Account& account,
                    const AccountParts& parts = {});

/// https://docs.joinmastodon.org/entities/Relationship/
Json relationship_entity(const db::Relationship& relationship);

/// https://docs.joinmastodon.org/entities/MediaAttachment/
Json media_entity(const Instance& instance, const db::MediaAttachment& media);

/// https://docs.joinmastodon.org/entities/Poll/
Json poll_entity(const db::PollView& poll, AccountId reader, Time now);

/// What belongs to one status.
struct StatusParts {
    std::vector<db::MentionView> mentions{};
    std::vector<db::TagView> tags{};
    std::vector<db::MediaAttachment> media{};
    const db::AppView* app = nullptr;
    const db::Status* boosted = nullptr; ///< Of a boost: whose content it repeats.
    std::optional<db::Audience> audience{}; ///< Of a narrow post.
    Json card_author{}; ///< The account that the card names as its author, as an entity; or null.
};

/// https://docs.joinmastodon.org/entities/Status/ without what differs from reader to reader
/// (favourited, filtered, ...), and without the entities inside that live longer or shorter than it: account,
/// reblog, poll, quote, quote_approval.
Json status_entity(const media::Links& links, const db::Status& status, const StatusParts& parts);

/// https://docs.joinmastodon.org/entities/StatusEdit/ without the account. `media`: what the status
/// has now; attachments that a version had and that are gone are left out.
Json edit_entity(const media::Links& links,
                 const db::StatusEdit& edit,
                 const std::vector<db::MediaAttachment>& media);

/// https://docs.joinmastodon.org/entities/FeaturedTag/
Json featured_tag_entity(const Instance& instance, const db::FeaturedTag& featured);
Json featured_tag_entities(const Instance& instance, const std::vector<db::FeaturedTag>& tags);

Json marker_entity(const db::Marker& marker);

/// The `history` of a tag or link: the seven days that end on the day of `now`.
Json week_of(const std::vector<db::search::TagDay>& history, TagId tag, Time now);

/// https://docs.joinmastodon.org/entities/Tag/ with the week that ends on the day of `now`, and
/// without what differs from reader to reader (following, featuring): api/tags.h adds it.
Json tag_entity(const Instance& instance,
                const db::Tag& tag,
                const std::vector<db::search::TagDay>& history,
                Time now);

} // namespace api
