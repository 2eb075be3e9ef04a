#include "moderation/held.h"

#include "moderation/filters.h"
#include "web/desk.h"
#include "web/desk_list.h"
#include "web/held_view.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

/// What the filters hold for a person: one by one, or all that wait for the same reason.
namespace web {
namespace {

constexpr auto own_page = "/admin/held";
constexpr int most_at_once = 200;

/// Which group of items the reader looks at; without a reason all of them.
db::held_items::Part part_of(const http::Form& form) {
    return {.direction =
                form.text("direction") == "out" ? db::HeldDirection::Out : db::HeldDirection::In,
            .reason = form.text("reason"),
            .rule = db::RuleId{parse_id(form.text("rule")).value_or(0)},
            .after = HeldId{parse_id(form.text("after")).value_or(0)},
            .most = desk_rows + 1};
}

std::string direction_name(db::HeldDirection direction) {
    return direction == db::HeldDirection::In ? "in" : "out";
}

std::string rule_name(db::RuleId rule) {
    return rule ? to_string(rule) : "";
}

std::string why_text(std::string_view reason) {
    const auto known = moderation::explain(reason);
    return std::string(known.empty() ? reason : known);
}

std::string sender_text(db::Tx& tx, const db::HeldItem& item) {
    const auto account = item.account ? db::accounts::find(tx, item.account) : std::nullopt;
    if (account) return "@" + account->acct();
    return item.host.empty() ? "somebody here" : "somebody on " + item.host;
}

Json render_item(db::Tx& tx, const db::HeldItem& item) {
    const auto preview = open_preview(tx, item);
    return {{"id", to_string(item.id)},
            {"what", preview.what},
            {"sender", sender_text(tx, item)},
            {"is_ours", item.direction == db::HeldDirection::Out},
            {"why", why_text(item.reason)},
            {"filter", item.filter},
            {"since", shown_time(item.created_at)},
            {"deadline", shown_time(item.deadline)},
            {"default", item.release_at_deadline ? "released" : "rejected"},
            {"is_private", preview.is_private},
            {"warning", preview.warning},
            {"text", preview.text},
            {"media", preview.media == 0 ? "" : std::to_string(preview.media)},
            {"uri", preview.uri}};
}

Json render_groups(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& group : db::held_items::list_groups(tx)) {
        rows.push_back({{"why", why_text(group.reason)},
                        {"is_ours", group.direction == db::HeldDirection::Out},
                        {"count", std::to_string(group.count)},
                        {"deadline", shown_time(group.deadline)},
                        {"url",
                         link_to(own_page,
                                 {{"reason", group.reason},
                                  {"direction", direction_name(group.direction)},
                                  {"rule", rule_name(group.rule)}})}});
    }
    return rows;
}

/// "3" of what a redirect told; never foreign text.
std::string told_count(const http::Form& form, const char* name) {
    const auto number = form.number(name).value_or(0);
    return number > 0 && number <= most_at_once ? std::to_string(number) : "";
}

// GET /admin/held
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    const auto part = part_of(call.form);
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    auto items = db::held_items::list_part(tx, part);
    const bool is_more = cut_to_page(items);
    Json rows = Json::array();
    for (const auto& item : items)
        rows.push_back(render_item(tx, item));
    const auto groups = render_groups(tx);
    const auto direction = part.reason.empty() ? "" : direction_name(part.direction);
    const auto next = is_more ? link_to(own_page,
                                        {{"reason", part.reason},
                                         {"direction", direction},
                                         {"rule", rule_name(part.rule)},
                                         {"after", to_string(items.back().id)}})
                              : "";
    return render_page(deps.instance,
                       call,
                       {.view = "held",
                        .title = "Held items",
                        .data = {{"has_items", !rows.empty()},
                                 {"items", rows},
                                 {"has_groups", groups.size() > 1},
                                 {"groups", groups},
                                 {"reason", part.reason},
                                 {"why", part.reason.empty() ? "" : why_text(part.reason)},
                                 {"direction", direction},
                                 {"rule", rule_name(part.rule)},
                                 {"most_at_once", std::to_string(most_at_once)},
                                 {"released", told_count(call.form, "released")},
                                 {"rejected", told_count(call.form, "rejected")},
                                 {"late", told_count(call.form, "late")},
                                 {"next", next}}});
}

/// What a form decides about: the items of `ids`, or with `all` the first ones of its group.
std::vector<HeldId> chosen(db::Tx& tx, const http::Form& form) {
    std::vector<HeldId> ids;
    if (form.has("all")) {
        auto part = part_of(form);
        part.after = {};
        part.most = most_at_once;
        if (part.reason.empty()) return ids;
        for (const auto& item : db::held_items::list_part(tx, part))
            ids.push_back(item.id);
        return ids;
    }
    for (const auto& text : form.list("ids")) {
        const auto id = parse_id(text);
        if (id && ids.size() < most_at_once) ids.emplace_back(*id);
    }
    return ids;
}

// POST /admin/held
Result<http::Response> decide(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const bool releases = call.form.text("decision") == "release";
    if (!releases && call.form.text("decision") != "reject")
        return Error{Error::Kind::Unprocessable, "no decision", "Choose release or reject."};
    const auto decision = releases ? db::HeldDecision::Released : db::HeldDecision::Rejected;
    int done = 0;
    int late = 0;
    db::Tx tx(deps.pool);
    const auto ids = chosen(tx, call.form);
    if (ids.empty())
        return Error{Error::Kind::Unprocessable,
                     "no held items chosen",
                     "Nothing was chosen. Go back and tick what you decide about."};
    for (const auto id : ids) {
        // What names a student is the privacy officer's, and nobody decides about their own.
        const auto item = db::held_items::find(tx, id);
        const bool is_ours =
            item && item->filter != moderation::student_filter && item->account != me->id;
        const bool is_done =
            is_ours && moderation::decide_held(tx, id, decision, me->uri, deps.now());
        ++(is_done ? done : late);
    }
    tx.commit();
    const auto text_of = [](int count) { return count == 0 ? "" : std::to_string(count); };
    return http::redirect_response(link_to(
        own_page, {{releases ? "released" : "rejected", text_of(done)}, {"late", text_of(late)}}));
}

} // namespace

void add_held_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router, deps, {{"GET", own_page, list}, {"POST", own_page, decide}});
}

} // namespace web
