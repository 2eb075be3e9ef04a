#include "db/accounts.h"
#include "db/statuses.h"
#include "outbox/post_measures.h"
#include "statuses/may_see.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

#include <array>

/// One post, looked up by its address, and what moderators do to it. What the moderator may not
/// read is not found (docs/employer-wall.md).
namespace web {
namespace {

constexpr auto own_page = "/admin/posts";

std::optional<db::Status> find_post(db::Tx& tx, const db::Account& me, const std::string& address) {
    auto post = db::statuses::find_by_uri(tx, address);
    if (!post) post = db::statuses::find_by_url(tx, address);
    if (!post || post->reblog_of || !statuses::may_see(tx, me.id, *post)) return std::nullopt;
    return post;
}

Json render_measures(const db::post_marks::PostMarks& marks) {
    return Json::array({{{"measure", "remove-media"},
                         {"label", "Remove its media"},
                         {"undo", "Put its media back"},
                         {"stands", marks.media_removed}},
                        {{"measure", "mark-sensitive"},
                         {"label", "Mark it as sensitive"},
                         {"undo", "Take the mark away"},
                         {"stands", marks.sensitive}},
                        {{"measure", "label"},
                         {"label", "Put a content warning before it"},
                         {"undo", "Take the content warning away"},
                         {"asks_label", marks.label.empty()},
                         {"stands", !marks.label.empty()}}});
}

http::Response show(const WebDeps& deps,
                    const http::Call& call,
                    const db::Account& me,
                    const std::string& problem = "") {
    const auto address = call.form.text("address");
    Json data{{"address", address}, {"problem", problem}, {"is_searched", !address.empty()}};
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    if (const auto post = find_post(tx, me, address)) {
        const auto author = db::accounts::find(tx, post->author);
        data["post"] = {{"author", author ? author->uri : ""},
                        {"html", post->content},
                        {"warning", post->spoiler_text},
                        {"measures", render_measures(db::post_marks::find(tx, post->id))}};
    }
    return render_page(deps.instance,
                       call,
                       {.view = "measured_post",
                        .title = problem.empty() ? "Posts" : "Error: Posts",
                        .data = std::move(data),
                        .status = problem.empty() ? 200 : 422});
}

// GET /admin/posts?address=
Result<http::Response> look_up(const WebDeps& deps, const http::Call& call) {
    const auto me = at_desk(deps, call, own_page);
    if (!me) return me.error();
    return show(deps, call, *me);
}

// POST /admin/posts: "do" is "measure" or "undo"
Result<http::Response> act(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto measure = outbox::parse_post_measure(call.form.text("measure"));
    if (!measure) return show(deps, call, *me, "Choose what to do.");
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const auto post = find_post(tx, *me, call.form.text("address"));
        if (!post) return show(deps, call, *me, "There is no such post for you.");
        const outbox::Acting acting{
            .instance = deps.instance, .peers = deps.peers, .account = me->id, .now = deps.now()};
        const auto done = call.form.text("do") == "undo"
                              ? outbox::undo_post_measure(tx, acting, post->id, *measure)
                              : outbox::measure_post(tx,
                                                     acting,
                                                     {.status = post->id,
                                                      .measure = *measure,
                                                      .label = call.form.text("label"),
                                                      .text = call.form.text("reason")});
        if (done)
            tx.commit();
        else
            refusal = done.error();
    }
    return show(deps, call, *me, refusal ? refusal->shown : "");
}

} // namespace

void add_measured_post_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router, deps, {{"GET", own_page, look_up}, {"POST", own_page, act}});
}

} // namespace web
