#include "api/admin.h"
#include "api/annual_reports.h"
#include "api/api.h"
#include "api/interaction_policies.h"
#include "db/guests.h"

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
// for its members alone (POLICY section 1).
constexpr std::string_view not_for_guests[] = {
    "/api/v1/accounts/familiar_followers",
    "/api/v1/accounts/search",
    "/api/v1/accounts/{id}/followers",
    "/api/v1/accounts/{id}/following",
    "/api/v1/directory",
    "/api/v1/suggestions",
    "/api/v1/timelines/link",
    "/api/v1/timelines/public",
    "/api/v1/timelines/tag/{tag}",
    "/api/v1/trends/statuses",
    "/api/v2/search",
    "/api/v2/suggestions",
};

bool is_guest(const Api& api, AccountId reader) {
    if (!reader) return false;
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return db::guests::find(tx, reader).has_value();
}

using Handler = std::function<Result<http::Response>(const http::Call&)>;

Handler without_guests(std::shared_ptr<const Api> api, Endpoint endpoint) {
    return [api = std::move(api), endpoint](const http::Call& call) -> Result<http::Response> {
        if (is_guest(*api, call.me()))
            return Error{Error::Kind::Forbidden,
                         "guest of a circle",
                         "Guests are here for the members of their circle, and see nobody else"};
        return endpoint(*api, call);
    };
}

Handler handler_of(std::shared_ptr<const Api> api, const Row& row) {
    const bool is_open_to_guests =
        std::ranges::find(not_for_guests, row.pattern) == std::end(not_for_guests);
    if (!is_open_to_guests) return without_guests(std::move(api), row.endpoint);
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
