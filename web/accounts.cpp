#include "base/text.h"
#include "db/account_standings.h"
#include "db/attestations.h"
#include "db/audit_chain.h"
#include "db/reports.h"
#include "members/permissions.h"
#include "members/sessions.h"
#include "outbox/approvals.h"
#include "outbox/moderate.h"
#include "web/acting.h"
#include "web/audit_reader.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/desk_list.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// Accounts as moderators see them: found by name, host and state, and what can be done about one.
namespace web {
namespace {

constexpr auto own_page = "/admin/accounts";

using outbox::Sanction;

/// What can be imposed and taken back, in words.
struct Measure {
    Sanction sanction;
    const char* name;  ///< outbox::parse_sanction's.
    const char* title; ///< Of the choice.
    const char* undo;  ///< Of the button that takes it back; "": nothing to take back.
    bool (*stands)(const db::Standing& standing);
    bool is_for_members; ///< Only of our own people.
};
constexpr std::array measures{
    Measure{Sanction::None, "none", "Write to the member: nothing else changes", "", nullptr, true},
    Measure{Sanction::Sensitive,
            "sensitive",
            "Mark all media of the account as sensitive",
            "Unmark the media",
            [](const db::Standing& s) { return s.sensitized; },
            false},
    Measure{Sanction::Silence,
            "silence",
            "Limit: only followers are shown the posts",
            "Lift the limit",
            [](const db::Standing& s) { return s.silenced; },
            false},
    Measure{Sanction::Disable,
            "disable",
            "Freeze: no sign-in; the posts stay",
            "Let them sign in again",
            [](const db::Standing& s) { return s.state == db::MemberState::Disabled; },
            true},
    Measure{Sanction::Suspend,
            "suspend",
            "Suspend: signed out, and nobody is shown the profile and posts",
            "Lift the suspension",
            [](const db::Standing& s) { return s.suspended; },
            false},
};

constexpr std::array<std::pair<const char*, const char*>, 7> states{
    {{"", "any"},
     {"pending", "waits to be let in"},
     {"active", "active"},
     {"silenced", "limited"},
     {"disabled", "frozen"},
     {"suspended", "suspended"},
     {"sensitized", "marked sensitive"}}};

std::string page_of(AccountId id) {
    return fmt::format("{}/{}", own_page, to_string(id));
}

std::string state_text(const db::Account& account, const db::Standing& standing) {
    std::string text;
    const auto add = [&](bool applies, const char* word) {
        if (applies) text += fmt::format("{}{}", text.empty() ? "" : ", ", word);
    };
    add(standing.is_member && !standing.confirmed, "address not confirmed");
    add(standing.is_member && !standing.approved, "waits to be let in");
    add(account.moved_at.has_value(), "moved");
    for (const auto& measure : measures)
        add(measure.stands != nullptr && measure.stands(standing), measure.name);
    return text.empty() ? "active" : text;
}

Json render_states(const std::string& chosen) {
    Json rows = Json::array();
    for (const auto& [value, name] : states)
        rows.push_back({{"value", value}, {"name", name}, {"is_chosen", chosen == value}});
    return rows;
}

/// What was typed: "@ada@cedar.example" is a name and a host.
db::account_standings::Filter read_filter(const http::Form& form) {
    auto name = std::string(trim(form.text("name")));
    if (name.starts_with('@')) name.erase(0, 1);
    auto host = std::string(trim(form.text("host")));
    if (const auto at = name.find('@'); at != std::string::npos) {
        host = name.substr(at + 1);
        name.resize(at);
    }
    const auto state = form.text("state");
    const auto is_known =
        std::ranges::any_of(states, [&](const auto& known) { return state == known.first; });
    return {.status = is_known ? state : "", .username = name, .domain = host};
}

Json render_rows(db::Tx& tx, const std::vector<AccountId>& ids) {
    Json rows = Json::array();
    const auto standings = db::account_standings::find_all(tx, ids);
    const auto accounts = db::accounts::find_all(tx, ids);
    for (const auto id : ids) {
        const auto account = std::ranges::find(accounts, id, &db::Account::id);
        const auto standing = std::ranges::find(standings, id, &db::Standing::account);
        if (account == accounts.end() || standing == standings.end()) continue;
        rows.push_back({{"url", page_of(id)},
                        {"acct", "@" + account->acct()},
                        {"name", account->display_name},
                        {"since", format_date(account->created_at)},
                        {"state", state_text(*account, *standing)}});
    }
    return rows;
}

// GET /admin/accounts
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    auto filter = read_filter(call.form);
    // Our own have no host in their rows.
    const auto typed_host = filter.domain;
    const bool is_ours = iequals(filter.domain, deps.instance.handle_host);
    if (is_ours) filter.domain.clear();
    if (is_ours || call.form.flag_or("ours", false)) filter.origin = "local";
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    auto ids = db::account_standings::list(
        tx, filter, {.max = parse_id(call.form.text("below")).value_or(0), .limit = desk_rows + 1});
    const bool is_more = cut_to_page(ids);
    const auto rows = render_rows(tx, ids);
    return render_page(deps.instance,
                       call,
                       {.view = "accounts",
                        .title = "Accounts",
                        .data = {{"name", filter.username},
                                 {"host", typed_host},
                                 {"ours", filter.origin == "local"},
                                 {"states", render_states(filter.status)},
                                 {"has_accounts", !rows.empty()},
                                 {"accounts", rows},
                                 {"next",
                                  is_more ? link_to(own_page,
                                                    {{"name", filter.username},
                                                     {"host", typed_host},
                                                     {"ours", filter.origin == "local" ? "1" : ""},
                                                     {"state", filter.status},
                                                     {"below", to_string(ids.back())}})
                                          : ""}}});
}

Json render_attestation(db::Tx& tx, AccountId account, Time now) {
    const auto standing = db::attestations::find_standing(tx, account);
    if (!standing) return "";
    const auto* const state = standing->revoked_at     ? "taken back"
                              : standing->is_good(now) ? "valid"
                                                       : "not valid now";
    return fmt::format("{} by {}, until {}: {}",
                       standing->kind,
                       standing->assurance,
                       format_date(standing->valid_until),
                       state);
}

Json render_acts(db::Tx& tx, const std::string& uri, const AuditReader& reader) {
    constexpr int most = 20;
    Json rows = Json::array();
    for (const auto& line : db::audit_chain::search(tx, {.subject = uri, .limit = most})) {
        if (!reader.may_see(line.act, line.subject)) continue;
        rows.push_back({{"at", line.at.substr(0, 10)},
                        {"act", line.act},
                        {"by", actor_text(tx, line.actor)},
                        {"reason", line.reason}});
    }
    return rows;
}

struct Subject {
    db::Account account{};
    db::Standing standing{};
};
Result<Subject> find_subject(db::Tx& tx, const http::Call& call) {
    const auto id = call.account_id();
    if (!id) return id.error();
    auto account = db::accounts::find(tx, *id);
    auto standing = db::account_standings::find(tx, *id);
    if (!account || !standing || account->deleted_at || account->is_server_actor)
        return Error{Error::Kind::NotFound, "no such account"};
    return Subject{std::move(*account), std::move(*standing)};
}

/// What the reader may do about the account; empty for equals and superiors.
Json render_measures(const Subject& subject, const http::Form& form) {
    Json impose = Json::array();
    Json lift = Json::array();
    for (const auto& measure : measures) {
        if (measure.is_for_members && !subject.standing.is_member) continue;
        if (measure.stands == nullptr || !measure.stands(subject.standing))
            impose.push_back({{"name", measure.name},
                              {"title", measure.title},
                              {"is_chosen", form.text("measure") == measure.name}});
        else
            lift.push_back({{"name", measure.name}, {"title", measure.undo}});
    }
    return {{"impose", impose}, {"lift", lift}, {"has_lift", !lift.empty()}};
}

Result<http::Response> show(const WebDeps& deps,
                            const http::Call& call,
                            const Problem& problem = {}) {
    db::Tx tx(deps.pool);
    const auto subject = find_subject(tx, call);
    if (!subject) return subject.error();
    const auto& [account, standing] = *subject;
    const auto me = db::users::find(tx, call.me());
    const auto self = db::accounts::find(tx, call.me());
    if (!self) return Error{Error::Kind::NotFound, "no account of one's own"};
    const bool may_act =
        me && account.id != call.me() && members::outranks(me->role, standing.role);
    const auto sessions = members::list_sessions(tx, account.id, deps.now()).size();
    const auto acts = render_acts(tx, account.uri, audit_reader(tx, *self));
    return render_page(
        deps.instance,
        call,
        {.view = "account",
         .title = (problem.text.empty() ? "@" : "Error: @") + account.acct(),
         .data = {{"url", page_of(account.id)},
                  {"acct", "@" + account.acct()},
                  {"name", account.display_name},
                  {"uri", account.uri},
                  {"profile", account.is_local() ? "/@" + account.username : account.url},
                  {"state", state_text(account, standing)},
                  {"since", format_date(account.created_at)},
                  {"posts", std::to_string(account.statuses_count)},
                  {"followers", std::to_string(account.followers_count)},
                  {"is_member", standing.is_member},
                  {"email", standing.email},
                  {"reason_to_join", standing.sign_up_reason},
                  {"role", standing.is_member ? std::string(db::to_string(standing.role)) : ""},
                  {"sessions", std::to_string(sessions)},
                  {"attestation", render_attestation(tx, account.id, deps.now())},
                  {"may_act", may_act},
                  {"may_delete",
                   may_act && standing.suspended &&
                       members::may(me->role, members::Permission::Own)},
                  {"is_waiting", may_act && standing.is_member && !standing.approved},
                  {"measures", render_measures(*subject, call.form)},
                  {"typed", problem.text.empty() ? "" : call.form.text("text")},
                  {"problem", problem.text},
                  {"problem_field", problem.field},
                  {"has_acts", !acts.empty()},
                  {"acts", acts}},
         .status = problem.status});
}

// GET /admin/accounts/{id}
Result<http::Response> open(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    return show(deps, call);
}

/// One of outbox's verbs about the account of the path, in a transaction of its own.
template <typename Act>
Result<http::Response> act(const WebDeps& deps, const http::Call& call, Act do_it) {
    if (const auto me = acting_at_desk(deps, call, own_page); !me) return me.error();
    Result<Done> done = Done{};
    std::string back = own_page;
    {
        db::Tx tx(deps.pool);
        const auto subject = find_subject(tx, call);
        if (!subject) return subject.error();
        done = do_it(tx, acting_for(deps, call), subject->account.id);
        const auto is_there = db::account_standings::find(tx, subject->account.id);
        if (is_there) back = page_of(subject->account.id);
        if (done) tx.commit();
    }
    if (done) return http::redirect_response(back);
    if (done.error().kind == Error::Kind::NotFound) return done.error();
    return show(deps, call, problem_of(done.error(), "measure"));
}

// POST /admin/accounts/{id}/impose
Result<http::Response> impose(const WebDeps& deps, const http::Call& call) {
    return act(
        deps, call, [&](db::Tx& tx, const outbox::Acting& acting, AccountId id) -> Result<Done> {
            const auto sanction = outbox::parse_sanction(call.form.text("measure"));
            const auto text = std::string(trim(call.form.text("text")));
            if (!sanction)
                return Error{Error::Kind::Unprocessable, "no measure", "Choose a measure."};
            if (text.empty()) {
                return Error{Error::Kind::Unprocessable,
                             "no reason",
                             "Say why: the member reads it, and it is recorded."};
            }
            return outbox::sanction(tx,
                                    acting,
                                    {.target = id,
                                     .sanction = *sanction,
                                     .text = text,
                                     .tells = call.form.flag_or("tells", false)});
        });
}

// POST /admin/accounts/{id}/lift
Result<http::Response> lift(const WebDeps& deps, const http::Call& call) {
    return act(
        deps, call, [&](db::Tx& tx, const outbox::Acting& acting, AccountId id) -> Result<Done> {
            const auto sanction = outbox::parse_sanction(call.form.text("measure"));
            if (!sanction)
                return Error{Error::Kind::Unprocessable, "no measure", "Choose a measure."};
            return outbox::lift(tx, acting, id, *sanction);
        });
}

// POST /admin/accounts/{id}/approve
Result<http::Response> approve(const WebDeps& deps, const http::Call& call) {
    return act(deps, call, outbox::approve);
}

// POST /admin/accounts/{id}/reject
Result<http::Response> reject(const WebDeps& deps, const http::Call& call) {
    return act(deps, call, outbox::reject);
}

// POST /admin/accounts/{id}/delete: asks; a second person decides under /admin/approvals.
Result<http::Response> ask_deletion(const WebDeps& deps, const http::Call& call) {
    if (const auto me = acting_at_desk(deps, call, own_page); !me) return me.error();
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const auto subject = find_subject(tx, call);
        if (!subject) return subject.error();
        const auto asked = outbox::ask_to_remove(
            tx, acting_for(deps, call), subject->account.id, call.form.text("reason"));
        if (asked)
            tx.commit();
        else
            refusal = asked.error();
    }
    if (!refusal) return http::redirect_response("/admin/approvals");
    if (refusal->kind == Error::Kind::NotFound) return *refusal;
    return show(deps, call, problem_of(*refusal, "reason"));
}

} // namespace

void add_account_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"GET", "/admin/accounts/{id}", open},
                      {"POST", "/admin/accounts/{id}/impose", impose},
                      {"POST", "/admin/accounts/{id}/lift", lift},
                      {"POST", "/admin/accounts/{id}/approve", approve},
                      {"POST", "/admin/accounts/{id}/reject", reject},
                      {"POST", "/admin/accounts/{id}/delete", ask_deletion}});
}

} // namespace web
