#include "outbox/records.h"

#include "base/text.h"
#include "web/acting.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/desk_list.h"
#include "web/desk_pages.h"
#include "web/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// Public records: how long posts are kept, legal holds, official accounts, search and export.
namespace web {
namespace {

constexpr auto own_page = "/admin/records";
constexpr auto search_page = "/admin/records/search";

constexpr std::array<std::pair<const char*, const char*>, 4> kinds{
    {{"public", "Public posts"},
     {"official", "Official posts: public ones of accounts marked below"},
     {"group-record", "Public posts to groups"},
     {"private", "Posts to few"}}};

std::string name_of(db::Tx& tx, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    return account ? "@" + account->username : "?";
}

/// One of ours by the typed name, or 0, about whom the verbs say what they say of nobody.
AccountId typed_account(db::Tx& tx, const http::Form& form) {
    auto name = std::string(trim(form.text("name")));
    if (name.starts_with('@')) name.erase(0, 1);
    const auto account = name.empty() ? std::nullopt : db::accounts::find_by_handle(tx, name, "");
    return account ? account->id : AccountId{};
}

Json render_rules(db::Tx& tx) {
    const auto rules = db::records::list_rules(tx);
    Json rows = Json::array();
    for (const auto& [kind, title] : kinds) {
        const auto rule = std::ranges::find(rules, kind, &db::RetentionRule::kind);
        const bool is_set = rule != rules.end();
        rows.push_back({{"kind", kind},
                        {"title", title},
                        {"days", is_set ? std::to_string(rule->days) : ""},
                        {"by", is_set ? actor_text(tx, rule->set_by) : ""},
                        {"since", is_set ? format_date(rule->set_at) : ""}});
    }
    return rows;
}

Json render_holds(db::Tx& tx, AccountId me) {
    Json rows = Json::array();
    for (const auto& hold : db::records::list_holds(tx)) {
        // Nobody lifts, or learns here of, what stands about themselves.
        if (hold.account == me) continue;
        rows.push_back({{"id", to_string(hold.id)},
                        {"member", name_of(tx, hold.account)},
                        {"matter", hold.matter},
                        {"reason", hold.reason},
                        {"by", actor_text(tx, hold.set_by)},
                        {"since", format_date(hold.set_at)},
                        {"lifted", hold.lifted_at ? format_date(*hold.lifted_at) : ""},
                        {"lifted_by", hold.lifted_at ? actor_text(tx, hold.lifted_by) : ""}});
    }
    return rows;
}

Json render_official(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& official : db::records::list_official(tx)) {
        const auto account = db::accounts::find(tx, official.account);
        if (!account) continue;
        rows.push_back({{"name", account->username},
                        {"by", actor_text(tx, official.set_by)},
                        {"since", format_date(official.set_at)}});
    }
    return rows;
}

http::Response show(const WebDeps& deps, const http::Call& call, const Problem& problem = {}) {
    const bool has_problem = !problem.text.empty();
    Json typed = Json::object();
    for (const auto* name : {"name", "matter", "reason"})
        typed[name] = has_problem && problem.field == "hold-name" ? call.form.text(name) : "";
    db::Tx tx(deps.pool);
    const auto holds = render_holds(tx, call.me());
    const auto official = render_official(tx);
    return render_page(deps.instance,
                       call,
                       {.view = "records",
                        .title = has_problem ? "Error: Records" : "Records",
                        .data = {{"problem", problem.text},
                                 {"problem_field", problem.field},
                                 {"rules", render_rules(tx)},
                                 {"typed", typed},
                                 {"has_holds", !holds.empty()},
                                 {"holds", holds},
                                 {"has_official", !official.empty()},
                                 {"official", official}},
                        .status = problem.status});
}

// GET /admin/records
Result<http::Response> open(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    return show(deps, call);
}

/// One of outbox's verbs, in a transaction of its own; what stands against it is shown at `field`.
template <typename Act>
Result<http::Response> act(const WebDeps& deps,
                           const http::Call& call,
                           const std::string& field,
                           Act do_it) {
    if (const auto me = acting_at_desk(deps, call, own_page); !me) return me.error();
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const Result<Done> done = do_it(tx, acting_for(deps, call));
        if (done)
            tx.commit();
        else
            refusal = done.error();
    }
    if (!refusal) return http::redirect_response(own_page);
    if (refusal->kind == Error::Kind::NotFound) return *refusal;
    return show(deps, call, problem_of(*refusal, field));
}

// POST /admin/records/retention: no days, kept for good.
Result<http::Response> set_retention(const WebDeps& deps, const http::Call& call) {
    const auto kind = call.form.text("kind");
    return act(
        deps, call, "days-" + kind, [&](db::Tx& tx, const outbox::Acting& acting) -> Result<Done> {
            const auto text = std::string(trim(call.form.text("days")));
            if (text.empty()) return outbox::set_retention(tx, acting, kind, std::nullopt);
            // What is no number, or a huge one, is out of bounds.
            const auto days = call.form.number("days").value_or(0);
            return outbox::set_retention(tx,
                                         acting,
                                         kind,
                                         static_cast<int>(std::clamp<std::int64_t>(
                                             days, 0, outbox::most_retention_days + 1)));
        });
}

// POST /admin/records/holds: with the password, since it changes what deleting means.
Result<http::Response> set_hold(const WebDeps& deps, const http::Call& call) {
    if (const auto me = acting_at_desk(deps, call, own_page); !me) return me.error();
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show(deps, call, problem_of(confirmed.error(), "hold-password"));
    return act(deps, call, "hold-name", [&](db::Tx& tx, const outbox::Acting& acting) {
        return outbox::set_legal_hold(tx,
                                      acting,
                                      {.account = typed_account(tx, call.form),
                                       .matter = call.form.text("matter"),
                                       .reason = call.form.text("reason")});
    });
}

// POST /admin/records/holds/{id}/lift
Result<http::Response> lift_hold(const WebDeps& deps, const http::Call& call) {
    const auto id = call.id<db::LegalHoldTag>("id");
    if (!id) return id.error();
    return act(deps, call, "lift-" + to_string(*id), [&](db::Tx& tx, const outbox::Acting& acting) {
        return outbox::lift_legal_hold(tx, acting, *id, call.form.text("reason"));
    });
}

template <bool is_official>
Result<http::Response> mark(const WebDeps& deps, const http::Call& call) {
    return act(deps, call, "official-name", [&](db::Tx& tx, const outbox::Acting& acting) {
        return outbox::mark_official(tx, acting, typed_account(tx, call.form), is_official);
    });
}

/// What is looked for; an unknown name finds nobody rather than everybody.
struct TypedSearch {
    db::records::RecordSearch search{};
    std::string name{};
    bool is_asked = false;
    bool is_nobody = false;
};
TypedSearch read_search(db::Tx& tx, const http::Form& form) {
    TypedSearch typed{.name = std::string(trim(form.text("name")))};
    auto& search = typed.search;
    search.account = typed_account(tx, form);
    typed.is_nobody = !typed.name.empty() && !search.account;
    search.words = std::string(trim(form.text("words")));
    const auto kind = form.text("kind");
    const auto is_known = std::ranges::any_of(
        kinds, [&](const auto& known) { return kind == known.first && kind != "private"; });
    if (is_known) search.kind = kind;
    search.since = parse_iso8601(form.text("since"));
    if (const auto last = parse_iso8601(form.text("until")))
        search.until = *last + std::chrono::hours{24};
    search.below = StatusId{parse_id(form.text("below")).value_or(0)};
    typed.is_asked = form.has("words") || form.has("below");
    return typed;
}

Json render_posts(db::Tx& tx, const std::vector<db::RecordPost>& posts) {
    Json rows = Json::array();
    for (const auto& post : posts) {
        rows.push_back({{"uri", post.uri},
                        {"author", name_of(tx, post.account)},
                        {"kind", post.kind},
                        {"at", shown_time(post.created_at)},
                        {"edited", post.edited_at ? shown_time(*post.edited_at) : ""},
                        {"deleted", post.deleted_at ? shown_time(*post.deleted_at) : ""},
                        {"warning", post.spoiler_text},
                        {"content", post.content},
                        {"sha256", outbox::hash_of(post)}});
    }
    return rows;
}

Json render_kinds(const std::string& chosen) {
    Json rows = Json::array();
    for (const auto& [kind, title] : kinds) {
        if (std::string_view(kind) != "private")
            rows.push_back({{"kind", kind}, {"title", title}, {"is_chosen", chosen == kind}});
    }
    return rows;
}

http::Response show_search(const WebDeps& deps,
                           const http::Call& call,
                           const TypedSearch& typed,
                           std::vector<db::RecordPost> posts,
                           const Problem& problem) {
    const auto& search = typed.search;
    const auto day = [](const std::optional<Time>& at) { return at ? format_date(*at) : ""; };
    const auto last =
        search.until ? std::optional(*search.until - std::chrono::hours{24}) : std::nullopt;
    const bool is_more = cut_to_page(posts);
    const auto next = is_more ? link_to(search_page,
                                        {{"name", typed.name},
                                         {"words", search.words},
                                         {"kind", search.kind},
                                         {"since", day(search.since)},
                                         {"until", day(last)},
                                         {"below", to_string(posts.back().id)}})
                              : "";
    db::Tx tx(deps.pool);
    const auto rows = render_posts(tx, posts);
    return render_page(
        deps.instance,
        call,
        {.view = "records_search",
         .title = problem.text.empty() ? "Search records" : "Error: Search records",
         .data = {{"problem", problem.text},
                  {"problem_field", problem.field},
                  {"name", typed.name},
                  {"words", search.words},
                  {"kinds", render_kinds(search.kind)},
                  {"kind", search.kind},
                  {"since", day(search.since)},
                  {"until", day(last)},
                  {"is_asked", typed.is_asked && problem.text.empty()},
                  {"reason", problem.field == "reason" ? call.form.text("reason") : ""},
                  {"has_posts", !rows.empty()},
                  {"posts", rows},
                  {"next", next}},
         .status = problem.status});
}

// GET /admin/records/search: each search is in the record.
Result<http::Response> search(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    TypedSearch typed;
    std::vector<db::RecordPost> posts;
    Problem problem;
    {
        db::Tx tx(deps.pool);
        typed = read_search(tx, call.form);
        typed.search.most = desk_rows + 1;
        if (typed.is_asked && typed.is_nobody) {
            problem = {"There is no member of that name.", "name", 422};
        } else if (typed.is_asked) {
            auto found = outbox::search_records(tx, acting_for(deps, call), typed.search);
            if (found) {
                posts = std::move(*found);
                tx.commit();
            } else {
                problem = problem_of(found.error(), "words");
            }
        }
    }
    return show_search(deps, call, typed, std::move(posts), problem);
}

// POST /admin/records/export: asks; a second person decides under /admin/approvals.
Result<http::Response> ask_export(const WebDeps& deps, const http::Call& call) {
    if (const auto me = acting_at_desk(deps, call, own_page); !me) return me.error();
    TypedSearch typed;
    Problem problem;
    {
        db::Tx tx(deps.pool);
        typed = read_search(tx, call.form);
        if (typed.is_nobody) {
            problem = {"There is no member of that name.", "name", 422};
        } else {
            const auto asked = outbox::ask_export(
                tx, acting_for(deps, call), typed.search, call.form.text("reason"));
            if (asked)
                tx.commit();
            else
                problem = problem_of(asked.error(), "reason");
        }
    }
    if (problem.text.empty()) return http::redirect_response("/admin/approvals");
    return show_search(deps, call, typed, {}, problem);
}

// GET /admin/records/{id}/export
Result<http::Response> download(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    const auto id = call.id<db::ApprovalTag>("id");
    if (!id) return id.error();
    http::Response response;
    {
        db::Tx tx(deps.pool);
        auto file = outbox::export_records(tx, acting_for(deps, call), *id);
        if (!file) return file.error();
        tx.commit();
        response.body = std::move(*file);
    }
    response.headers.set("Content-Type", "application/x-ndjson; charset=utf-8");
    response.headers.set("Content-Disposition",
                         fmt::format("attachment; filename=\"records-{}.jsonl\"", to_string(*id)));
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

} // namespace

void add_record_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, open},
                      {"POST", "/admin/records/retention", set_retention},
                      {"POST", "/admin/records/holds", set_hold},
                      {"POST", "/admin/records/holds/{id}/lift", lift_hold},
                      {"POST", "/admin/records/official/mark", mark<true>},
                      {"POST", "/admin/records/official/unmark", mark<false>},
                      {"GET", search_page, search},
                      {"POST", "/admin/records/export", ask_export},
                      {"GET", "/admin/records/{id}/export", download}});
}

} // namespace web
