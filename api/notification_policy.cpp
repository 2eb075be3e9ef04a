#include "api/answer.h"
#include "api/api.h"
#include "api/find.h"
#include "api/paging.h"
#include "api/render.h"
#include "db/notification_policies.h"

#include <algorithm>
#include <array>
#include <unordered_map>

/// Who is let through to a member's notifications, and who waits for an answer:
/// docs.joinmastodon.org/methods/notifications/#get-policy and #get-requests
namespace api {
namespace {

constexpr std::size_t most_at_once = 80;

/// A condition by its names in both versions of the API.
struct Condition {
    const char* name;
    const char* name_in_v1; ///< A flag; null: v1 does not have it.
    std::string db::NotificationPolicy::*word;
};
constexpr std::array conditions{
    Condition{
        "for_not_following", "filter_not_following", &db::NotificationPolicy::for_not_following},
    Condition{
        "for_not_followers", "filter_not_followers", &db::NotificationPolicy::for_not_followers},
    Condition{"for_new_accounts", "filter_new_accounts", &db::NotificationPolicy::for_new_accounts},
    Condition{"for_private_mentions",
              "filter_private_mentions",
              &db::NotificationPolicy::for_private_mentions},
    Condition{"for_limited_accounts", nullptr, &db::NotificationPolicy::for_limited_accounts},
};

enum class Version { One, Two };

/// https://docs.joinmastodon.org/entities/NotificationPolicy/
template <Version version>
Json policy_entity(db::Tx& tx, AccountId me) {
    const auto policy = db::notification_policies::find(tx, me);
    const auto pending = db::notification_policies::pending(tx, me);
    Json entity{{"summary",
                 {{"pending_requests_count", pending.requests},
                  {"pending_notifications_count", pending.notifications}}}};
    for (const auto& condition : conditions) {
        if constexpr (version == Version::Two)
            entity[condition.name] = policy.*condition.word;
        else if (condition.name_in_v1 != nullptr)
            entity[condition.name_in_v1] = policy.*condition.word != "accept";
    }
    return entity;
}

// GET /api/v1/notifications/policy and /api/v2/notifications/policy
template <Version version>
Result<http::Response> show_policy(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return http::json_response(policy_entity<version>(tx, call.me()));
}

Result<Done> change(db::NotificationPolicy& policy, const http::Form& form) {
    constexpr std::array<std::string_view, 3> words{"accept", "filter", "drop"};
    for (const auto& condition : conditions) {
        const auto word = form.maybe_text(condition.name);
        if (!word) continue;
        if (std::ranges::find(words, *word) == words.end())
            return unprocessable("Validation failed: " + std::string(condition.name) +
                                 " is not included in the list");
        policy.*condition.word = *word;
    }
    return Done{};
}

void change_by_flags(db::NotificationPolicy& policy, const http::Form& form) {
    for (const auto& condition : conditions) {
        if (condition.name_in_v1 == nullptr) continue;
        if (const auto flag = form.flag(condition.name_in_v1))
            policy.*condition.word = *flag ? "filter" : "accept";
    }
}

// PUT /api/v1/notifications/policy and PATCH /api/v2/notifications/policy
template <Version version>
Result<http::Response> change_policy(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    auto policy = db::notification_policies::find(tx, call.me());
    if constexpr (version == Version::One) {
        change_by_flags(policy, call.form);
    } else if (const auto done = change(policy, call.form); !done) {
        return done.error();
    }
    db::notification_policies::put(tx, call.me(), policy);
    const auto entity = policy_entity<version>(tx, call.me());
    tx.commit();
    return http::json_response(entity);
}

/// https://docs.joinmastodon.org/entities/NotificationRequest/
std::vector<std::string> render_requests(const Api& api,
                                         db::Tx& tx,
                                         const std::vector<db::NotificationRequest>& requests,
                                         AccountId me) {
    std::vector<AccountId> account_ids;
    std::vector<StatusId> status_ids;
    for (const auto& request : requests) {
        account_ids.push_back(request.from);
        if (request.last) status_ids.push_back(request.last);
    }
    const auto accounts = render_account_map(api, tx, account_ids);
    const auto statuses = render_statuses(api, tx, status_ids, me);
    std::vector<std::string> entities;
    for (const auto& request : requests) {
        const auto account = accounts.find(request.from);
        if (account == accounts.end()) continue;
        const auto last = std::ranges::find(statuses, request.last, &StatusText::id);
        auto entity = dump_json(Json{{"id", std::to_string(request.id)},
                                     {"created_at", format_iso8601(request.created_at)},
                                     {"updated_at", format_iso8601(request.updated_at)},
                                     {"notifications_count", std::to_string(request.count)}});
        add_member(entity, "account", account->second);
        add_member(entity, "last_status", last == statuses.end() ? "null" : last->text);
        entities.push_back(std::move(entity));
    }
    return entities;
}

// GET /api/v1/notifications/requests
Result<http::Response> list_requests(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call, {.usual = 40, .most = 80});
    const auto requests = db::notification_policies::requests(tx, call.me(), page);
    auto response = array_response(render_requests(api, tx, requests, call.me()));
    add_links(response, api.instance(), call, page, keys_of(requests, [](const auto& request) {
                  return request.id;
              }));
    return response;
}

// GET /api/v1/notifications/requests/:id
Result<http::Response> show_request(const Api& api, const http::Call& call) {
    const auto id = parse_id(call.param("id"));
    if (!id) return not_found("not an id");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto requests = db::notification_policies::find_requests(tx, call.me(), {*id});
    auto entities = render_requests(api, tx, requests, call.me());
    if (entities.empty()) return not_found("no such request");
    return json_text_response(std::move(entities.front()));
}

using Answer = int (*)(db::Tx&, AccountId, const std::vector<std::int64_t>&);

// POST /api/v1/notifications/requests/:id/accept and dismiss
template <Answer answer>
Result<http::Response> answer_one(const Api& api, const http::Call& call) {
    const auto id = parse_id(call.param("id"));
    if (!id) return not_found("not an id");
    db::Tx tx(api.deps.pool);
    if (answer(tx, call.me(), {*id}) == 0) return not_found("no such request");
    tx.commit();
    return empty_response();
}

// POST /api/v1/notifications/requests/accept and dismiss with id[]
template <Answer answer>
Result<http::Response> answer_some(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    answer(tx, call.me(), numbers_of(call.form, "id", most_at_once));
    tx.commit();
    return empty_response();
}

// GET /api/v1/notifications/requests/merged: accepting shows at once what waited.
Result<http::Response> show_merged(const Api&, const http::Call&) {
    return http::json_response({{"merged", true}});
}

} // namespace

std::span<const Row> notification_policy_rows() {
    using enum http::Access;
    static constexpr auto read = "read:notifications";
    static constexpr auto write = "write:notifications";
    static constexpr auto policy_v1 = "/api/v1/notifications/policy";
    static constexpr auto policy_v2 = "/api/v2/notifications/policy";
    static constexpr std::array rows{
        Row{"GET", policy_v1, Token, read, show_policy<Version::One>},
        Row{"PUT", policy_v1, Token, write, change_policy<Version::One>},
        Row{"GET", policy_v2, Token, read, show_policy<Version::Two>},
        // The npm package masto says PUT, which Mastodon takes as well.
        Row{"PUT", policy_v2, Token, write, change_policy<Version::Two>},
        Row{"PATCH", policy_v2, Token, write, change_policy<Version::Two>},
        Row{"GET", "/api/v1/notifications/requests", Token, read, list_requests},
        Row{"GET", "/api/v1/notifications/requests/merged", Token, read, show_merged},
        Row{"GET", "/api/v1/notifications/requests/{id}", Token, read, show_request},
        Row{"POST",
            "/api/v1/notifications/requests/accept",
            Token,
            write,
            answer_some<db::notification_policies::accept>},
        Row{"POST",
            "/api/v1/notifications/requests/dismiss",
            Token,
            write,
            answer_some<db::notification_policies::dismiss>},
        Row{"POST",
            "/api/v1/notifications/requests/{id}/accept",
            Token,
            write,
            answer_one<db::notification_policies::accept>},
        Row{"POST",
            "/api/v1/notifications/requests/{id}/dismiss",
            Token,
            write,
            answer_one<db::notification_policies::dismiss>},
    };
    return rows;
}

} // namespace api
