#include "api/entities.h"

#include "base/text.h"
#include "base/uri.h"

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
Json emoji_entities(const Json& emojis) {
    Json entities = Json::array();
    if (!emojis.is_array()) return entities;
    for (const auto& emoji : emojis) {
        const auto url = emoji.value("url", "");
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
        const auto verified = field.find("verified_at");
        entities.push_back({{"name", field.value("name", "")},
                            {"value", field.value("value", "")},
                            {"verified_at", verified == field.end() ? Json() : *verified}});
    }
    return entities;
}

Json size_entity(const db::MediaView& media) {
    Json size = Json::object();
    if (media.width > 0 && media.height > 0) {
        size["width"] = media.width;
        size["height"] = media.height;
        size["size"] = fmt::format("{}x{}", media.width, media.height);
        size["aspect"] = static_cast<double>(media.width) / media.height;
    }
    if (media.duration_ms > 0) size["duration"] = static_cast<double>(media.duration_ms) / 1000.0;
    return size;
}

// Readers of a limited post are those of a direct one, and no client knows the word.
std::string_view shown_visibility(db::Visibility visibility) {
    return to_string(visibility == db::Visibility::Limited ? db::Visibility::Direct : visibility);
}

const std::string& page_of(const db::Status& status) {
    return status.url.empty() ? status.uri : status.url;
}

} // namespace

Json account_entity(const Instance& instance,
                    const db::Account& account,
                    const db::Account* moved_to) {
    const bool is_hidden = account.suspended_at || account.origin_suspended;
    const auto shown = [&](const std::string& text) { return is_hidden ? std::string() : text; };
    const auto picture = [&](const std::string& url, const char* kind) {
        return is_hidden || url.empty()
                   ? fmt::format("{}/{}/original/missing.png", instance.origin, kind)
                   : url;
    };
    const auto avatar = picture(account.avatar_url, "avatars");
    const auto header = picture(account.header_url, "headers");
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
        {"avatar_description", ""},
        {"header", header},
        {"header_static", header},
        {"header_description", ""},
        {"followers_count", account.followers_count},
        {"following_count", account.following_count},
        {"statuses_count", account.statuses_count},
        {"last_status_at",
         account.last_status_at ? Json(format_date(*account.last_status_at)) : Json()},
        {"hide_collections", account.hide_collections},
        {"emojis", is_hidden ? Json::array() : emoji_entities(account.emojis)},
        {"fields", is_hidden ? Json::array() : field_entities(account.fields)},
        {"roles", Json::array()},
    };
    if (account.is_local()) entity["noindex"] = !account.indexable;
    if (is_hidden) entity["suspended"] = true;
    if (account.limited_at) entity["limited"] = true;
    if (account.memorial) entity["memorial"] = true;
    if (moved_to != nullptr) entity["moved"] = account_entity(instance, *moved_to);
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
        {"domain_blocking", false},
        {"endorsed", false},
        {"note", r.note},
    };
}

Json media_entity(const db::MediaView& media) {
    Json meta = Json::object();
    if (auto size = size_entity(media); !size.empty()) meta["original"] = std::move(size);
    if (media.focus_x && media.focus_y) {
        meta["focus"] = {{"x", *media.focus_x}, {"y", *media.focus_y}};
    }
    const auto preview = media.preview_url.empty() ? media.remote_url : media.preview_url;
    return {
        {"id", to_string(media.id)},
        {"type", media.type},
        {"url", text_or_null(media.remote_url)},
        {"preview_url", text_or_null(preview)},
        {"remote_url", text_or_null(media.remote_url)},
        {"preview_remote_url", nullptr},
        {"text_url", nullptr},
        {"meta", std::move(meta)},
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

Json status_entity(const Instance& instance, const db::Status& status, const StatusParts& parts) {
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
        media.push_back(media_entity(attachment));
    }
    Json entity{
        {"id", to_string(status.id)},
        {"created_at", format_iso8601(status.created_at)},
        {"in_reply_to_id", id_or_null(status.in_reply_to)},
        {"in_reply_to_account_id", id_or_null(status.in_reply_to_account)},
        {"sensitive", content.sensitive},
        {"spoiler_text", content.spoiler_text},
        {"visibility", shown_visibility(status.visibility)},
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
        {"emojis", emoji_entities(content.emojis)},
        {"card", nullptr},
        {"application", nullptr},
        {"filtered", Json::array()},
    };
    if (parts.app != nullptr) {
        entity["application"] = {{"name", parts.app->name},
                                 {"website", text_or_null(parts.app->website)}};
    }
    return entity;
}

Json edit_entity(const db::StatusEdit& edit, const std::vector<db::MediaView>& media) {
    Json attachments = Json::array();
    for (const auto& version : edit.media) {
        const auto id = version.value("id", "");
        const auto found = std::ranges::find_if(
            media, [&](const auto& attachment) { return to_string(attachment.id) == id; });
        if (found == media.end()) continue;
        attachments.push_back(media_entity(*found));
        attachments.back()["description"] = text_or_null(version.value("description", ""));
    }
    Json entity{
        {"content", edit.content},
        {"spoiler_text", edit.spoiler_text},
        {"sensitive", edit.sensitive},
        {"created_at", format_iso8601(edit.created_at)},
        {"media_attachments", std::move(attachments)},
        {"emojis", emoji_entities(edit.emojis)},
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

Json marker_entity(const db::Marker& marker) {
    return {{"last_read_id", std::to_string(marker.last_read)},
            {"version", marker.version},
            {"updated_at", format_iso8601(marker.updated_at)}};
}

Json tag_entity(const Instance& instance,
                const db::search::Tag& tag,
                const std::vector<db::search::TagDay>& history,
                Time now) {
    Json days = Json::array();
    const auto today = std::chrono::floor<std::chrono::days>(now);
    for (int ago = 0; ago < 7; ++ago) {
        const auto day = (today - std::chrono::days{ago}).time_since_epoch();
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(day).count();
        const auto used = std::ranges::find_if(history, [&](const auto& entry) {
            return entry.tag == tag.id && entry.day == seconds;
        });
        const bool is_used = used != history.end();
        days.push_back({{"day", std::to_string(seconds)},
                        {"uses", std::to_string(is_used ? used->uses : 0)},
                        {"accounts", std::to_string(is_used ? used->accounts : 0)}});
    }
    return {{"id", std::to_string(tag.id)},
            {"name", tag.name},
            {"url", instance.origin + "/tags/" + percent_encode(tag.name)},
            {"history", std::move(days)},
            {"following", false},
            {"featuring", false}};
}

} // namespace api
