#include "db/severances.h"

#include "base/csv.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/peering.h"

#include <fmt/ranges.h>

/// Which follows of the member ended with a district, at Mastodon's addresses, since clients lead
/// there from the notification.
namespace web {
namespace {

constexpr auto own_page = "/severed_relationships";

// GET /severed_relationships
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    Json rows = Json::array();
    for (const auto& severance : db::severances::list(tx, call.me())) {
        rows.push_back({{"id", to_string(severance.id)},
                        {"host", severance.target_name},
                        {"day", format_date(severance.created_at)},
                        {"following", std::to_string(severance.following)},
                        {"followers", std::to_string(severance.followers)}});
    }
    return render_page(deps.instance,
                       call,
                       {.view = "severances",
                        .title = "Follows that ended",
                        .data = {{"has_rows", !rows.empty()}, {"rows", rows}}});
}

std::string cell(const std::string& text) {
    return guard_formula(text);
}

std::string table_of(const std::vector<db::SeveredFollow>& follows, bool outgoing) {
    // As Mastodon writes them, so that other servers import them.
    std::string text = outgoing ? "Account address,Show boosts,Notify on new posts,Languages\n"
                                : "Account address\n";
    for (const auto& follow : follows) {
        std::vector<std::string> fields{cell(follow.handle)};
        if (outgoing) {
            fields.emplace_back(follow.show_reblogs ? "true" : "false");
            fields.emplace_back(follow.notify ? "true" : "false");
            fields.push_back(cell(fmt::format("{}", fmt::join(follow.languages, ", "))));
        }
        text += csv_line(fields);
    }
    return text;
}

template <bool outgoing>
Result<http::Response> table(const WebDeps& deps, const http::Call& call) {
    const auto id = call.id<db::SeveranceTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    if (!db::severances::find(tx, call.me(), *id))
        return Error{Error::Kind::NotFound, "no such severance of the member's"};
    http::Response response{
        .body = table_of(db::severances::follows(tx, call.me(), *id, outgoing), outgoing)};
    response.headers.set("Content-Type", "text/csv; charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Content-Disposition",
                         fmt::format("attachment; filename=\"{}-{}.csv\"",
                                     outgoing ? "following" : "followers",
                                     id->value));
    return response;
}

} // namespace

void add_severance_pages(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"GET", "/severed_relationships/{id}/following", table<true>},
                      {"GET", "/severed_relationships/{id}/followers", table<false>}});
}

} // namespace web
