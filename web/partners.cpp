#include "outbox/partners.h"

#include "base/uri.h"
#include "db/partner_strikes.h"
#include "members/sessions.h"
#include "moderation/peers.h"
#include "outbox/not_wanted.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

#include <algorithm>

/// The owner's page of commercial partners, and the members' button "not wanted".
namespace web {
namespace {

constexpr auto own_page = "/admin/partners";

/// The one-time password of somebody new, shown once.
struct Made {
    std::string name{};
    std::string password{};
};

std::string name_of(db::Tx& tx, AccountId id) {
    const auto account = id ? db::accounts::find(tx, id) : std::nullopt;
    return account ? account->username : "";
}

Json render_people(db::Tx& tx, AccountId partner) {
    Json rows = Json::array();
    for (const auto& person : db::partners::list_people(tx, partner)) {
        rows.push_back({{"id", to_string(person.account)},
                        {"name", name_of(tx, person.account)},
                        {"is_removed", person.removed_at.has_value()}});
    }
    return rows;
}

Json render_partner(db::Tx& tx, const db::Partner& partner, const db::Account& account, Time now) {
    const auto people = render_people(tx, partner.account);
    const auto sent = db::partners::sent(tx, account.uri, now - std::chrono::hours{24 * 7});
    return {{"id", to_string(partner.account)},
            {"name", partner.name},
            {"username", account.username},
            {"website", partner.website},
            {"sponsor", name_of(tx, partner.sponsor)},
            {"until", format_date(partner.ended_at.value_or(partner.until))},
            {"is_over", partner.is_over(now)},
            {"is_stopped", db::partner_strikes::is_stopped(tx, account.uri)},
            {"strikes", db::partner_strikes::count(tx, account.uri, now - outbox::strikes_count)},
            {"posts", sent.posts},
            {"mentions", sent.mentions},
            {"weekly_posts", partner.weekly_posts},
            {"weekly_mentions", partner.weekly_mentions},
            {"has_people", !people.empty()},
            {"people", people}};
}

Json render_partners(db::Tx& tx, Time now) {
    Json rows = Json::array();
    for (const auto& partner : db::partners::list(tx)) {
        const auto account = db::accounts::find(tx, partner.account);
        if (account) rows.push_back(render_partner(tx, partner, *account, now));
    }
    return rows;
}

/// Those of other districts; ours stand with their own.
Json render_stops(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& stop : db::partner_strikes::list_stopped(tx)) {
        const auto account = db::accounts::find_by_uri(tx, stop.organisation);
        if (account && account->is_local()) continue;
        rows.push_back({{"id", "allow-" + std::to_string(rows.size())},
                        {"name", stop.name},
                        {"organisation", stop.organisation},
                        {"since", format_date(stop.stopped_at)}});
    }
    return rows;
}

http::Response show(const WebDeps& deps,
                    const http::Call& call,
                    const Problem& problem = {},
                    const Made& made = {}) {
    const bool has_problem = !problem.text.empty();
    const auto typed = [&](const char* field, const char* usual) {
        return has_problem && call.form.has(field) ? call.form.text(field) : std::string(usual);
    };
    db::Tx tx(deps.pool);
    const auto partners = render_partners(tx, deps.now());
    const auto stops = render_stops(tx);
    return render_page(deps.instance,
                       call,
                       {.view = "partners",
                        .title = has_problem ? "Error: Commercial partners" : "Commercial partners",
                        .data = {{"problem", problem.text},
                                 {"problem_field", problem.field},
                                 {"made_name", made.name},
                                 {"made_password", made.password},
                                 {"name", typed("name", "")},
                                 {"username", typed("username", "")},
                                 {"website", typed("website", "")},
                                 {"sponsor", typed("sponsor", "")},
                                 {"until", typed("until", "")},
                                 {"weekly_posts", typed("weekly_posts", "10")},
                                 {"weekly_mentions", typed("weekly_mentions", "20")},
                                 {"has_partners", !partners.empty()},
                                 {"partners", partners},
                                 {"has_stops", !stops.empty()},
                                 {"stops", stops}},
                        .status = problem.status});
}

int cap_of(const http::Call& call, const char* field, int usual) {
    constexpr std::int64_t out_of_bounds = 1'000'000;
    const auto typed = call.form.number(field).value_or(usual);
    return static_cast<int>(std::clamp<std::int64_t>(typed, -1, out_of_bounds));
}

outbox::PartnerWish read_wish(const http::Call& call, const std::string& by) {
    return {.username = call.form.text("username"),
            .name = call.form.text("name"),
            .website = call.form.text("website"),
            .sponsor = call.form.text("sponsor"),
            .until = parse_iso8601(call.form.text("until")),
            .weekly_posts = cap_of(call, "weekly_posts", outbox::usual_weekly_posts),
            .weekly_mentions = cap_of(call, "weekly_mentions", outbox::usual_weekly_mentions),
            .is_another = call.form.flag("is_another").value_or(false),
            .by = by};
}

using Change = Result<Done> (*)(db::Tx& tx,
                                const WebDeps& deps,
                                const http::Call& call,
                                const std::string& by);

Result<Done> add(db::Tx& tx, const WebDeps& deps, const http::Call& call, const std::string& by) {
    const auto added = outbox::add_partner(tx, deps.instance, read_wish(call, by), deps.now());
    if (!added) return added.error();
    return Done{};
}

Result<Done> renew(db::Tx& tx, const WebDeps& deps, const http::Call& call, const std::string& by) {
    return outbox::renew_partner(tx, deps.instance, read_wish(call, by), deps.now());
}

Result<Done> end(db::Tx& tx, const WebDeps& deps, const http::Call& call, const std::string& by) {
    return outbox::end_partner(
        tx, deps.instance, call.form.text("username"), call.form.text("reason"), by, deps.now());
}

Result<Done> allow(db::Tx& tx, const WebDeps& deps, const http::Call& call, const std::string& by) {
    return outbox::allow_partner(
        tx, deps.instance, call.form.text("username"), call.form.text("reason"), by, deps.now());
}

Result<Done> remove(db::Tx& tx,
                    const WebDeps& deps,
                    const http::Call& call,
                    const std::string& by) {
    return outbox::remove_partner_person(
        tx, deps.instance, call.form.text("username"), by, deps.now());
}

// GET /admin/partners
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto owner = at_desk(deps, call, own_page); !owner) return owner.error();
    return show(deps, call);
}

template <Change change>
Result<http::Response> changed(const WebDeps& deps, const http::Call& call) {
    const auto owner = acting_at_desk(deps, call, own_page);
    if (!owner) return owner.error();
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show(deps, call, problem_of(confirmed.error(), "password"));
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto done = change(tx, deps, call, owner->uri);
        if (done)
            tx.commit();
        else
            failure = done.error();
    }
    if (failure) return show(deps, call, problem_of(*failure, "name"));
    return http::redirect_response(own_page);
}

// POST /admin/partners/people: the password is shown once.
Result<http::Response> add_person(const WebDeps& deps, const http::Call& call) {
    const auto owner = acting_at_desk(deps, call, own_page);
    if (!owner) return owner.error();
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show(deps, call, problem_of(confirmed.error(), "password"));
    Made made{.name = call.form.text("person")};
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto password =
            outbox::add_partner_person(tx,
                                       deps.instance,
                                       deps.passwords,
                                       {.organisation = call.form.text("username"),
                                        .username = made.name,
                                        .display_name = call.form.text("display_name"),
                                        .email = call.form.text("email"),
                                        .by = owner->uri},
                                       deps.now());
        if (password) {
            made.password = *password;
            tx.commit();
        } else {
            failure = password.error();
        }
    }
    if (failure) return show(deps, call, problem_of(*failure, "name"));
    return show(deps, call, {}, made);
}

// POST /@{name}/not-wanted
Result<http::Response> not_wanted(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "not-wanted form of another page"};
    const auto name = call.param("name");
    const auto at = name.find('@');
    db::Tx tx(deps.pool);
    const auto whom = db::accounts::find_by_handle(
        tx,
        name.substr(0, at),
        at == std::string_view::npos ? std::string_view() : name.substr(at + 1));
    if (!whom)
        return Error{Error::Kind::NotFound, "no such profile", "There is nobody of that name."};
    const auto done = outbox::not_wanted(
        tx,
        {.instance = deps.instance, .peers = deps.peers, .account = call.me(), .now = deps.now()},
        whom->id);
    if (!done) return done.error();
    tx.commit();
    return render_notice(
        deps.instance,
        call,
        {.title = "Not wanted",
         .text = "It is noted. When three members say so within a month, this organisation writes "
                 "to nobody here any more. It is not told who said so.",
         .link = "/@" + percent_encode(name),
         .link_text = "Back to the profile"});
}

} // namespace

void add_partner_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", "/admin/partners/add", changed<add>},
                      {"POST", "/admin/partners/renew", changed<renew>},
                      {"POST", "/admin/partners/end", changed<end>},
                      {"POST", "/admin/partners/allow", changed<allow>},
                      {"POST", "/admin/partners/people", add_person},
                      {"POST", "/admin/partners/people/remove", changed<remove>},
                      {"POST", "/@{name}/not-wanted", not_wanted}});
}

} // namespace web
