#include "api/announcements.h"

#include "api/answer.h"
#include "api/api.h"
#include "base/text.h"
#include "base/uri.h"
#include "base/words.h"
#include "db/events.h"
#include "media/emojis.h"
#include "outbox/emoji.h"
#include "outbox/format.h"

#include <array>

/// docs.joinmastodon.org/methods/announcements/
namespace api {
namespace {

Json time_or_null(const std::optional<Time>& time) {
    return time ? Json(format_iso8601(*time)) : Json();
}

/// Of a reaction with an emoji of the house, where it is seen.
void add_picture(db::Tx& tx, const Instance& instance, Json& reaction) {
    const auto name = reaction.at("name").get<std::string>();
    if (!outbox::is_shortcode(name)) return;
    for (const auto& emoji : db::custom_emojis::find_all(tx, {name})) {
        const auto url = media::custom_emoji_url(instance, emoji);
        reaction["url"] = url;
        reaction["static_url"] = url;
    }
}

Json emoji_entities(Json rows) {
    for (auto& emoji : rows) {
        emoji["static_url"] = emoji.at("url");
        emoji["visible_in_picker"] = false;
    }
    return rows;
}

/// https://docs.joinmastodon.org/entities/Announcement/. The
/// names of people are not made links of.
Json announcement_entity(db::Tx& tx,
                         const Instance& instance,
                         const db::Announcement& announcement,
                         const std::vector<db::Reaction>& reactions) {
    Json tags = Json::array();
    for (const auto& tag : outbox::find_hashtags(announcement.text)) {
        const auto name = fold(tag);
        tags.push_back(
            {{"name", name}, {"url", instance.origin + "/tags/" + percent_encode(name)}});
    }
    Json reacted = Json::array();
    for (const auto& reaction : reactions) {
        if (reaction.announcement != announcement.id) continue;
        Json entity = {{"name", reaction.name}, {"count", reaction.count}, {"me", reaction.is_own}};
        add_picture(tx, instance, entity);
        reacted.push_back(std::move(entity));
    }
    return {{"id", to_string(announcement.id)},
            {"content", announcement.content},
            {"starts_at", time_or_null(announcement.starts_at)},
            {"ends_at", time_or_null(announcement.ends_at)},
            {"published", true},
            {"all_day", announcement.all_day},
            {"published_at", format_iso8601(announcement.published_at)},
            {"updated_at", format_iso8601(announcement.updated_at)},
            {"read", announcement.is_read},
            {"mentions", Json::array()},
            {"statuses", Json::array()},
            {"tags", std::move(tags)},
            {"emojis", emoji_entities(outbox::emojis_in(tx, instance, announcement.text))},
            {"reactions", std::move(reacted)}};
}

// GET /api/v1/announcements?with_dismissed=
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto announcements = db::announcements::list(tx, call.me(), api.now());
    std::vector<db::AnnouncementId> ids;
    ids.reserve(announcements.size());
    for (const auto& announcement : announcements)
        ids.push_back(announcement.id);
    const auto reactions = db::announcements::reactions(tx, call.me(), ids);
    const bool with_dismissed = call.form.flag_or("with_dismissed", false);
    Json entities = Json::array();
    for (const auto& announcement : announcements) {
        if (announcement.is_read && !with_dismissed) continue;
        entities.push_back(announcement_entity(tx, api.instance(), announcement, reactions));
    }
    return http::json_response(entities);
}

/// The announcement of {id} that still stands. Errors: NotFound.
Result<db::AnnouncementId> find(const Api& api, db::Tx& tx, const http::Call& call) {
    const auto id = call.id<db::AnnouncementTag>("id");
    if (!id) return id.error();
    if (!db::announcements::find(tx, call.me(), *id, api.now()))
        return not_found("no such announcement");
    return *id;
}

// POST /api/v1/announcements/:id/dismiss
Result<http::Response> dismiss(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto id = find(api, tx, call);
    if (!id) return id.error();
    db::announcements::dismiss(tx, call.me(), *id);
    tx.commit();
    return empty_response();
}

void tell(db::Tx& tx, db::AnnouncementId id, std::string_view reaction) {
    db::events::add(tx,
                    {.kind = db::EventKind::AnnouncementReaction,
                     .id = id.value,
                     .name = std::string(reaction)});
}

// PUT /api/v1/announcements/:id/reactions/:name
Result<http::Response> react(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto id = find(api, tx, call);
    if (!id) return id.error();
    const auto name = call.param("name");
    if (!is_emoji(name) && db::custom_emojis::find_all(tx, {std::string(name)}).empty())
        return unprocessable("Validation failed: Name is not a recognized emoji");
    if (!db::announcements::react(tx, call.me(), *id, name, api.now()))
        return unprocessable("Validation failed: Limit of different reactions reached");
    tell(tx, *id, name);
    tx.commit();
    return empty_response();
}

// DELETE /api/v1/announcements/:id/reactions/:name
Result<http::Response> take_back(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto id = find(api, tx, call);
    if (!id) return id.error();
    db::announcements::take_back(tx, call.me(), *id, call.param("name"));
    tell(tx, *id, call.param("name"));
    tx.commit();
    return empty_response();
}

} // namespace

std::optional<std::string> render_announcement(const Api& api, db::Tx& tx, db::AnnouncementId id) {
    const auto announcement = db::announcements::find(tx, {}, id, api.now());
    if (!announcement) return std::nullopt;
    auto entity = announcement_entity(
        tx, api.instance(), *announcement, db::announcements::reactions(tx, {}, {id}));
    entity.erase("read");
    for (auto& reaction : entity["reactions"])
        reaction.erase("me");
    return dump_json(entity);
}

std::string render_reaction(const Api& api,
                            db::Tx& tx,
                            db::AnnouncementId id,
                            std::string_view name) {
    std::int64_t count = 0; // Nobody's any more.
    for (const auto& reaction : db::announcements::reactions(tx, {}, {id})) {
        if (reaction.name == name) count = reaction.count;
    }
    Json entity = {{"announcement_id", to_string(id)}, {"name", name}, {"count", count}};
    add_picture(tx, api.instance(), entity);
    return dump_json(entity);
}

std::span<const Row> announcement_rows() {
    using enum http::Access;
    static constexpr auto write = "write:favourites";
    static constexpr auto reaction = "/api/v1/announcements/{id}/reactions/{name}";
    static constexpr std::array rows{
        Row{"GET", "/api/v1/announcements", Token, "", list},
        Row{"POST", "/api/v1/announcements/{id}/dismiss", Token, "write:accounts", dismiss},
        Row{"PUT", reaction, Token, write, react},
        Row{"DELETE", reaction, Token, write, take_back},
    };
    return rows;
}

} // namespace api
