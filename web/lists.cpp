#include "base/uri.h"
#include "db/advisories.h"
#include "db/registers.h"
#include "moderation/advice.h"
#include "moderation/advisory_lists.h"
#include "moderation/list_files.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/desk_list.h"
#include "web/desk_pages.h"
#include "web/page.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

/// Lists of others: taken in, looked at with what they would touch, approved and withdrawn
/// (decision 340).
namespace web {
namespace {

constexpr auto own_page = "/admin/lists";
// No list can be called "_".
constexpr auto threshold_page = "/admin/lists/_/threshold";
constexpr auto exceptions_page = "/admin/lists/_/exceptions";

std::string address_of(std::string_view name) {
    return std::string(own_page) + "/" + percent_encode(name);
}

moderation::Act act_of(const WebDeps& deps, const http::Call& call, const db::Account& by) {
    return {.by = by.uri, .reason = call.form.text("reason"), .now = deps.now()};
}

Json render_list(db::Tx& tx, const db::AdvisoryList& list) {
    return {{"name", list.name},
            {"url", address_of(list.name)},
            {"origin", list.origin},
            {"is_register", db::registers::has_list(tx, list.id)},
            {"by", actor_text(tx, list.created_by)},
            {"since", shown_time(list.created_at)},
            {"drafts", std::to_string(list.drafts)},
            {"has_drafts", list.drafts > 0},
            {"in_force", std::to_string(list.in_force)}};
}

http::Response show_lists(const WebDeps& deps,
                          const http::Call& call,
                          const Problem& problem = {}) {
    db::Tx tx(deps.pool);
    Json lists = Json::array();
    for (const auto& list : db::advisories::list_lists(tx))
        lists.push_back(render_list(tx, list));
    Json exceptions = Json::array();
    for (const auto& exception : db::advisories::list_exceptions(tx))
        exceptions.push_back({{"host", exception.host},
                              {"reason", exception.reason},
                              {"by", actor_text(tx, exception.created_by)},
                              {"since", shown_time(exception.created_at)}});
    const auto typed = [&](const char* name) {
        return problem.text.empty() ? "" : call.form.text(name);
    };
    return render_page(
        deps.instance,
        call,
        {.view = "lists",
         .title = problem.text.empty() ? "Lists" : "Error: Lists",
         .data = {{"problem", problem.text},
                  {"problem_field", problem.field},
                  {"has_lists", !lists.empty()},
                  {"lists", lists},
                  {"has_exceptions", !exceptions.empty()},
                  {"exceptions", exceptions},
                  {"threshold", std::to_string(moderation::advice_threshold(tx))},
                  {"most_to_agree", std::to_string(moderation::most_lists_to_agree)},
                  {"most_entries", std::to_string(moderation::max_list_entries)},
                  {"name", typed("name")},
                  {"is_about_links", typed("kind") == "link-host"},
                  {"host", typed("host")},
                  {"reason", typed("reason")},
                  {"is_withdrawn", problem.text.empty() && call.form.has("withdrawn")}},
         .status = problem.status});
}

Json render_entry(const moderation::Touched& one, const std::string& list) {
    return {{"subject", one.entry.subject},
            {"is_about_links", one.entry.kind == "link-host"},
            {"severity", one.entry.severity},
            {"reason", one.entry.reason},
            {"in_force", one.entry.in_force},
            {"level", one.level ? std::string(to_string(*one.level)) : "unknown"},
            {"is_friend", one.is_about_friend()},
            {"follows", std::to_string(one.follows)},
            {"members", std::to_string(one.members)},
            {"alone", link_to(address_of(list), {{"host", one.entry.subject}}) + "#approve"}};
}

/// What breaks first: entries about members and partners, then by follows, then by name.
void sort_by_weight(std::vector<moderation::Touched>& entries) {
    std::ranges::stable_sort(entries, [](const auto& one, const auto& other) {
        return std::pair(one.is_about_friend(), one.follows) >
               std::pair(other.is_about_friend(), other.follows);
    });
}

Result<http::Response> show_list(const WebDeps& deps,
                                 const http::Call& call,
                                 const std::string& name,
                                 const Problem& problem = {}) {
    db::Tx tx(deps.pool);
    auto review = moderation::review_list(tx, name);
    if (!review) return review.error();
    const auto list = db::advisories::find_list(tx, name);
    if (!list) return Error{Error::Kind::NotFound, "no such list"};
    sort_by_weight(*review);
    const auto size = static_cast<std::int64_t>(review->size());
    const auto from = std::clamp<std::int64_t>(call.form.number("from").value_or(0), 0, size);
    const auto to = std::min<std::int64_t>(from + desk_rows, size);
    Json entries = Json::array();
    for (auto at = from; at < to; ++at)
        entries.push_back(render_entry((*review)[static_cast<std::size_t>(at)], name));
    const auto friends = std::ranges::count_if(*review, [](const moderation::Touched& one) {
        return one.is_about_friend() && !one.entry.in_force;
    });
    const auto page_from = [&](std::int64_t first) {
        return link_to(address_of(name), {{"from", std::to_string(first)}});
    };
    const auto approved = call.form.number("approved");
    Json data = render_list(tx, *list);
    data.update({{"problem", problem.text},
                 {"problem_field", problem.field},
                 {"has_entries", !entries.empty()},
                 {"entries", entries},
                 {"count", std::to_string(size)},
                 {"friends", friends == 0 ? "" : std::to_string(friends)},
                 {"newer", from > 0 ? page_from(std::max<std::int64_t>(from - desk_rows, 0)) : ""},
                 {"older", to < size ? page_from(to) : ""},
                 {"host", call.form.text("host")},
                 {"reason", call.form.text("reason")},
                 {"was_approved", problem.text.empty() && approved.has_value()},
                 {"approved", std::to_string(approved.value_or(0))}});
    return render_page(deps.instance,
                       call,
                       {.view = "list",
                        .title = (problem.text.empty() ? "List " : "Error: List ") + name,
                        .data = std::move(data),
                        .status = problem.status});
}

// GET /admin/lists
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    return show_lists(deps, call);
}

// GET /admin/lists/{name}
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    return show_list(deps, call, std::string(call.param("name")));
}

// POST /admin/lists: everything in the file becomes a draft.
Result<http::Response> upload(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto* const file = call.form.file("file");
    if (file == nullptr || file->size() == 0)
        return show_lists(deps, call, {"Choose the file of the list.", "file", 422});
    if (file->size() > moderation::max_list_bytes)
        return show_lists(deps, call, {"The file has more than 4 MiB.", "file", 422});
    const auto name = call.form.text("name");
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto imported =
            moderation::import_list(tx,
                                    deps.instance,
                                    {.name = name,
                                     .kind = call.form.text("kind"),
                                     .text = file->spooled ? std::string(file->part) : file->bytes},
                                    act_of(deps, call, *me));
        if (imported)
            tx.commit();
        else
            failure = imported.error();
    }
    if (failure) return show_lists(deps, call, {failure->shown, "name", 422});
    return http::redirect_response(address_of(name));
}

/// What concerns all lists. `field`: the input that is wrong when it fails.
template <typename Do>
Result<http::Response> act_on_lists(const WebDeps& deps,
                                    const http::Call& call,
                                    const char* field,
                                    Do act) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show_lists(
            deps, call, problem_of(confirmed.error(), std::string(field) + "-password"));
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const Result<Done> done = act(tx, act_of(deps, call, *me));
        if (done)
            tx.commit();
        else
            failure = done.error();
    }
    if (failure) return show_lists(deps, call, {failure->shown, field, 422});
    return http::redirect_response(own_page);
}

// POST /admin/lists/_/threshold
Result<http::Response> change_threshold(const WebDeps& deps, const http::Call& call) {
    const auto wanted = std::max<std::int64_t>(call.form.number("threshold").value_or(0), 0);
    return act_on_lists(deps, call, "threshold", [&](db::Tx& tx, const moderation::Act& act) {
        return moderation::set_advice_threshold(tx, static_cast<std::size_t>(wanted), act);
    });
}

// POST /admin/lists/_/exceptions
Result<http::Response> change_exception(const WebDeps& deps, const http::Call& call) {
    const bool is_excepted = call.form.text("what") != "end";
    return act_on_lists(deps, call, "host", [&](db::Tx& tx, const moderation::Act& act) {
        return moderation::except_host(tx, call.form.text("host"), is_excepted, act);
    });
}

// POST /admin/lists/{name}/approve, POST /admin/lists/{name}/withdraw
template <bool is_approval>
Result<http::Response> decide(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const std::string name(call.param("name"));
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show_list(deps, call, name, problem_of(confirmed.error(), "password"));
    std::optional<Error> failure;
    std::int64_t in_force = 0;
    {
        db::Tx tx(deps.pool);
        const auto act = act_of(deps, call, *me);
        const auto before = db::advisories::find_list(tx, name);
        // Its own commands know which statements of a register may take effect, and how.
        if (before && db::registers::has_list(tx, before->id)) {
            failure = Error{Error::Kind::Unprocessable,
                            "list of a register",
                            "That is a register's list: it is decided on as a register."};
        } else if (is_approval) {
            const auto approved = moderation::approve_list(tx, name, call.form.text("host"), act);
            if (approved)
                in_force = approved->in_force;
            else
                failure = approved.error();
        } else if (const auto done = moderation::withdraw_list(tx, name, act); !done) {
            failure = done.error();
        }
        if (!failure) tx.commit();
    }
    if (failure) return show_list(deps, call, name, {failure->shown, "reason", 422});
    if (!is_approval) return http::redirect_response(link_to(own_page, {{"withdrawn", "1"}}));
    return http::redirect_response(
        link_to(address_of(name), {{"approved", std::to_string(in_force)}}));
}

} // namespace

void add_list_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", own_page, upload},
                      {"POST", threshold_page, change_threshold},
                      {"POST", exceptions_page, change_exception},
                      {"GET", "/admin/lists/{name}", show},
                      {"POST", "/admin/lists/{name}/approve", decide<true>},
                      {"POST", "/admin/lists/{name}/withdraw", decide<false>}});
}

} // namespace web
