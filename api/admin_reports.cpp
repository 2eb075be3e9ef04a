#include "api/admin.h"
#include "api/answer.h"
#include "api/paging.h"
#include "api/render.h"
#include "base/text.h"
#include "db/reports.h"
#include "outbox/cases.h"
#include "statuses/may_see.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace api {
namespace {

constexpr PageLimits limits{.usual = 100, .most = 200};

/// The accounts that a page of reports names, rendered once each.
class Accounts {
  public:
    Accounts(const AdminCall& admin, const std::vector<db::Report>& reports) {
        std::vector<AccountId> ids;
        for (const auto& report : reports) {
            for (const auto id :
                 {report.target, report.reporter, report.assigned, report.resolved_by}) {
                if (id && std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
            }
        }
        for (auto& entity : render_admin_accounts(admin.api, admin.tx, ids)) {
            const auto id = parse_id(entity.at("id").get<std::string>());
            // Who reported, or took it on, may be of another school: no more than all know of them.
            if (admin.limited_to && !is_target(reports, id.value_or(0)))
                for (const auto* field : {"email", "invite_request", "locale"})
                    entity[field] = nullptr;
            entities_.emplace(AccountId{id.value_or(0)}, std::move(entity));
        }
    }
    Json find(AccountId id) const {
        const auto found = entities_.find(id);
        return found == entities_.end() ? Json() : found->second;
    }

  private:
    static bool is_target(const std::vector<db::Report>& reports, std::int64_t id) {
        return std::ranges::any_of(
            reports, [&](const db::Report& report) { return report.target.value == id; });
    }

    std::unordered_map<AccountId, Json> entities_;
};

// Reported posts as the reporter saw them. What the author deleted since is left out; nothing that
// was not reported is shown (ATTACKS P07).
Json statuses_of(const AdminCall& admin, const db::Report& report) {
    Json statuses = Json::array();
    for (const auto& text :
         render_status_list(admin.api, admin.tx, report.statuses, admin.call.me()))
        statuses.push_back(Json::parse(text));
    return statuses;
}

Json entity_of(const AdminCall& admin, const db::Report& report, const Accounts& accounts) {
    // Another house does not say who there reported: its server actor stands for it.
    auto reporter = report.host.empty() ? accounts.find(report.reporter)
                                        : render_admin_house(admin.api, admin.tx, report.host);
    return {
        {"id", to_string(report.id)},
        {"action_taken", report.resolved_at.has_value()},
        {"action_taken_at",
         report.resolved_at ? Json(format_iso8601(*report.resolved_at)) : Json()},
        {"category", report.category},
        {"comment", report.comment},
        {"forwarded", report.forwarded},
        {"created_at", format_iso8601(report.created_at)},
        {"updated_at", format_iso8601(report.updated_at)},
        {"account", std::move(reporter)},
        {"target_account", accounts.find(report.target)},
        {"assigned_account", accounts.find(report.assigned)},
        {"action_taken_by_account", accounts.find(report.resolved_by)},
        {"statuses", statuses_of(admin, report)},
        {"rules", Json::array()},
    };
}

Result<db::Report> find_report(const AdminCall& admin) {
    const auto id = admin.call.id<ReportTag>("id");
    if (!id) return id.error();
    auto report = db::reports::find(admin.tx, *id);
    // Who reported a moderator, and why, is for the others alone.
    if (!report || report->target == admin.acting().account) return not_found("no such report");
    return std::move(*report);
}

Result<http::Response> answer(const AdminCall& admin, ReportId id) {
    const auto report = db::reports::find(admin.tx, id);
    if (!report) return not_found("no such report");
    return http::json_response(entity_of(admin, *report, Accounts(admin, {*report})));
}

AccountId account_of(const http::Form& form, std::string_view name) {
    return AccountId{parse_id(form.text(name)).value_or(0)};
}

// GET /api/v1/admin/reports, docs.joinmastodon.org/methods/admin/reports/#get
Result<http::Response> list(const AdminCall& admin) {
    const auto& form = admin.call.form;
    const auto page = page_of(admin.call, limits);
    const auto reports = db::reports::list(admin.tx,
                                           {.resolved = form.flag_or("resolved", false),
                                            .reporter = account_of(form, "account_id"),
                                            .target = account_of(form, "target_account_id"),
                                            .not_about = admin.acting().account,
                                            .looked_after_by = admin.limited_to,
                                            .today = admin.api.now()},
                                           page);
    const Accounts accounts(admin, reports);
    Json entities = Json::array();
    for (const auto& report : reports)
        entities.push_back(entity_of(admin, report, accounts));
    auto response = http::json_response(entities);
    add_links(response,
              admin.api.instance(),
              admin.call,
              page,
              keys_of(reports, [](const db::Report& report) { return report.id.value; }));
    return response;
}

// GET /api/v1/admin/reports/:id
Result<http::Response> show(const AdminCall& admin) {
    const auto report = find_report(admin);
    if (!report) return report.error();
    return answer(admin, report->id);
}

// PUT /api/v1/admin/reports/:id
Result<http::Response> update(const AdminCall& admin) {
    const auto report = find_report(admin);
    if (!report) return report.error();
    constexpr std::array<std::string_view, 4> categories{"spam", "legal", "violation", "other"};
    if (const auto category = admin.call.form.maybe_text("category")) {
        if (std::ranges::find(categories, *category) == categories.end()) {
            return unprocessable("Validation failed: Category is not included in the list");
        }
        db::reports::set_category(admin.tx, report->id, *category, admin.api.now());
    }
    return answer(admin, report->id);
}

using Change = Result<Done> (*)(db::Tx& tx, const outbox::Acting& acting, db::CaseId id);

// All reports about one account are one case: what is done to one is done to all that are open.
template <Change change>
Result<http::Response> changed(const AdminCall& admin) {
    const auto report = find_report(admin);
    if (!report) return report.error();
    const auto done = change(
        admin.tx, admin.acting(), outbox::case_of(admin.tx, admin.acting().instance, *report));
    if (!done) return done.error();
    return answer(admin, report->id);
}

/// Twice is once. An app has no way to say what was decided, but by an act on the account.
Result<Done> resolve(db::Tx& tx, const outbox::Acting& acting, db::CaseId id) {
    const auto one = db::cases::find(tx, id);
    if (one && one->closed_at) return Done{};
    return outbox::close_case(tx, acting, id, {});
}

Result<Done> reopen(db::Tx& tx, const outbox::Acting& acting, db::CaseId id) {
    const auto one = db::cases::find(tx, id);
    if (one && !one->closed_at) return Done{};
    return outbox::reopen_case(tx, acting, id);
}

} // namespace

std::span<const AdminRow> admin_report_rows() {
    using enum members::Permission;
    constexpr auto reads = "admin:read:reports";
    constexpr auto writes = "admin:write:reports";
    static constexpr std::array rows{
        AdminRow{"GET", "/api/v1/admin/reports", reads, Moderate, list, About::List},
        AdminRow{"GET", "/api/v1/admin/reports/{id}", reads, Moderate, show, About::Report},
        AdminRow{"PUT", "/api/v1/admin/reports/{id}", writes, Moderate, update, About::Report},
        AdminRow{"POST",
                 "/api/v1/admin/reports/{id}/assign_to_self",
                 writes,
                 Moderate,
                 changed<outbox::assign_case>,
                 About::Report},
        AdminRow{"POST",
                 "/api/v1/admin/reports/{id}/unassign",
                 writes,
                 Moderate,
                 changed<outbox::unassign_case>,
                 About::Report},
        AdminRow{"POST",
                 "/api/v1/admin/reports/{id}/resolve",
                 writes,
                 Moderate,
                 changed<resolve>,
                 About::Report},
        AdminRow{"POST",
                 "/api/v1/admin/reports/{id}/reopen",
                 writes,
                 Moderate,
                 changed<reopen>,
                 About::Report},
    };
    return rows;
}

} // namespace api
