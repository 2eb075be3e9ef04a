#include "api/admin.h"
#include "api/api.h"

#include <memory>

namespace api {

std::shared_ptr<const Api> add_routes(http::Router& router, Deps deps) {
    const auto api = std::make_shared<const Api>(std::move(deps));
    for (const auto& rows : {account_rows(),
                             account_list_rows(),
                             announcement_rows(),
                             conversation_rows(),
                             domain_block_rows(),
                             filter_rows(),
                             filter_v1_rows(),
                             follow_request_rows(),
                             grouped_notification_rows(),
                             instance_rows(),
                             list_rows(),
                             marker_rows(),
                             media_rows(),
                             notification_policy_rows(),
                             notification_rows(),
                             poll_rows(),
                             profile_rows(),
                             push_rows(),
                             quote_rows(),
                             relation_rows(),
                             report_rows(),
                             scheduled_rows(),
                             search_rows(),
                             status_action_rows(),
                             status_rows(),
                             streaming_rows(),
                             tag_rows(),
                             timeline_rows(),
                             trend_rows()}) {
        for (const auto& row : rows) {
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
