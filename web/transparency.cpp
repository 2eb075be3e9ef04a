#include "db/transparency.h"

#include "web/page.h"
#include "web/pages.h"

/// What was done here, month by month, in numbers that name nobody.
namespace web {
namespace {

constexpr int months_shown = 12;

// GET /transparency
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    Json months = Json::array();
    for (auto& [month, figures] : db::transparency::list(tx, months_shown)) {
        figures["month"] = month.substr(0, 7);
        figures["has_verdicts"] = !figures["verdicts"].empty();
        figures["has_acts"] = !figures["acts"].empty();
        figures["has_peers"] = !figures["peers"].empty();
        months.push_back(std::move(figures));
    }
    const bool has_months = !months.empty();
    return render_page(deps.instance,
                       call,
                       {.view = "transparency",
                        .title = "Transparency",
                        .data = {{"has_months", has_months}, {"months", std::move(months)}},
                        .is_private = false});
}

} // namespace

void add_transparency_routes(http::Router& router, const WebDeps& deps) {
    router.add(page_route("GET", "/transparency", http::Access::OptionalSession, deps, show));
}

} // namespace web
