#include "api/admin.h"
#include "api/annual_reports.h"
#include "api/api.h"
#include "api/interaction_policies.h"

#include <memory>

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

} // namespace

std::shared_ptr<const Api> add_routes(http::Router& router, Deps deps) {
    const auto api = std::make_shared<const Api>(std::move(deps));
    for (const auto group : groups) {
        for (const auto& row : group()) {
            router.add({.method = row.method,
                        .pattern = row.pattern,
                        .access = row.access,
                        .scope = row.scope,
                        .handler = [api, endpoint = row.endpoint](const http::Call& call) {
                            return endpoint(*api, call);
                        }});
        }
    }
    add_admin_routes(router, api);
    return api;
}

} // namespace api
