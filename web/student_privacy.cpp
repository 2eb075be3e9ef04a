#include "base/json_reader.h"
#include "db/accounts.h"
#include "db/held_items.h"
#include "db/privacy_notes.h"
#include "moderation/filters.h"
#include "moderation/held.h"
#include "outbox/draft_json.h"
#include "web/desk.h"
#include "web/held_view.h"
#include "web/page.h"
#include "web/pages.h"

/// What the student-privacy guard holds, for the privacy officer, and what other districts say of
/// posts of ours.
namespace web {
namespace {

constexpr auto own_page = "/admin/student-privacy";

/// Why its author wants it out.
std::string reason_of(const db::HeldItem& item) {
    const auto draft = parse_json(item.payload);
    return draft ? outbox::read_draft(*draft).students_reason : "";
}

Json show_items(db::Tx& tx, AccountId me) {
    Json rows = Json::array();
    for (const auto& item : db::held_items::list_of_filter(tx, moderation::student_filter)) {
        const bool is_ours = item.direction == db::HeldDirection::Out;
        const auto held = open_preview(tx, item);
        const auto author = db::accounts::find(tx, item.account);
        rows.push_back({{"id", to_string(item.id)},
                        {"author", author ? "@" + author->acct() : item.host},
                        {"is_ours", is_ours},
                        {"is_mine", item.account == me},
                        {"is_private", held.is_private},
                        {"warning", held.warning},
                        {"text", held.text},
                        {"files", held.media == 0 ? "" : std::to_string(held.media)},
                        {"reason", is_ours ? reason_of(item) : ""},
                        {"why", moderation::explain(item.reason)},
                        {"until", shown_time(item.deadline)}});
    }
    return rows;
}

Json show_notes(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& note : db::privacy_notes::list_unseen(tx)) {
        rows.push_back({{"id", to_string(note.id)},
                        {"host", note.host},
                        {"post", note.object_uri},
                        {"why", moderation::explain(note.reason)},
                        {"at", shown_time(note.at)}});
    }
    return rows;
}

// GET /admin/student-privacy
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    const auto me = at_desk(deps, call, own_page);
    if (!me) return me.error();
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto items = show_items(tx, me->id);
    const auto notes = show_notes(tx);
    return render_page(deps.instance,
                       call,
                       {.view = "student_privacy",
                        .title = "Student privacy",
                        .data = {{"has_items", !items.empty()},
                                 {"items", items},
                                 {"has_notes", !notes.empty()},
                                 {"notes", notes}}});
}

Result<http::Response> decide(const WebDeps& deps,
                              const http::Call& call,
                              db::HeldDecision decision) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto id = call.id<HeldTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool);
    const auto item = db::held_items::find(tx, *id);
    // Moderators decide about the others, and nobody about what they wrote themselves.
    if (!item || item->filter != moderation::student_filter || item->account == me->id)
        return Error{Error::Kind::NotFound, "no such held item for this officer"};
    // Decided meanwhile: what another officer said stands, and the page no longer shows it.
    if (moderation::decide_held(tx, *id, decision, me->uri, deps.now())) tx.commit();
    return http::redirect_response(own_page);
}

// POST /admin/student-privacy/{id}/release
Result<http::Response> release(const WebDeps& deps, const http::Call& call) {
    return decide(deps, call, db::HeldDecision::Released);
}

// POST /admin/student-privacy/{id}/reject
Result<http::Response> reject(const WebDeps& deps, const http::Call& call) {
    return decide(deps, call, db::HeldDecision::Rejected);
}

// POST /admin/student-privacy/notes/{id}/put-away
Result<http::Response> put_away(const WebDeps& deps, const http::Call& call) {
    if (const auto me = acting_at_desk(deps, call, own_page); !me) return me.error();
    const auto id = call.id<db::PrivacyNoteTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool);
    if (db::privacy_notes::put_away(tx, *id, deps.now())) tx.commit();
    return http::redirect_response(own_page);
}

} // namespace

void add_student_privacy_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", own_page, Session, deps, show));
    router.add(page_route("POST", "/admin/student-privacy/{id}/release", Session, deps, release));
    router.add(page_route("POST", "/admin/student-privacy/{id}/reject", Session, deps, reject));
    router.add(
        page_route("POST", "/admin/student-privacy/notes/{id}/put-away", Session, deps, put_away));
}

} // namespace web
