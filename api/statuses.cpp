#include "api/answer.h"
#include "api/api.h"
#include "api/async_refresh.h"
#include "api/audience_choice.h"
#include "api/drafts.h"
#include "api/entities.h"
#include "api/find.h"
#include "api/media.h"
#include "api/mentions.h"
#include "api/preferences.h"
#include "api/render.h"
#include "api/scheduled.h"
#include "base/text.h"
#include "db/idempotency_keys.h"
#include "db/status_edits.h"
#include "db/status_views.h"
#include "db/timelines.h"
#include "db/users.h"
#include "outbox/asking.h"
#include "outbox/edit.h"
#include "outbox/publish.h"
#include "outbox/remove.h"
#include "outbox/schedule.h"
#include "statuses/job_kinds.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/statuses/
namespace api {
namespace {

constexpr std::size_t most_statuses = 40;
constexpr int most_ancestors = 200;
constexpr int most_descendants = 1'000;
constexpr std::size_t max_key_bytes = 255;

/// What an Idempotency-Key made before: a post, or one that waits.
Result<http::Response> show_earlier(const Api& api,
                                    db::Tx& tx,
                                    const http::Call& call,
                                    StatusId earlier) {
    const auto scheduled = db::scheduled_statuses::find(tx, call.me(), earlier.value);
    if (scheduled) return http::json_response(scheduled_entity(api, tx, *scheduled));
    auto text = render_status(api, tx, earlier, call.me());
    if (!text) return text.error();
    return json_text_response(std::move(*text));
}

/// The new post, or the scheduled one, as JSON.
struct Created {
    StatusId id{};
    std::string text{};
};

Result<Created> publish_or_schedule(const Api& api,
                                    db::Tx& tx,
                                    const http::Call& call,
                                    const outbox::Draft& draft) {
    const auto acting = api.acting(call);
    if (const auto when = call.form.text("scheduled_at"); !when.empty()) {
        const auto at = parse_iso8601(when);
        if (!at) return unprocessable("Validation failed: Scheduled at is not a time");
        const auto scheduled = outbox::schedule(tx, acting, draft, *at);
        if (!scheduled) return scheduled.error();
        return Created{StatusId{scheduled->id}, dump_json(scheduled_entity(api, tx, *scheduled))};
    }
    const auto status = outbox::publish(tx, acting, draft);
    if (!status) return status.error();
    auto text = render_status(api, tx, status->id, call.me());
    if (!text) return text.error();
    return Created{status->id, std::move(*text)};
}

// POST /api/v1/statuses
Result<http::Response> create(const Api& api, const http::Call& call) {
    const auto key = call.request.headers.get("Idempotency-Key");
    if (key.size() > max_key_bytes) return unprocessable("Idempotency-Key is too long");
    // Whom the text names is looked up before the transaction: it may ask another server.
    resolve_mentions(api, call.form.text("status"));

    db::Tx tx(api.deps.pool);
    if (!key.empty()) {
        if (const auto earlier = db::idempotency_keys::lock(tx, call.me(), key))
            return show_earlier(api, tx, call, *earlier);
    }
    const auto user = db::users::find(tx, call.me());
    const auto preferences = user ? read_preferences(user->settings) : Preferences{};
    auto draft = draft_of(call, preferences);
    if (!draft) return draft.error();
    if (const auto chosen = choose_audience(tx, call, preferences, *draft); !chosen)
        return chosen.error();
    auto created = publish_or_schedule(api, tx, call, *draft);
    if (!created) {
        if (outbox::has_left_rows(created.error())) tx.commit();
        return created.error();
    }
    if (!key.empty()) db::idempotency_keys::insert(tx, call.me(), key, created->id, api.now());
    tx.commit();
    return json_text_response(std::move(created->text));
}

// GET /api/v1/statuses/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    const auto id = call.status_id();
    if (!id) return id.error();
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    auto statuses = render_visible_statuses(api, tx, {*id}, call.me());
    if (statuses.empty()) return not_found("no such status");
    return json_text_response(std::move(statuses.front().text));
}

// GET /api/v1/statuses?id[]=
Result<http::Response> show_some(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto ids = ids_of<StatusId>(call.form, most_statuses);
    std::vector<std::string> entities;
    for (auto& status : render_visible_statuses(api, tx, ids, call.me()))
        entities.push_back(std::move(status.text));
    return array_response(entities);
}

/// What is missing of a thread from elsewhere is there when it is opened again. Returns whether it
/// is being asked for.
bool ask_for_missing(const Api& api, const db::Status& opened, std::vector<StatusId> seen) {
    seen.push_back(opened.id);
    db::Tx tx(api.deps.pool);
    const bool is_asked = statuses::queue_thread(tx, opened, api.now()) ||
                          (!opened.local && statuses::is_thread_queued(tx, opened.id));
    statuses::queue_quote_checks(tx, seen, api.now());
    tx.commit();
    return is_asked;
}

struct Thread {
    db::Status opened{};
    std::vector<StatusId> below{};
    std::string text = "{}";
};

Result<Thread> render_thread(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto status = find_status(tx, call);
    if (!status) return status.error();
    const auto shown = status->is_boost() ? status->reblog_of : status->id;
    const auto above = db::timelines::ancestors(tx, shown, call.me(), most_ancestors);
    Thread thread{
        .opened = *status,
        .below = db::timelines::descendants(tx, shown, call.me(), most_descendants),
    };
    add_member(thread.text, "ancestors", array_text(render_status_list(api, tx, above, call.me())));
    add_member(thread.text,
               "descendants",
               array_text(render_status_list(api, tx, thread.below, call.me())));
    return thread;
}

// GET /api/v1/statuses/:id/context
Result<http::Response> show_context(const Api& api, const http::Call& call) {
    auto thread = render_thread(api, call);
    if (!thread) return thread.error();
    auto response = json_text_response(std::move(thread->text));
    if (ask_for_missing(api, thread->opened, std::move(thread->below)))
        announce_refresh(response, thread->opened.id);
    return response;
}

/// A status of the caller's own. Errors: NotFound, also for what others wrote.
Result<db::Status> find_own(db::Tx& tx, const http::Call& call) {
    auto status = find_status(tx, call);
    if (!status) return status;
    if (status->author != call.me()) return not_found("not the caller's status");
    return status;
}

outbox::Edit edit_of(const http::Form& form,
                     const db::Status& status,
                     const std::vector<db::MediaAttachment>& attached) {
    outbox::Edit changes{
        .text = form.maybe_text("status").value_or(status.text),
        .spoiler_text = form.maybe_text("spoiler_text").value_or(status.spoiler_text),
        .sensitive = form.flag_or("sensitive", status.sensitive),
        .language = form.maybe_text("language").value_or(status.language),
        .media = media_of(form),
        .poll = poll_of(form),
        .no_student_seen = form.flag_or("no_student_seen", false),
        .students_reason = std::string(trim(form.text("student_privacy_reason"))),
    };
    if (!form.has("media_ids")) {
        for (const auto& media : attached)
            changes.media.push_back(media.id);
    }
    for (const auto& entry : form.children("media_attributes")) {
        const auto id = parse_id(entry.text("id"));
        if (!id) continue;
        changes.media_descriptions.push_back({.id = MediaId{*id},
                                              .description = entry.maybe_text("description"),
                                              .focus = read_focus(entry.text("focus"))});
    }
    return changes;
}

// PUT /api/v1/statuses/:id
Result<http::Response> edit(const Api& api, const http::Call& call) {
    resolve_mentions(api, call.form.text("status"));
    db::Tx tx(api.deps.pool);
    const auto status = find_own(tx, call);
    if (!status) return status.error();
    const auto changes = edit_of(call.form, *status, db::media_attachments::list(tx, status->id));
    if (!is_language(changes.language)) {
        return unprocessable("Validation failed: Language is invalid");
    }
    if (count_code_points(changes.students_reason) > outbox::max_students_reason)
        return unprocessable("Validation failed: Student privacy reason is too long");
    const auto edited = outbox::edit(tx, api.acting(call), status->id, changes);
    if (!edited) {
        if (outbox::has_left_rows(edited.error())) tx.commit();
        return edited.error();
    }
    auto text = render_status(api, tx, edited->id, call.me());
    if (!text) return text.error();
    tx.commit();
    return json_text_response(std::move(*text));
}

// DELETE /api/v1/statuses/:id answers what it was with its source, so that it can be written anew.
Result<http::Response> remove(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto status = find_own(tx, call);
    if (!status) return status.error();
    auto text = render_status(api, tx, status->id, call.me());
    if (!text) return text.error();
    add_member(*text, "text", dump_json(status->text));
    const auto removed = outbox::remove(tx, api.acting(call), status->id);
    if (!removed) return removed.error();
    tx.commit();
    return json_text_response(std::move(*text));
}

// POST /api/v1/statuses/:id/translate: no engine is configured, as instance.configuration says.
Result<http::Response> translate(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto status = find_status(tx, call);
    if (!status) return status.error();
    return Error{.kind = Error::Kind::Forbidden,
                 .detail = "no translation",
                 .shown = "Translation is not offered on this server"};
}

// GET /api/v1/statuses/:id/source
Result<http::Response> show_source(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto status = find_own(tx, call);
    if (!status) return status.error();
    return http::json_response({{"id", to_string(status->id)},
                                {"text", status->text},
                                {"spoiler_text", status->spoiler_text}});
}

/// The present version as the last one of the history.
Json present_version(const Json& status) {
    Json version;
    for (const auto* name :
         {"content", "spoiler_text", "sensitive", "media_attachments", "emojis", "quote"})
        version[name] = status.at(name);
    version["created_at"] =
        status.at("edited_at").is_null() ? status.at("created_at") : status.at("edited_at");
    if (status.at("poll").is_object()) {
        Json options = Json::array();
        for (const auto& option : status.at("poll").at("options"))
            options.push_back({{"title", option.at("title")}});
        version["poll"] = {{"options", std::move(options)}};
    }
    return version;
}

// GET /api/v1/statuses/:id/history
Result<http::Response> show_history(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto status = find_status(tx, call);
    if (!status) return status.error();
    const auto shown = status->is_boost() ? status->reblog_of : status->id;
    const auto text = render_status(api, tx, shown, call.me());
    if (!text) return text.error();
    const auto entity = Json::parse(*text);
    Json versions = Json::array();
    const auto media = db::media_attachments::list(tx, shown);
    for (const auto& edit : db::status_edits::list(tx, shown))
        versions.push_back(edit_entity(api.deps.links, edit, media));
    versions.push_back(present_version(entity));
    for (auto& version : versions)
        version["account"] = entity.at("account");
    return http::json_response(versions);
}

} // namespace

std::span<const Row> status_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"POST", "/api/v1/statuses", Token, "write:statuses", create},
        Row{"GET", "/api/v1/statuses", Token, "read:statuses", show_some},
        Row{"GET", "/api/v1/statuses/{id}", Token, "read:statuses", show},
        Row{"PUT", "/api/v1/statuses/{id}", Token, "write:statuses", edit},
        Row{"DELETE", "/api/v1/statuses/{id}", Token, "write:statuses", remove},
        Row{"GET", "/api/v1/statuses/{id}/context", Token, "read:statuses", show_context},
        Row{"POST", "/api/v1/statuses/{id}/translate", Token, "read:statuses", translate},
        Row{"GET", "/api/v1/statuses/{id}/source", Token, "read:statuses", show_source},
        Row{"GET", "/api/v1/statuses/{id}/history", Token, "read:statuses", show_history},
    };
    return rows;
}

} // namespace api
