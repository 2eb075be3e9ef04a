#include "db/reports.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/find.h"
#include "api/render.h"
#include "outbox/report.h"

#include <algorithm>
#include <array>

namespace api {
namespace {

constexpr std::size_t most_statuses = 50;

// POST /api/v1/reports, docs.joinmastodon.org/methods/reports/
Result<http::Response> create(const Api& api, const http::Call& call) {
    const auto& form = call.form;
    const auto target = parse_id(form.text("account_id"));
    if (!target) return not_found("no account");
    outbox::ReportDraft draft{.target = AccountId{*target},
                              .comment = form.text("comment"),
                              .forward = form.flag_or("forward", false),
                              .is_urgent = form.flag_or("urgent", false)};
    constexpr std::array<std::string_view, 4> categories{"spam", "legal", "violation", "other"};
    if (const auto category = form.text("category");
        std::ranges::find(categories, category) != categories.end()) {
        draft.category = category;
    }
    for (const auto number : numbers_of(form, "status_ids", most_statuses))
        draft.statuses.push_back(StatusId{number});

    db::Tx tx(api.deps.pool);
    const auto account = db::accounts::find(tx, draft.target);
    if (!account || !is_shown(*account)) return not_found("no such account");
    const auto id = outbox::report(tx, api.acting(call), draft);
    if (!id) return id.error();
    const auto stored = db::reports::find(tx, *id);
    Json status_ids = Json::array();
    for (const auto status : draft.statuses)
        status_ids.push_back(to_string(status));
    Json entity{
        {"id", to_string(*id)},
        {"action_taken", stored && stored->resolved_at},
        {"action_taken_at",
         stored && stored->resolved_at ? Json(format_iso8601(*stored->resolved_at)) : Json()},
        {"category", draft.category},
        {"comment", draft.comment},
        // A moderator decides whether it leaves the house.
        {"forwarded", false},
        {"created_at", format_iso8601(api.now())},
        {"status_ids", std::move(status_ids)},
        {"rule_ids", nullptr},
        {"target_account", render_account(api, tx, *account)},
    };
    tx.commit();
    return http::json_response(entity);
}

} // namespace

std::span<const Row> report_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"POST", "/api/v1/reports", Token, "write:reports", create},
    };
    return rows;
}

} // namespace api
