#include "api/notifications.h"

#include "api/answer.h"
#include "api/paging.h"
#include "api/render.h"
#include "db/markers.h"
#include "db/severances.h"
#include "db/strikes.h"

#include <algorithm>
#include <array>
#include <unordered_map>

/// docs.joinmastodon.org/methods/notifications/
namespace api {
namespace {

// GET /api/v1/notifications
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call, {.usual = 40, .most = 80});
    const auto notifications =
        db::notifications::list(tx, call.me(), notification_filter_of(call.form), page);
    auto response = array_response(render_notifications(api, tx, notifications, call.me()));
    add_links(response, api.instance(), call, page, keys_of(notifications, [](const auto& entry) {
                  return entry.id.value;
              }));
    return response;
}

// GET /api/v1/notifications/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    const auto id = call.id<NotificationTag>("id");
    if (!id) return id.error();
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto notification = db::notifications::find(tx, call.me(), *id);
    if (!notification) return not_found("no such notification");
    auto entities = render_notifications(api, tx, {*notification}, call.me());
    if (entities.empty()) return not_found("no such notification");
    return json_text_response(std::move(entities.front()));
}

// GET /api/v1/notifications/unread_count: those above the member's marker.
Result<http::Response> count_unread(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto count = db::notifications::count_above(tx,
                                                      call.me(),
                                                      notification_filter_of(call.form),
                                                      last_read_notification(tx, call.me()),
                                                      most_unread_of(call.form));
    return http::json_response({{"count", count}});
}

// POST /api/v1/notifications/clear
Result<http::Response> clear(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    db::notifications::remove_all(tx, call.me());
    tx.commit();
    return empty_response();
}

Result<http::Response> dismiss_one(const Api& api, const http::Call& call, NotificationId id) {
    db::Tx tx(api.deps.pool);
    if (!db::notifications::remove(tx, call.me(), id)) return not_found("no such notification");
    tx.commit();
    return empty_response();
}

// POST /api/v1/notifications/:id/dismiss
Result<http::Response> dismiss(const Api& api, const http::Call& call) {
    const auto id = call.id<NotificationTag>("id");
    if (!id) return id.error();
    return dismiss_one(api, call, *id);
}

// POST /api/v1/notifications/dismiss with id, as before Mastodon 1.3; some clients still do.
Result<http::Response> dismiss_by_form(const Api& api, const http::Call& call) {
    const auto id = parse_id(call.form.text("id"));
    if (!id) return not_found("no id");
    return dismiss_one(api, call, NotificationId{*id});
}

Json severance_entity(const db::Severance& severance) {
    return {{"id", to_string(severance.id)},
            {"type", severance.type},
            {"purged", false},
            {"target_name", severance.target_name},
            {"following_count", severance.following},
            {"followers_count", severance.followers},
            {"created_at", format_iso8601(severance.created_at)}};
}

/// Mastodon has fewer words than we have acts on posts.
std::string_view action_of(const db::Strike& strike) {
    if (strike.act == "mark-sensitive" || strike.act == "label")
        return "mark_statuses_as_sensitive";
    if (strike.act == "delete") return "delete_statuses";
    return strike.act == "remove-media" ? std::string_view("none") : std::string_view(strike.act);
}

Json appeal_entity(const db::Strike& strike) {
    if (!strike.appealed_at) return nullptr;
    const auto* const state = strike.decision.empty()       ? "pending"
                              : strike.decision == "upheld" ? "rejected"
                                                            : "approved";
    return {{"text", strike.appeal}, {"state", state}};
}

Json warning_entity(const db::Strike& strike, Json account) {
    return {{"id", to_string(strike.id)},
            {"action", action_of(strike)},
            {"text", strike.reason},
            {"status_ids", strike.status ? Json::array({to_string(strike.status)}) : Json(nullptr)},
            {"target_account", std::move(account)},
            {"appeal", appeal_entity(strike)},
            {"created_at", format_iso8601(strike.created_at)}};
}

} // namespace

std::vector<std::string> render_notifications(const Api& api,
                                              db::Tx& tx,
                                              const std::vector<db::Notification>& notifications,
                                              AccountId me) {
    std::vector<StatusId> status_ids;
    std::vector<AccountId> account_ids;
    for (const auto& notification : notifications) {
        if (notification.status) status_ids.push_back(notification.status);
        account_ids.push_back(notification.from);
    }
    std::unordered_map<StatusId, std::string> statuses;
    for (auto& status : render_statuses(api, tx, status_ids, me))
        statuses.emplace(status.id, std::move(status.text));
    const auto accounts = render_account_map(api, tx, account_ids);

    const auto parts = render_parts(api, tx, me, notifications);

    std::vector<std::string> entities;
    for (const auto& notification : notifications) {
        const auto account = accounts.find(notification.from);
        const auto status = statuses.find(notification.status);
        if (account == accounts.end() || (notification.status && status == statuses.end()))
            continue;
        auto entity = dump_json(Json{{"id", to_string(notification.id)},
                                     {"type", notification.type},
                                     {"created_at", format_iso8601(notification.created_at)},
                                     {"group_key", notification.group_key}});
        add_member(entity, "account", account->second);
        if (status != statuses.end()) add_member(entity, "status", status->second);
        const auto part = parts.find(notification.id);
        if (part != parts.end())
            add_member(entity, part->second.name, dump_json(part->second.value));
        entities.push_back(std::move(entity));
    }
    return entities;
}

std::unordered_map<NotificationId, NotificationPart> render_parts(
    const Api& api, db::Tx& tx, AccountId me, const std::vector<db::Notification>& of) {
    const auto ids_of_type = [&](std::string_view type) {
        std::vector<NotificationId> ids;
        for (const auto& notification : of)
            if (notification.type == type) ids.push_back(notification.id);
        return ids;
    };
    std::unordered_map<NotificationId, NotificationPart> parts;
    const auto severed = ids_of_type("severed_relationships");
    for (const auto& [id, severance] : db::severances::of_notifications(tx, me, severed))
        parts.emplace(id, NotificationPart{"event", severance_entity(severance)});
    const auto warned = db::strikes::of_notifications(tx, me, ids_of_type("moderation_warning"));
    if (warned.empty()) return parts;
    const auto mine = render_account_map(api, tx, {me});
    const auto account = mine.find(me);
    if (account == mine.end()) return parts;
    for (const auto& [id, strike] : warned)
        parts.emplace(id,
                      NotificationPart{"moderation_warning",
                                       warning_entity(strike, Json::parse(account->second))});
    return parts;
}

db::NotificationFilter notification_filter_of(const http::Form& form) {
    db::NotificationFilter filter{.types = form.list("types"),
                                  .exclude_types = form.list("exclude_types"),
                                  .include_filtered = form.flag_or("include_filtered", false)};
    if (const auto from = parse_id(form.text("account_id"))) {
        filter.from = AccountId{*from};
        filter.include_filtered = true;
    }
    return filter;
}

NotificationId last_read_notification(db::Tx& tx, AccountId me) {
    NotificationId last_read;
    for (const auto& marker : db::markers::find(tx, me, {"notifications"}))
        last_read = NotificationId{marker.last_read};
    return last_read;
}

int most_unread_of(const http::Form& form) {
    constexpr std::int64_t usual = 100;
    constexpr std::int64_t most = 1'000;
    return static_cast<int>(
        std::clamp<std::int64_t>(form.number("limit").value_or(usual), 1, most));
}

std::span<const Row> notification_rows() {
    using enum http::Access;
    static constexpr auto read = "read:notifications";
    static constexpr auto write = "write:notifications";
    static constexpr std::array rows{
        Row{"GET", "/api/v1/notifications", Token, read, list},
        Row{"GET", "/api/v1/notifications/unread_count", Token, read, count_unread},
        Row{"GET", "/api/v1/notifications/{id}", Token, read, show},
        Row{"POST", "/api/v1/notifications/clear", Token, write, clear},
        Row{"POST", "/api/v1/notifications/dismiss", Token, write, dismiss_by_form},
        Row{"POST", "/api/v1/notifications/{id}/dismiss", Token, write, dismiss},
    };
    return rows;
}

} // namespace api
