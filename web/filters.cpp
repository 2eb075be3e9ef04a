#include "moderation/filters.h"

#include "base/text.h"
#include "base/uri.h"
#include "db/advisories.h"
#include "db/filter_modes.h"
#include "members/permissions.h"
#include "moderation/advice.h"
#include "moderation/chain_settings.h"
#include "moderation/explanation.h"
#include "moderation/rules.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// The twelve filters with what they did, the instance's rules, and "why did this not arrive?".
namespace web {
namespace {

constexpr auto own_page = "/admin/filters";
constexpr auto modes_page = "/admin/filters/mode";
constexpr auto explain_page = "/admin/explain";
constexpr std::chrono::hours counted{24 * 7};
constexpr std::size_t longest_note = 500;

constexpr std::array<std::pair<const char*, const char*>, 5> kinds{
    {{"word", "a word or phrase"},
     {"pattern", "a regular expression"},
     {"link-host", "links to a site"},
     {"media-type", "a type of media, such as video/"},
     {"no-description", "media without a description"}}};
constexpr std::array<std::pair<const char*, const char*>, 4> verdicts{
    {{"hold", "hold it for a person"},
     {"limit", "deliver it quietly"},
     {"strip", "take the media out (media only)"},
     {"reject", "refuse it, and say why"}}};

template <std::size_t size>
Json render_options(const std::array<std::pair<const char*, const char*>, size>& options,
                    const std::string& chosen) {
    Json rows = Json::array();
    for (const auto& [value, name] : options)
        rows.push_back({{"value", value}, {"name", name}, {"is_chosen", chosen == value}});
    return rows;
}

Json render_filters(db::Tx& tx, Time now) {
    const auto settings = moderation::load_settings(tx);
    const auto counts = db::filter_modes::counts(tx, now - counted);
    Json rows = Json::array();
    for (const auto& row : moderation::filters()) {
        Json did = Json::array();
        for (const auto& count : counts) {
            if (count.filter != row.name) continue;
            const auto why = moderation::explain(count.reason);
            did.push_back({{"count", std::to_string(count.count)},
                           {"verdict", count.verdict},
                           {"why", std::string(why.empty() ? count.reason : why)},
                           {"observed", count.observed}});
        }
        const bool is_built = row.filter != nullptr;
        const bool observes = is_built && settings->observes(row.name);
        rows.push_back({{"number", std::to_string(row.number)},
                        {"name", row.name},
                        {"mode",
                         !is_built  ? "not built"
                         : observes ? "only counts"
                                    : "decides"},
                        {"can_change", is_built && moderation::may_observe(row.name)},
                        {"observes", observes},
                        {"has_counts", !did.empty()},
                        {"counts", did}});
    }
    return rows;
}

Json render_rules(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& rule : db::content_rules::list(tx)) {
        rows.push_back({{"id", to_string(rule.id)},
                        {"kind", rule.kind},
                        {"value", rule.value},
                        {"verdict", rule.verdict},
                        {"note", rule.note},
                        {"by", actor_text(tx, rule.created_by)},
                        {"since", format_date(rule.created_at)}});
    }
    return rows;
}

Json render_trial(const moderation::Trial& trial) {
    return {{"posts", std::to_string(trial.posts)},
            {"hits", std::to_string(trial.hits)},
            {"has_examples", !trial.examples.empty()},
            {"examples", trial.examples}};
}

bool is_owner(db::Tx& tx, AccountId account) {
    const auto user = db::users::find(tx, account);
    return user && members::may(user->role, members::Permission::Own);
}

http::Response show(const WebDeps& deps,
                    const http::Call& call,
                    const Problem& problem,
                    const Json& trial) {
    const auto& form = call.form;
    const bool keeps_typed = !problem.text.empty() || !trial.is_null();
    const auto typed = [&](const char* name) { return keeps_typed ? form.text(name) : ""; };
    db::Tx tx(deps.pool);
    const auto rules = render_rules(tx);
    return render_page(deps.instance,
                       call,
                       {.view = "filters",
                        .title = problem.text.empty() ? "Filters" : "Error: Filters",
                        .data = {{"problem", problem.text},
                                 {"problem_field", problem.field},
                                 {"is_owner", is_owner(tx, call.me())},
                                 {"filters", render_filters(tx, deps.now())},
                                 {"has_rules", !rules.empty()},
                                 {"rules", rules},
                                 {"kinds", render_options(kinds, typed("kind"))},
                                 {"verdicts", render_options(verdicts, typed("verdict"))},
                                 {"value", typed("value")},
                                 {"note", typed("note")},
                                 {"trial", trial},
                                 {"withdrawn", form.number("released").has_value()},
                                 {"released", std::to_string(form.number("released").value_or(0))}},
                        .status = problem.status});
}

// GET /admin/filters
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    return show(deps, call, {}, nullptr);
}

// POST /admin/filters/mode: which filters bite is the owner's.
Result<http::Response> change_mode(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto wanted = call.form.text("mode");
    if (wanted != "observe" && wanted != "enforce")
        return Error{Error::Kind::Unprocessable, "no mode", "Choose what the filter does."};
    db::Tx tx(deps.pool);
    if (!is_owner(tx, me->id))
        return Error{Error::Kind::Forbidden, "not the owner", "Only an owner switches filters."};
    const auto set = moderation::set_mode(
        tx, call.form.text("filter"), wanted == "observe", me->uri, deps.now());
    if (!set) return set.error();
    tx.commit();
    return http::redirect_response(own_page);
}

db::ContentRule read_rule(const http::Form& form) {
    return {.kind = form.text("kind"),
            .value = std::string(trim(form.text("value"))),
            .verdict = form.text("verdict"),
            .note = clean_text(form.text("note"), longest_note)};
}

Problem rule_problem(const Error& error) {
    return {error.shown.empty() ? error.detail : error.shown, "value", 422};
}

// POST /admin/filters/rules: tries a rule, or puts it in force.
Result<http::Response> enter_rule(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto rule = read_rule(call.form);
    std::optional<Problem> problem;
    Json trial;
    {
        db::Tx tx(deps.pool);
        const auto tried = moderation::try_rule(tx, rule);
        if (!tried) {
            problem = rule_problem(tried.error());
        } else if (call.form.text("what") != "add") {
            trial = render_trial(*tried);
        } else if (const auto id = moderation::add_rule(tx, rule, me->uri, deps.now()); id) {
            tx.commit();
        } else {
            problem = rule_problem(id.error());
        }
    }
    if (problem) return show(deps, call, *problem, nullptr);
    if (!trial.is_null()) return show(deps, call, {}, trial);
    return http::redirect_response(fmt::format("{}#rules", own_page));
}

// POST /admin/filters/rules/{id}/withdraw
Result<http::Response> withdraw(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto id = call.id<db::RuleTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool);
    const auto released = moderation::withdraw_rule(tx, *id, me->uri, deps.now());
    if (!released) return released.error();
    tx.commit();
    return http::redirect_response(fmt::format("{}?released={}#rules", own_page, *released));
}

/// What lists in force say of a host, or of the host of an id: where a verdict of filter 11 came
/// from, unless a list was withdrawn since.
Json render_advice(db::Tx& tx, const std::string& what) {
    Json rows = Json::array();
    auto host = host_of(what);
    if (host.empty()) {
        const auto named = parse_authority(what);
        if (!named) return rows;
        host = *named;
    }
    const auto entries = db::advisories::find_in_force(tx, moderation::names_of(host));
    if (entries.empty()) return rows;
    const auto lists = db::advisories::list_lists(tx);
    for (const auto& entry : entries) {
        const auto list = std::ranges::find(lists, entry.list, &db::AdvisoryList::id);
        if (list == lists.end()) continue;
        rows.push_back({{"list", list->name},
                        {"url", "/admin/lists/" + percent_encode(list->name)},
                        {"subject", entry.subject},
                        {"is_about_links", entry.kind == "link-host"},
                        {"severity", entry.severity},
                        {"why", entry.reason}});
    }
    return rows;
}

// GET /admin/explain
Result<http::Response> explain(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, explain_page); !me) return me.error();
    const auto what = std::string(trim(call.form.text("what")));
    Json rows = Json::array();
    Json advice = Json::array();
    if (!what.empty()) {
        db::Tx tx(deps.pool, db::Durability::PerStatement);
        for (const auto& reason : moderation::why(tx, what)) {
            rows.push_back({{"at", shown_time(reason.at)},
                            {"verdict", reason.verdict},
                            {"filter", reason.filter},
                            {"sentence", reason.sentence},
                            {"observed", reason.observed}});
        }
        advice = render_advice(tx, what);
    }
    return render_page(deps.instance,
                       call,
                       {.view = "explain",
                        .title = "Why did this not arrive?",
                        .data = {{"what", what},
                                 {"is_unknown", !what.empty() && rows.empty()},
                                 {"has_advice", !advice.empty()},
                                 {"advice", advice},
                                 {"has_reasons", !rows.empty()},
                                 {"reasons", rows}}});
}

} // namespace

void add_filter_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", modes_page, change_mode},
                      {"POST", "/admin/filters/rules", enter_rule},
                      {"POST", "/admin/filters/rules/{id}/withdraw", withdraw},
                      {"GET", explain_page, explain}});
}

} // namespace web
