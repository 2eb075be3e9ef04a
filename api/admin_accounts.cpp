#include "api/admin.h"
#include "api/answer.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/roles.h"
#include "db/account_standings.h"
#include "db/users.h"
#include "outbox/approvals.h"
#include "outbox/moderate.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace api {
namespace {

constexpr PageLimits limits{.usual = 100, .most = 200};

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json entity_of(const db::Account& account, const db::Standing& standing, const std::string& shown) {
    return {
        {"id", to_string(account.id)},
        {"username", account.username},
        {"domain", text_or_null(account.domain)},
        {"created_at", format_iso8601(account.created_at)},
        {"email", standing.email},
        // Addresses of members are not kept.
        {"ip", nullptr},
        {"ips", Json::array()},
        {"locale", standing.locale},
        {"invite_request", text_or_null(standing.sign_up_reason)},
        {"role", role_entity(standing.role)},
        {"confirmed", standing.confirmed},
        {"approved", standing.approved},
        {"disabled", standing.state != db::MemberState::Active},
        {"silenced", standing.silenced},
        {"suspended", standing.suspended},
        {"sensitized", standing.sensitized},
        {"account", Json::parse(shown)},
        {"created_by_application_id",
         standing.sign_up_app ? Json(to_string(standing.sign_up_app)) : Json()},
        {"invited_by_account_id", nullptr},
    };
}

Result<http::Response> one(const AdminCall& admin, AccountId id) {
    const auto entities = render_admin_accounts(admin.api, admin.tx, {id});
    if (entities.empty()) return not_found("no such account");
    return http::json_response(entities.front());
}

Result<http::Response> list(const AdminCall& admin, const db::account_standings::Filter& filter) {
    const auto page = page_of(admin.call, limits);
    auto own = filter;
    own.looked_after_by = admin.limited_to;
    own.today = admin.api.now();
    const auto ids = db::account_standings::list(admin.tx, own, page);
    auto response = http::json_response(Json(render_admin_accounts(admin.api, admin.tx, ids)));
    add_links(response, admin.api.instance(), admin.call, page, keys_of(ids, [](AccountId id) {
                  return id.value;
              }));
    return response;
}

db::account_standings::Filter common_filter(const http::Form& form) {
    return {.username = form.text("username"),
            .display_name = form.text("display_name"),
            .domain = form.text("by_domain"),
            .email = form.text("email")};
}

// Addresses of members are not kept, so none of them has a given one.
bool asks_for_address(const http::Form& form) {
    return !form.text("ip").empty();
}

// GET /api/v1/admin/accounts, docs.joinmastodon.org/methods/admin/accounts/#v1
Result<http::Response> list_v1(const AdminCall& admin) {
    const auto& form = admin.call.form;
    if (asks_for_address(form)) return array_response({});
    auto filter = common_filter(form);
    filter.staff_only = form.flag_or("staff", false);
    for (const auto* origin : {"local", "remote"}) {
        if (form.flag_or(origin, false)) filter.origin = origin;
    }
    for (const auto* status :
         {"active", "pending", "disabled", "silenced", "suspended", "sensitized"}) {
        if (form.flag_or(status, false)) filter.status = status;
    }
    return list(admin, filter);
}

// GET /api/v2/admin/accounts, docs.joinmastodon.org/methods/admin/accounts/#v2
Result<http::Response> list_v2(const AdminCall& admin) {
    const auto& form = admin.call.form;
    if (asks_for_address(form) || !form.text("invited_by").empty()) return array_response({});
    auto filter = common_filter(form);
    filter.origin = form.text("origin");
    filter.status = form.text("status");
    filter.staff_only = form.text("permissions") == "staff" || !form.list("role_ids").empty();
    return list(admin, filter);
}

// GET /api/v1/admin/accounts/:id
Result<http::Response> show(const AdminCall& admin) {
    const auto id = admin.call.account_id();
    if (!id) return id.error();
    return one(admin, *id);
}

// POST /api/v1/admin/accounts/:id/action
Result<http::Response> act(const AdminCall& admin) {
    const auto id = admin.call.account_id();
    if (!id) return id.error();
    const auto& form = admin.call.form;
    const auto sanction = outbox::parse_sanction(form.text("type"));
    if (!sanction) return unprocessable("Validation failed: Type is not included in the list");
    outbox::SanctionDraft draft{.target = *id,
                                .sanction = *sanction,
                                .text = form.text("text"),
                                .tells = form.flag_or("send_email_notification", true)};
    if (const auto report = parse_id(form.text("report_id"))) draft.report = ReportId{*report};
    const auto done = outbox::sanction(admin.tx, admin.acting(), draft);
    if (!done) return done.error();
    return empty_response();
}

using Verb = Result<Done> (*)(db::Tx& tx, const outbox::Acting& acting, AccountId target);

template <Verb verb>
Result<http::Response> run(const AdminCall& admin) {
    const auto id = admin.call.account_id();
    if (!id) return id.error();
    const auto done = verb(admin.tx, admin.acting(), *id);
    if (!done) return done.error();
    return one(admin, *id);
}

template <outbox::Sanction sanction>
Result<Done> lift(db::Tx& tx, const outbox::Acting& acting, AccountId target) {
    return outbox::lift(tx, acting, target, sanction);
}

// No token deletes anybody: a second owner decides at the desk.
Result<Done> ask_removal(db::Tx& tx, const outbox::Acting& acting, AccountId target) {
    const auto asked =
        outbox::ask_to_remove(tx, acting, target, "Asked for in an app, which takes no reason.");
    if (!asked) return asked.error();
    return Done{};
}

// The answer shows the account for the last time: afterwards it is gone.
template <Verb verb>
Result<http::Response> end(const AdminCall& admin) {
    const auto id = admin.call.account_id();
    if (!id) return id.error();
    auto last = one(admin, *id);
    if (!last) return last.error();
    const auto done = verb(admin.tx, admin.acting(), *id);
    if (!done) return done.error();
    return last;
}

} // namespace

std::vector<Json> render_admin_accounts(const Api& api,
                                        db::Tx& tx,
                                        const std::vector<AccountId>& ids) {
    std::unordered_map<AccountId, db::Account> accounts;
    for (auto& account : db::accounts::find_all(tx, ids))
        accounts.emplace(account.id, std::move(account));
    std::unordered_map<AccountId, db::Standing> standings;
    for (auto& standing : db::account_standings::find_all(tx, ids))
        standings.emplace(standing.account, std::move(standing));
    const auto shown = render_account_map(api, tx, ids);
    std::vector<Json> entities;
    for (const auto id : ids) {
        const auto account = accounts.find(id);
        const auto standing = standings.find(id);
        const auto text = shown.find(id);
        if (account == accounts.end() || standing == standings.end() || text == shown.end()) {
            continue;
        }
        entities.push_back(entity_of(account->second, standing->second, text->second));
    }
    return entities;
}

Json render_admin_house(const Api& api, db::Tx& tx, const std::string& host) {
    const auto house = db::accounts::find_server_actor(tx, host);
    if (!house) return nullptr;
    return entity_of(*house, {.account = house->id}, dump_json(render_account(api, tx, *house)));
}

std::span<const AdminRow> admin_account_rows() {
    using enum members::Permission;
    using enum outbox::Sanction;
    constexpr auto reads = "admin:read:accounts";
    constexpr auto writes = "admin:write:accounts";
    static constexpr std::array rows{
        AdminRow{"GET", "/api/v1/admin/accounts", reads, Moderate, list_v1, About::List},
        AdminRow{"GET", "/api/v2/admin/accounts", reads, Moderate, list_v2, About::List},
        AdminRow{"GET", "/api/v1/admin/accounts/{id}", reads, Moderate, show, About::Account},
        AdminRow{
            "POST", "/api/v1/admin/accounts/{id}/action", writes, Moderate, act, About::Account},
        AdminRow{
            "POST", "/api/v1/admin/accounts/{id}/approve", writes, Moderate, run<outbox::approve>},
        AdminRow{
            "POST", "/api/v1/admin/accounts/{id}/reject", writes, Moderate, end<outbox::reject>},
        AdminRow{"POST",
                 "/api/v1/admin/accounts/{id}/enable",
                 writes,
                 Moderate,
                 run<lift<Disable>>,
                 About::Account},
        AdminRow{"POST",
                 "/api/v1/admin/accounts/{id}/unsilence",
                 writes,
                 Moderate,
                 run<lift<Silence>>,
                 About::Account},
        AdminRow{"POST",
                 "/api/v1/admin/accounts/{id}/unsuspend",
                 writes,
                 Moderate,
                 run<lift<Suspend>>,
                 About::Account},
        AdminRow{"POST",
                 "/api/v1/admin/accounts/{id}/unsensitive",
                 writes,
                 Moderate,
                 run<lift<Sensitive>>,
                 About::Account},
        AdminRow{"DELETE", "/api/v1/admin/accounts/{id}", writes, Own, run<ask_removal>},
    };
    return rows;
}

} // namespace api
