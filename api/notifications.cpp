#include "api/notifications.h"

#include "api/answer.h"
#include "api/paging.h"
#include "api/render.h"
#include "db/markers.h"
#include "db/severances.h"

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

    const auto severances = render_severances(tx, me, notifications);

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
        const auto severance = severances.find(notification.id);
        if (severance != severances.end())
            add_member(entity, "event", dump_json(severance->second));
        entities.push_back(std::move(entity));
    }
    return entities;
}

std::unordered_map<NotificationId, Json> render_severances(
    db::Tx& tx, AccountId me, const std::vector<db::Notification>& of) {
    std::vector<NotificationId> ids;
    for (const auto& notification : of)
        if (notification.type == "severed_relationships") ids.push_back(notification.id);
    std::unordered_map<NotificationId, Json> events;
    for (const auto& [id, severance] : db::severances::of_notifications(tx, me, ids))
        events.emplace(id,
                       Json{{"id", to_string(severance.id)},
                            {"type", severance.type},
                            {"purged", false},
                            {"target_name", severance.target_name},
                            {"following_count", severance.following},
                            {"followers_count", severance.followers},
                            {"created_at", format_iso8601(severance.created_at)}});
    return events;
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
