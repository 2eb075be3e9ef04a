#include "api/admin.h"
#include "api/annual_reports.h"
#include "api/api.h"
#include "api/interaction_policies.h"
#include "db/guests.h"
#include "db/partners.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string_view>

namespace api {
namespace {

using Group = std::span<const Row> (*)();

// A line each, so that two changes do not meet.
// clang-format off
constexpr Group groups[] = {
    account_list_rows,
    account_rows,
    announcement_rows,
    annual_report_rows,
    async_refresh_rows,
    collection_rows,
    conversation_rows,
    discovery_rows,
    domain_block_rows,
    featuring_rows,
    filter_rows,
    filter_v1_rows,
    follow_request_rows,
    interaction_policy_rows,
    interaction_request_rows,
    grouped_notification_rows,
    instance_paper_rows,
    instance_rows,
    list_rows,
    marker_rows,
    media_rows,
    notification_policy_rows,
    notification_rows,
    oembed_rows,
    poll_rows,
    profile_rows,
    push_rows,
    quote_rows,
    relation_rows,
    report_rows,
    scheduled_rows,
    search_rows,
    status_action_rows,
    status_rows,
    streaming_rows,
    tag_rows,
    timeline_rows,
    trend_rows,
};
// clang-format on

// Where people and posts are found that were not sent to the reader. Guests of a circle are here
// for its members alone, and commercial partners look for nobody (POLICY section 1).
constexpr std::string_view for_members[] = {
    "/api/v1/accounts/familiar_followers",
    "/api/v1/accounts/search",
    "/api/v1/accounts/{id}/followers",
    "/api/v1/accounts/{id}/following",
    "/api/v1/directory",
    "/api/v1/suggestions",
    "/api/v1/tags/{name}/follow",
    "/api/v1/timelines/link",
    "/api/v1/timelines/public",
    "/api/v1/timelines/tag/{tag}",
    "/api/v1/trends/statuses",
    "/api/v2/search",
    "/api/v2/suggestions",
};

/// What is answered who is no member in the full sense.
std::optional<Error> find_obstacle(const Api& api, AccountId reader) {
    if (!reader) return std::nullopt;
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    if (db::guests::find(tx, reader)) {
        return Error{Error::Kind::Forbidden,
                     "guest of a circle",
                     "Guests are here for the members of their circle, and see nobody else"};
    }
    if (db::partners::find_person(tx, reader)) {
        return Error{Error::Kind::Forbidden,
                     "commercial partner",
                     "Commercial partners read what is written to them, and look for nobody"};
    }
    return std::nullopt;
}

using Handler = std::function<Result<http::Response>(const http::Call&)>;

Handler only_members(std::shared_ptr<const Api> api, Endpoint endpoint) {
    return [api = std::move(api), endpoint](const http::Call& call) -> Result<http::Response> {
        if (auto obstacle = find_obstacle(*api, call.me())) return std::move(*obstacle);
        return endpoint(*api, call);
    };
}

Handler handler_of(std::shared_ptr<const Api> api, const Row& row) {
    const bool is_for_members =
        std::ranges::find(for_members, row.pattern) != std::end(for_members);
    if (is_for_members) return only_members(std::move(api), row.endpoint);
    return [api = std::move(api), endpoint = row.endpoint](const http::Call& call) {
        return endpoint(*api, call);
    };
}

} // namespace

std::shared_ptr<const Api> add_routes(http::Router& router, Deps deps) {
    const auto api = std::make_shared<const Api>(std::move(deps));
    for (const auto group : groups) {
        for (const auto& row : group()) {
            router.add({.method = row.method,
                        .pattern = row.pattern,
                        .access = row.access,
                        .scope = row.scope,
                        .handler = handler_of(api, row)});
        }
    }
    add_admin_routes(router, api);
    return api;
}

} // namespace api
