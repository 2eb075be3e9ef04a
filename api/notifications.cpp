#include "api/notifications.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/paging.h"
#include "api/render.h"
#include "db/markers.h"

#include <algorithm>
#include <array>
#include <unordered_map>

/// docs.joinmastodon.org/methods/notifications/
namespace api {
namespace {

constexpr int most_unread = 100;

db::NotificationFilter filter_of(const http::Form& form) {
    db::NotificationFilter filter{.types = form.list("types"),
                                  .exclude_types = form.list("exclude_types")};
    if (const auto from = parse_id(form.text("account_id"))) filter.from = AccountId{*from};
    return filter;
}

// GET /api/v1/notifications
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call, {.usual = 40, .most = 80});
    const auto notifications = db::notifications::list(tx, call.me(), filter_of(call.form), page);
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
    NotificationId last_read;
    for (const auto& marker : db::markers::find(tx, call.me(), {"notifications"}))
        last_read = NotificationId{marker.last_read};
    const auto most = call.form.number("limit").value_or(most_unread);
    const auto count = db::notifications::count_above(
        tx, call.me(), last_read, static_cast<int>(std::clamp<std::int64_t>(most, 1, 1'000)));
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

    std::vector<std::string> entities;
    for (const auto& notification : notifications) {
        const auto account = accounts.find(notification.from);
        const auto status = statuses.find(notification.status);
        if (account == accounts.end() || (notification.status && status == statuses.end()))
            continue;
        auto entity = dump_json(Json{{"id", to_string(notification.id)},
                                     {"type", notification.type},
                                     {"created_at", format_iso8601(notification.created_at)},
                                     {"group_key", "ungrouped-" + to_string(notification.id)}});
        add_member(entity, "account", account->second);
        if (status != statuses.end()) add_member(entity, "status", status->second);
        entities.push_back(std::move(entity));
    }
    return entities;
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
