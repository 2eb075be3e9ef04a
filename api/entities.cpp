#include "api/entities.h"

#include "api/status_parts.h"
#include "base/html.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/partners.h"
#include "educators/shown.h"
#include "statuses/audience.h"
#include "statuses/interactions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace api {
namespace {

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

template <typename Tag>
Json id_or_null(Id<Tag> id) {
    return id ? Json(to_string(id)) : Json();
}

Json time_or_null(const std::optional<Time>& time) {
    return time ? Json(format_iso8601(*time)) : Json();
}

// Theirs as they came: [{shortcode, url}].
Json emoji_entities(const media::Links& links, const Json& emojis) {
    Json entities = Json::array();
    if (!emojis.is_array()) return entities;
    for (const auto& emoji : emojis) {
        const auto url = links.emoji_url(emoji.value("url", ""));
        entities.push_back({{"shortcode", emoji.value("shortcode", "")},
                            {"url", url},
                            {"static_url", url},
                            {"visible_in_picker", false}});
    }
    return entities;
}

Json field_entities(const Json& fields) {
    Json entities = Json::array();
    if (!fields.is_array()) return entities;
    for (const auto& field : fields) {
        // What the account's district attests comes first. Apps mark a verified field by a shape
        // and a colour of their own.
        if (const auto shown = educators::show_attested_field(field)) {
            entities.push_back({{"name", shown->name},
                                {"value", escape_html(shown->text)},
                                {"verified_at", shown->since}});
            continue;
        }
        const auto verified = field.find("verified_at");
        entities.push_back({{"name", field.value("name", "")},
                            {"value", field.value("value", "")},
                            {"verified_at", verified == field.end() ? Json() : *verified}});
    }
    return entities;
}

Json size_entity(int width, int height) {
    Json size = Json::object();
    if (width > 0 && height > 0) {
        size["width"] = width;
        size["height"] = height;
        size["size"] = fmt::format("{}x{}", width, height);
        size["aspect"] = static_cast<double>(width) / height;
    }
    return size;
}

/// https://docs.joinmastodon.org/entities/MediaAttachment/#meta
Json meta_entity(const db::MediaAttachment& media) {
    auto original = size_entity(media.width, media.height);
    if (media.duration_ms > 0)
        original["duration"] = static_cast<double>(media.duration_ms) / 1000.0;
    if (!media.frame_rate.empty()) original["frame_rate"] = media.frame_rate;
    if (media.bit_rate > 0) original["bitrate"] = media.bit_rate;
    Json meta = Json::object();
    if (!original.empty()) meta["original"] = std::move(original);
    if (auto small = size_entity(media.small_width, media.small_height); !small.empty())
        meta["small"] = std::move(small);
    if (media.focus) meta["focus"] = {{"x", media.focus->at(0)}, {"y", media.focus->at(1)}};
    return meta;
}

// Readers of a limited post are those of a direct one, and no client knows the word.
std::string_view shown_visibility(db::Visibility visibility) {
    return to_string(visibility == db::Visibility::Limited ? db::Visibility::Direct : visibility);
}

const std::string& page_of(const db::Status& status) {
    return status.url.empty() ? status.uri : status.url;
}

// Into collections: who wants to be found may be put there. Of others' accounts nothing is known.
Json feature_approval_entity(const db::Account& account) {
    Json automatic = Json::array();
    if (!account.is_local())
        return {{"automatic", automatic}, {"manual", automatic}, {"current_user", "missing"}};
    if (account.discoverable) automatic.push_back("public");
    return {{"automatic", automatic},
            {"manual", Json::array()},
            {"current_user", account.discoverable ? "automatic" : "denied"}};
}

} // namespace

Json account_entity(const media::Links& links,
                    const db::Account& account,
                    const AccountParts& parts) {
    using media::PictureKind;
    const bool is_hidden = account.suspended_at || account.origin_suspended;
    const auto shown = [&](const std::string& text) { return is_hidden ? std::string() : text; };
    const auto picture = [&](PictureKind kind) {
        return is_hidden ? media::missing_picture_url(links.instance(), kind)
                         : links.picture_url(account, kind);
    };
    const auto avatar = picture(PictureKind::Avatar);
    const auto header = picture(PictureKind::Header);
    const auto created_on = std::chrono::floor<std::chrono::days>(account.created_at);
    Json entity{
        {"id", to_string(account.id)},
        {"username", account.username},
        {"acct", account.acct()},
        {"display_name", shown(account.display_name)},
        {"locked", account.locked},
        {"bot", account.is_bot()},
        {"group", account.is_group()},
        {"discoverable", account.discoverable},
        {"indexable", account.indexable},
        {"created_at", format_iso8601(created_on)},
        {"note", shown(account.note)},
        {"url", account.url.empty() ? account.uri : account.url},
        {"uri", account.uri},
        {"avatar", avatar},
        {"avatar_static", avatar},
        {"avatar_description", shown(parts.descriptions.avatar)},
        {"header", header},
        {"header_static", header},
        {"header_description", shown(parts.descriptions.header)},
        {"followers_count", account.followers_count},
        {"following_count", account.following_count},
        {"statuses_count", account.statuses_count},
        {"last_status_at",
         account.last_status_at ? Json(format_date(*account.last_status_at)) : Json()},
        {"hide_collections", account.hide_collections},
        {"show_media", account.show_media},
        {"show_media_replies", account.show_media_replies},
        {"show_featured", account.show_featured},
        {"feature_approval", feature_approval_entity(account)},
        {"emojis", is_hidden ? Json::array() : emoji_entities(links, account.emojis)},
        {"fields", is_hidden ? Json::array() : field_entities(account.fields)},
        {"roles", Json::array()},
    };
    if (account.is_local()) entity["noindex"] = !account.indexable;
    if (is_hidden) entity["suspended"] = true;
    if (account.limited_at) entity["limited"] = true;
    if (account.memorial) entity["memorial"] = true;
    // Ours: apps that know the word mark who is no educator and here for a while.
    if (const auto until = educators::show_guest(account)) entity["guest"] = {{"until", *until}};
    if (const auto mark = db::mark_of(account)) {
        entity["commercial"] = {
            {"organisation", mark->organisation}, {"name", mark->name}, {"stopped", mark->stopped}};
        // A badge beside the name in apps that show roles.
        entity["roles"].push_back(
            {{"id", "commercial"}, {"name", "Commercial partner"}, {"color", ""}});
    }
    if (parts.moved_to != nullptr) entity["moved"] = account_entity(links, *parts.moved_to);
    return entity;
}

Json relationship_entity(const db::Relationship& r) {
    return {
        {"id", to_string(r.account)},
        {"following", r.following},
        {"showing_reblogs", r.showing_reblogs},
        {"notifying", r.notifying},
        {"languages", r.languages.empty() ? Json() : Json(r.languages)},
        {"followed_by", r.followed_by},
        {"blocking", r.blocking},
        {"blocked_by", r.blocked_by},
        {"muting", r.muting},
        {"muting_notifications", r.muting_notifications},
        {"muting_expires_at", time_or_null(r.muting_expires_at)},
        {"requested", r.requested},
        {"requested_by", r.requested_by},
        {"domain_blocking", r.domain_blocking},
        {"endorsed", r.endorsed},
        {"note", r.note},
    };
}

Json media_entity(const Instance& instance, const db::MediaAttachment& media) {
    return {
        {"id", to_string(media.id)},
        {"type", media.type},
        {"url", text_or_null(media::attachment_url(instance, media, media::Variant::Original))},
        {"preview_url",
         text_or_null(media::attachment_url(instance, media, media::Variant::Small))},
        {"remote_url", text_or_null(media.remote_url)},
        {"preview_remote_url", nullptr},
        {"text_url", nullptr},
        {"meta", meta_entity(media)},
        {"description", text_or_null(media.description)},
        {"blurhash", text_or_null(media.blurhash)},
    };
}

Json poll_entity(const db::PollView& poll, AccountId reader, Time now) {
    const bool is_over = poll.closed_at || (poll.expires_at && *poll.expires_at <= now);
    const bool shows_totals = !poll.hide_totals || is_over;
    Json options = Json::array();
    std::int64_t votes = 0;
    for (std::size_t i = 0; i < poll.options.size(); ++i) {
        const auto tally = i < poll.tallies.size() ? poll.tallies[i] : 0;
        votes += tally;
        options.push_back(
            {{"title", poll.options[i]}, {"votes_count", shows_totals ? Json(tally) : Json()}});
    }
    return {
        {"id", to_string(poll.id)},
        {"expires_at", time_or_null(poll.expires_at)},
        {"expired", is_over},
        {"multiple", poll.multiple},
        {"votes_count", votes},
        {"voters_count", poll.voters_count ? Json(*poll.voters_count) : Json()},
        {"options", std::move(options)},
        {"emojis", Json::array()},
        {"voted", poll.author == reader || !poll.own_votes.empty()},
        {"own_votes", poll.own_votes},
    };
}

Json status_entity(const media::Links& links, const db::Status& status, const StatusParts& parts) {
    const Instance& instance = links.instance();
    const auto& content = parts.boosted != nullptr ? *parts.boosted : status;
    Json mentions = Json::array();
    for (const auto& mention : parts.mentions) {
        mentions.push_back(
            {{"id", to_string(mention.account)},
             {"username", mention.username},
             {"acct",
              mention.domain.empty() ? mention.username : mention.username + "@" + mention.domain},
             {"url", mention.url}});
    }
    Json tags = Json::array();
    for (const auto& tag : parts.tags) {
        tags.push_back(
            {{"name", tag.name}, {"url", instance.origin + "/tags/" + percent_encode(tag.name)}});
    }
    Json media = Json::array();
    for (const auto& attachment : parts.media) {
        media.push_back(media_entity(instance, attachment));
    }
    Json entity{
        {"id", to_string(status.id)},
        {"created_at", format_iso8601(status.created_at)},
        {"in_reply_to_id", id_or_null(status.in_reply_to)},
        {"in_reply_to_account_id", id_or_null(status.in_reply_to_account)},
        {"sensitive", content.sensitive},
        {"spoiler_text", content.spoiler_text},
        {"visibility",
         shown_visibility(parts.audience && status.visibility == db::Visibility::Limited
                              ? db::Visibility::Private
                              : status.visibility)},
        {"local_only", content.local_only},
        {"language", text_or_null(content.language)},
        {"uri", status.uri},
        {"url", page_of(status)},
        {"replies_count", content.replies_count},
        {"reblogs_count", content.reblogs_count},
        {"favourites_count", content.favourites_count},
        {"edited_at", time_or_null(content.edited_at)},
        {"content", content.content},
        {"media_attachments", std::move(media)},
        {"mentions", std::move(mentions)},
        {"tags", std::move(tags)},
        {"emojis", emoji_entities(links, content.emojis)},
        {"card", card_entity(links, content.card, parts.card_author)},
        {"application", nullptr},
    };
    // Mastodon has no such member: only where the author states more than about quotes.
    const auto& policy = content.interaction_policy;
    const bool states_more =
        policy.is_object() &&
        (policy.contains("reply") || policy.contains("like") || policy.contains("announce"));
    if (states_more)
        entity["interaction_policy"] = statuses::render_interactions(policy, content.visibility);
    // Nor this one; the words stand in the content, too.
    if (parts.audience) {
        entity["audience"] = {{"kind", db::to_string(parts.audience->kind)},
                              {"description", statuses::describe(*parts.audience, status.author)}};
    }
    if (parts.app != nullptr) {
        entity["application"] = {{"name", parts.app->name},
                                 {"website", text_or_null(parts.app->website)}};
    }
    return entity;
}

Json edit_entity(const media::Links& links,
                 const db::StatusEdit& edit,
                 const std::vector<db::MediaAttachment>& media) {
    Json attachments = Json::array();
    for (const auto& version : edit.media) {
        const auto id = version.value("id", "");
        const auto found = std::ranges::find_if(
            media, [&](const auto& attachment) { return to_string(attachment.id) == id; });
        if (found == media.end()) continue;
        attachments.push_back(media_entity(links.instance(), *found));
        attachments.back()["description"] = text_or_null(version.value("description", ""));
    }
    Json entity{
        {"content", edit.content},
        {"spoiler_text", edit.spoiler_text},
        {"sensitive", edit.sensitive},
        {"created_at", format_iso8601(edit.created_at)},
        {"media_attachments", std::move(attachments)},
        {"emojis", emoji_entities(links, edit.emojis)},
        {"quote", nullptr},
    };
    if (!edit.poll_options.empty()) {
        Json options = Json::array();
        for (const auto& title : edit.poll_options) {
            options.push_back({{"title", title}});
        }
        entity["poll"] = {{"options", std::move(options)}};
    }
    return entity;
}

Json featured_tag_entity(const Instance& instance, const db::FeaturedTag& featured) {
    const auto& last = featured.last_status_at;
    return {{"id", std::to_string(featured.id)},
            {"name", featured.tag.display},
            {"url", instance.origin + "/tags/" + percent_encode(featured.tag.name)},
            {"statuses_count", std::to_string(featured.statuses_count)},
            {"last_status_at", last ? Json(format_date(*last)) : Json()}};
}

Json featured_tag_entities(const Instance& instance, const std::vector<db::FeaturedTag>& tags) {
    Json entities = Json::array();
    for (const auto& tag : tags)
        entities.push_back(featured_tag_entity(instance, tag));
    return entities;
}

Json marker_entity(const db::Marker& marker) {
    return {{"last_read_id", std::to_string(marker.last_read)},
            {"version", marker.version},
            {"updated_at", format_iso8601(marker.updated_at)}};
}

Json week_of(const std::vector<db::search::TagDay>& history, TagId tag, Time now) {
    Json days = Json::array();
    const auto today = std::chrono::floor<std::chrono::days>(now);
    for (int ago = 0; ago < 7; ++ago) {
        const auto day = (today - std::chrono::days{ago}).time_since_epoch();
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(day).count();
        const auto used = std::ranges::find_if(
            history, [&](const auto& entry) { return entry.tag == tag && entry.day == seconds; });
        const bool is_used = used != history.end();
        days.push_back({{"day", std::to_string(seconds)},
                        {"uses", std::to_string(is_used ? used->uses : 0)},
                        {"accounts", std::to_string(is_used ? used->accounts : 0)}});
    }
    return days;
}

Json tag_entity(const Instance& instance,
                const db::Tag& tag,
                const std::vector<db::search::TagDay>& history,
                Time now) {
    return {{"id", to_string(tag.id)},
            {"name", tag.name},
            {"url", instance.origin + "/tags/" + percent_encode(tag.name)},
            {"history", week_of(history, tag.id, now)}};
}

} // namespace api
