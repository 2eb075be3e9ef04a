#include "base/json_reader.h"
#include "db/held_items.h"
#include "members/sessions.h"
#include "moderation/filters.h"
#include "outbox/asking.h"
#include "outbox/draft_json.h"
#include "outbox/held_edits.h"
#include "web/page.h"
#include "web/pages.h"

/// A member's posts that are not out: about which there is a question, and which a person looks at.
namespace web {
namespace {

constexpr auto own_page = "/settings/waiting";
constexpr int most_held = 50;

Json show_draft(const outbox::Draft& draft) {
    return {{"text", draft.text},
            {"warning", draft.spoiler_text},
            {"media", draft.media.empty() ? "" : std::to_string(draft.media.size())}};
}

Json show_questions(db::Tx& tx, AccountId me) {
    Json rows = Json::array();
    for (const auto& asked : db::asked_posts::list(tx, me)) {
        auto row = show_draft(outbox::read_draft(asked.draft));
        row["id"] = to_string(asked.id);
        row["is_edit"] = outbox::read_edit(asked.draft).has_value();
        row["asked"] = format_iso8601(asked.asked_at).substr(0, 16);
        row["why"] = moderation::explain(asked.reason);
        row["is_about_pictures"] = asked.reason == "student-seen";
        row["most"] = outbox::max_students_reason;
        rows.push_back(std::move(row));
    }
    return rows;
}

Json show_held(db::Tx& tx, AccountId me) {
    Json rows = Json::array();
    for (const auto& item : db::held_items::list_of_author(tx, me, most_held)) {
        const auto draft = parse_json(item.payload);
        if (!draft) continue;
        auto row = show_draft(outbox::read_draft(*draft));
        row["is_edit"] = outbox::read_edit(*draft).has_value();
        row["why"] = moderation::explain(item.reason);
        row["by_officer"] = item.filter == moderation::student_filter;
        row["is_open"] = !item.decided_at;
        row["until"] = format_iso8601(item.deadline).substr(0, 16);
        row["goes_out"] = item.release_at_deadline;
        row["is_released"] = item.decision == db::HeldDecision::Released;
        rows.push_back(std::move(row));
    }
    return rows;
}

http::Response show(const WebDeps& deps, const http::Call& call, const std::string& problem) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto questions = show_questions(tx, call.me());
    const auto held = show_held(tx, call.me());
    return render_page(deps.instance,
                       call,
                       {.view = "waiting",
                        .title = problem.empty() ? "Posts that wait" : "Error: Posts that wait",
                        .data = {{"problem", problem},
                                 {"has_questions", !questions.empty()},
                                 {"questions", questions},
                                 {"has_held", !held.empty()},
                                 {"held", held},
                                 {"is_empty", questions.empty() && held.empty()}},
                        .status = problem.empty() ? 200 : 422});
}

// GET /settings/waiting
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    return show(deps, call, "");
}

bool is_own_form(const WebDeps& deps, const http::Call& call) {
    return members::is_own_form(deps.instance, call.request, call.form.text("form_token"));
}

const Error foreign_form{Error::Kind::Forbidden, "waiting: form of another page"};

Result<http::Response> answer_with(const WebDeps& deps,
                                   const http::Call& call,
                                   const outbox::Answer& answer) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto id = call.id<db::AskedPostTag>("id");
    if (!id) return id.error();
    std::string problem;
    {
        db::Tx tx(deps.pool);
        const outbox::Acting acting{.instance = deps.instance,
                                    .peers = deps.peers,
                                    .account = call.me(),
                                    .now = deps.now()};
        const auto answered = outbox::answer_question(tx, acting, *id, answer);
        if (answered) {
            tx.commit();
            return http::redirect_response(own_page);
        }
        if (answered.error().kind == Error::Kind::NotFound) return answered.error();
        // The question stays, so that nothing is lost.
        problem = answered.error().shown.empty() ? "It cannot be posted any more."
                                                 : answered.error().shown;
    }
    return show(deps, call, problem);
}

// POST /settings/waiting/{id}/send
Result<http::Response> send(const WebDeps& deps, const http::Call& call) {
    return answer_with(deps, call, {.reason = call.form.text("reason")});
}

// POST /settings/waiting/{id}/unseen
Result<http::Response> say_unseen(const WebDeps& deps, const http::Call& call) {
    return answer_with(deps, call, {.no_student_seen = true});
}

// POST /settings/waiting/{id}/discard
Result<http::Response> discard(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto id = call.id<db::AskedPostTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool);
    // Pressed twice: it is gone, as was wished.
    if (db::asked_posts::take(tx, call.me(), *id)) tx.commit();
    return http::redirect_response(own_page);
}

} // namespace

void add_waiting_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", own_page, Session, deps, list));
    router.add(page_route("POST", "/settings/waiting/{id}/send", Session, deps, send));
    router.add(page_route("POST", "/settings/waiting/{id}/unseen", Session, deps, say_unseen));
    router.add(page_route("POST", "/settings/waiting/{id}/discard", Session, deps, discard));
}

} // namespace web
