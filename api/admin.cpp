#include "api/admin.h"

#include "db/users.h"

namespace api {
namespace {

Result<http::Response> answer(const Api& api, const AdminRow& row, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto user = db::users::find(tx, call.me());
    if (!user || !members::may(user->role, row.permission)) {
        return Error{
            Error::Kind::Forbidden, "the role does not allow it", "This action is not allowed"};
    }
    auto response = row.endpoint({.api = api, .call = call, .tx = tx});
    if (response) tx.commit();
    return response;
}

} // namespace

void add_admin_routes(http::Router& router, const std::shared_ptr<const Api>& api) {
    for (const auto& rows : {admin_account_rows(),
                             admin_address_rows(),
                             admin_domain_rows(),
                             admin_email_rows(),
                             admin_measure_rows(),
                             admin_report_rows(),
                             admin_tag_rows(),
                             admin_trend_rows()}) {
        for (const auto& row : rows) {
            router.add({.method = row.method,
                        .pattern = row.pattern,
                        .access = http::Access::Token,
                        .scope = row.scope,
                        .handler = [api, &row](const http::Call& call) {
                            return answer(*api, row, call);
                        }});
        }
    }
}

} // namespace api
