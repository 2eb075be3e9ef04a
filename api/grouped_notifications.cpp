#include "api/answer.h"
#include "api/notifications.h"
#include "api/paging.h"
#include "api/render.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

/// docs.joinmastodon.org/methods/grouped_notifications/
namespace api {
namespace {

constexpr std::size_t most_samples = 8;

/// Everything that goes into one answer.
struct Groups {
    std::vector<db::Notification> newest{};
    std::map<std::string, std::vector<db::GroupMember>> members{};
};

bool is_alone(const db::Notification& group) {
    return group.group_key == "ungrouped-" + to_string(group.id);
}

std::vector<std::string> grouped_types_of(const http::Form& form) {
    auto types = form.list("grouped_types");
    if (types.empty()) types = {"favourite", "follow", "reblog", "admin.sign_up"};
    return types;
}

/// Notifications of types that the client does not want grouped get keys of their own.
void split(std::vector<db::Notification>& newest, const std::vector<std::string>& grouped_types) {
    for (auto& group : newest) {
        if (std::ranges::find(grouped_types, group.type) == grouped_types.end())
            group.group_key = "ungrouped-" + to_string(group.id);
    }
}

Groups load_members(db::Tx& tx,
                    AccountId me,
                    const db::NotificationFilter& filter,
                    std::vector<db::Notification> newest) {
    Groups groups{.newest = std::move(newest)};
    std::vector<std::string> keys;
    for (const auto& group : groups.newest) {
        if (is_alone(group)) {
            groups.members[group.group_key] = {
                {.group_key = group.group_key, .id = group.id, .from = group.from}};
        } else {
            keys.push_back(group.group_key);
        }
    }
    for (auto& member : db::notifications::members(tx, me, filter, keys))
        groups.members[member.group_key].push_back(member);
    return groups;
}

/// The newest senders, each once.
std::vector<AccountId> samples_of(const std::vector<db::GroupMember>& members) {
    std::vector<AccountId> samples;
    for (const auto& member : members) {
        if (samples.size() == most_samples) break;
        if (std::ranges::find(samples, member.from) == samples.end())
            samples.push_back(member.from);
    }
    return samples;
}

/// https://docs.joinmastodon.org/methods/grouped_notifications/#NotificationGroup. What a page
/// shows of a group ends with the page: clients turn pages by page_min_id, too.
Json group_entity(const db::Notification& group,
                  const std::vector<db::GroupMember>& members,
                  NotificationId end_of_page) {
    auto oldest = group.id;
    for (const auto& member : members) {
        if (member.id >= end_of_page) oldest = std::min(oldest, member.id);
    }
    Json samples = Json::array();
    for (const auto sample : samples_of(members))
        samples.push_back(to_string(sample));
    Json entity{{"group_key", group.group_key},
                {"notifications_count", members.size()},
                {"type", group.type},
                {"most_recent_notification_id", group.id.value},
                {"page_min_id", to_string(oldest)},
                {"page_max_id", to_string(group.id)},
                {"latest_page_notification_at", format_iso8601(group.created_at)},
                {"sample_account_ids", std::move(samples)}};
    if (group.status) entity["status_id"] = to_string(group.status);
    return entity;
}

/// https://docs.joinmastodon.org/methods/grouped_notifications/#PartialAccountWithAvatar
Json partial_account(const std::string& account) {
    const auto whole = Json::parse(account);
    Json partial;
    for (const auto* name :
         {"id", "acct", "url", "avatar", "avatar_static", "avatar_description", "locked", "bot"})
        partial[name] = whole.at(name);
    return partial;
}

/// accounts, and partial_accounts when the client asks for it: then only the first of each group is
/// whole.
void add_accounts(
    const Api& api, db::Tx& tx, const http::Call& call, const Groups& groups, std::string& answer) {
    std::vector<AccountId> whole;
    std::vector<AccountId> partial;
    const auto add = [](std::vector<AccountId>& to, AccountId id) {
        if (std::ranges::find(to, id) == to.end()) to.push_back(id);
    };
    const bool is_partial = call.form.text("expand_accounts") == "partial_avatars";
    for (const auto& [key, members] : groups.members) {
        const auto samples = samples_of(members);
        for (std::size_t i = 0; i < samples.size(); ++i)
            add(is_partial && i > 0 ? partial : whole, samples[i]);
    }
    add_member(answer, "accounts", array_text(render_accounts(api, tx, whole)));
    if (!is_partial) return;
    std::erase_if(partial,
                  [&](AccountId id) { return std::ranges::find(whole, id) != whole.end(); });
    Json entities = Json::array();
    for (const auto& account : render_accounts(api, tx, partial))
        entities.push_back(partial_account(account));
    add_member(answer, "partial_accounts", dump_json(entities));
}

/// https://docs.joinmastodon.org/methods/grouped_notifications/#GroupedNotificationsResults
std::string render_groups(const Api& api,
                          db::Tx& tx,
                          const http::Call& call,
                          const Groups& groups) {
    std::vector<StatusId> status_ids;
    for (const auto& group : groups.newest) {
        if (group.status && std::ranges::find(status_ids, group.status) == status_ids.end())
            status_ids.push_back(group.status);
    }
    const auto end_of_page = groups.newest.empty() ? NotificationId{} : groups.newest.back().id;
    Json entities = Json::array();
    const auto parts = render_parts(api, tx, call.me(), groups.newest);
    for (const auto& group : groups.newest) {
        auto entity = group_entity(group, groups.members.at(group.group_key), end_of_page);
        const auto part = parts.find(group.id);
        if (part != parts.end()) entity[part->second.name] = part->second.value;
        entities.push_back(std::move(entity));
    }
    std::string answer = "{}";
    add_accounts(api, tx, call, groups, answer);
    add_member(answer, "statuses", array_text(render_status_list(api, tx, status_ids, call.me())));
    add_member(answer, "notification_groups", dump_json(entities));
    return answer;
}

// GET /api/v2/notifications
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call, {.usual = 40, .most = 80});
    const auto filter = notification_filter_of(call.form);
    const auto types = grouped_types_of(call.form);
    auto newest = db::notifications::groups(tx, call.me(), filter, types, page);
    const auto keys = keys_of(newest, [](const auto& group) { return group.id.value; });
    split(newest, types);
    const auto groups = load_members(tx, call.me(), filter, std::move(newest));
    auto response = json_text_response(render_groups(api, tx, call, groups));
    add_links(response, api.instance(), call, page, keys);
    return response;
}

/// The group of {group_key}; a key of its own also names a notification that could be grouped.
/// Errors: NotFound.
Result<Groups> find_group(db::Tx& tx, const http::Call& call) {
    const auto key = std::string(call.param("group_key"));
    constexpr std::string_view alone = "ungrouped-";
    const db::NotificationFilter all{.include_filtered = true};
    NotificationId newest;
    if (key.starts_with(alone)) {
        const auto id = parse_id(std::string_view(key).substr(alone.size()));
        if (id) newest = NotificationId{*id};
    } else {
        const auto members = db::notifications::members(tx, call.me(), all, {key});
        if (!members.empty()) newest = members.front().id;
    }
    auto notification = db::notifications::find(tx, call.me(), newest);
    if (!notification) return not_found("no such group");
    notification->group_key = key;
    return load_members(tx, call.me(), all, {*notification});
}

// GET /api/v2/notifications/:group_key
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto groups = find_group(tx, call);
    if (!groups) return groups.error();
    return json_text_response(render_groups(api, tx, call, *groups));
}

// GET /api/v2/notifications/:group_key/accounts
Result<http::Response> show_accounts(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto groups = find_group(tx, call);
    if (!groups) return groups.error();
    std::vector<AccountId> ids;
    for (const auto& member : groups->members.begin()->second) {
        if (std::ranges::find(ids, member.from) == ids.end()) ids.push_back(member.from);
    }
    return array_response(render_accounts(api, tx, ids));
}

// POST /api/v2/notifications/:group_key/dismiss
Result<http::Response> dismiss(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto groups = find_group(tx, call);
    if (!groups) return groups.error();
    const auto& group = groups->newest.front();
    if (is_alone(group))
        db::notifications::remove(tx, call.me(), group.id);
    else
        db::notifications::remove_group(tx, call.me(), group.group_key);
    tx.commit();
    return empty_response();
}

// GET /api/v2/notifications/unread_count
Result<http::Response> count_unread(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto count = db::notifications::count_groups_above(tx,
                                                             call.me(),
                                                             notification_filter_of(call.form),
                                                             grouped_types_of(call.form),
                                                             last_read_notification(tx, call.me()),
                                                             most_unread_of(call.form));
    return http::json_response({{"count", count}});
}

} // namespace

std::span<const Row> grouped_notification_rows() {
    using enum http::Access;
    static constexpr auto read = "read:notifications";
    static constexpr auto write = "write:notifications";
    static constexpr auto group = "/api/v2/notifications/{group_key}";
    static constexpr std::array rows{
        Row{"GET", "/api/v2/notifications", Token, read, list},
        Row{"GET", "/api/v2/notifications/unread_count", Token, read, count_unread},
        Row{"GET", group, Token, read, show},
        Row{"GET", "/api/v2/notifications/{group_key}/accounts", Token, read, show_accounts},
        Row{"POST", "/api/v2/notifications/{group_key}/dismiss", Token, write, dismiss},
    };
    return rows;
}

} // namespace api
