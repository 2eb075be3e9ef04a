#include "api/admin.h"

#include "api/answer.h"
#include "db/reports.h"
#include "db/users.h"
#include "members/reach.h"

namespace api {
namespace {

/// Whose business a call is: nothing when it names nobody.
std::optional<AccountId> concerned(db::Tx& tx, const AdminRow& row, const http::Call& call) {
    if (row.about == About::Account) {
        const auto id = call.account_id();
        return id ? std::optional(*id) : std::nullopt;
    }
    const auto id = call.id<ReportTag>("id");
    const auto report = id ? db::reports::find(tx, *id) : std::nullopt;
    return report ? std::optional(report->target) : std::nullopt;
}

/// The one place that decides which calls moderators of schools may make. Whom they do not look
/// after is for them not there.
Result<Done> check(const Api& api,
                   const AdminRow& row,
                   const http::Call& call,
                   db::Tx& tx,
                   const std::optional<db::User>& user) {
    if (user && members::may(user->role, row.permission)) return Done{};
    const bool is_for_schools = row.about != About::House && user &&
                                row.permission == members::Permission::Moderate &&
                                members::may(user->role, members::Permission::ModerateSchools);
    if (!is_for_schools)
        return Error{
            Error::Kind::Forbidden, "the role does not allow it", "This action is not allowed"};
    if (row.about == About::List) return Done{};
    const auto whose = concerned(tx, row, call);
    if (!whose || !members::may_look_after(tx, *user, *whose, api.now()))
        return not_found("not of their schools");
    return Done{};
}

Result<http::Response> answer(const Api& api, const AdminRow& row, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto user = db::users::find(tx, call.me());
    if (auto checked = check(api, row, call, tx, user); !checked) return checked.error();
    auto response = row.endpoint(
        {.api = api, .call = call, .tx = tx, .limited_to = members::limited_to(*user)});
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
