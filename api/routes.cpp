#include "api/api.h"

#include <memory>

namespace api {
namespace {

using Group = std::span<const Row> (*)();

// A line each, so that two changes do not meet.
// clang-format off
constexpr Group groups[] = {
    account_list_rows,
    account_rows,
    async_refresh_rows,
    collection_rows,
    discovery_rows,
    featuring_rows,
    follow_request_rows,
    instance_paper_rows,
    instance_rows,
    marker_rows,
    media_rows,
    notification_rows,
    oembed_rows,
    poll_rows,
    profile_rows,
    quote_rows,
    relation_rows,
    report_rows,
    scheduled_rows,
    search_rows,
    status_action_rows,
    status_rows,
    tag_rows,
    timeline_rows,
    unused_feature_rows,
};
// clang-format on

} // namespace

void add_routes(http::Router& router, Deps deps) {
    // Shared by the handlers of all rows; it lives as long as the router.
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
}

} // namespace api
