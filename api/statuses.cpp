#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "api/find.h"
#include "api/media.h"
#include "api/mentions.h"
#include "api/preferences.h"
#include "api/render.h"
#include "api/scheduled.h"
#include "db/idempotency_keys.h"
#include "db/status_edits.h"
#include "db/status_views.h"
#include "db/timelines.h"
#include "db/users.h"
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

std::optional<outbox::PollDraft> poll_of(const http::Form& form) {
    const auto poll = form.child("poll");
    auto options = poll.list("options");
    if (options.empty()) return std::nullopt;
    outbox::PollDraft draft{.options = std::move(options),
                            .multiple = poll.flag_or("multiple", false),
                            .hide_totals = poll.flag_or("hide_totals", false)};
    // Out of bounds is refused by publish(); the clamp only keeps the arithmetic safe.
    if (const auto seconds = poll.number("expires_in")) {
        draft.expires_in = std::chrono::seconds{std::clamp<std::int64_t>(*seconds, 0, 1LL << 32)};
    }
    return draft;
}

std::vector<MediaId> media_of(const http::Form& form) {
    std::vector<MediaId> media;
    for (const auto number : numbers_of(form, "media_ids", 64))
        media.push_back(MediaId{number});
    return media;
}

struct Reach {
    db::Visibility visibility = db::Visibility::Public;
    bool local_only = false;
};

/// "local" is what some clients call a public post that stays here; others say local_only, or
/// federated=false.
Result<Reach> reach_of(const http::Form& form, const Preferences& preferences) {
    auto word = form.text("visibility");
    if (word.empty()) word = preferences.privacy;
    Reach reach{.local_only =
                    form.flag_or("local_only", false) || !form.flag_or("federated", true)};
    if (word == "local") return Reach{.local_only = true};
    const auto visibility = db::parse_visibility(word);
    if (!visibility || *visibility == db::Visibility::Limited) {
        return unprocessable("Validation failed: Visibility is not included in the list");
    }
    reach.visibility = *visibility;
    return reach;
}

/// 0 when the form names none; nothing when what it names is no id. Some clients say `other`.
std::optional<StatusId> status_named(const http::Form& form,
                                     std::string_view name,
                                     std::string_view other = {}) {
    auto text = form.text(name);
    if (text.empty() && !other.empty()) text = form.text(other);
    if (text.empty()) return StatusId{};
    const auto id = parse_id(text);
    if (!id) return std::nullopt;
    return StatusId{*id};
}

Result<outbox::Draft> draft_of(const http::Call& call, const Preferences& preferences) {
    const auto& form = call.form;
    const auto reach = reach_of(form, preferences);
    if (!reach) return reach.error();
    auto language = form.text("language");
    if (language.empty()) language = preferences.language;
    if (!is_language(language)) return unprocessable("Validation failed: Language is invalid");
    outbox::Draft draft{
        .text = form.text("status"),
        .spoiler_text = form.text("spoiler_text"),
        .sensitive = form.flag_or("sensitive", preferences.sensitive),
        .language = std::move(language),
        .visibility = reach->visibility,
        .local_only = reach->local_only,
        .quote_policy = form.maybe_text("quote_approval_policy").value_or(preferences.quote_policy),
        .media = media_of(form),
        .poll = poll_of(form),
        .app = call.caller.app,
    };
    const auto parent = status_named(form, "in_reply_to_id");
    const auto quoted = status_named(form, "quoted_status_id", "quote_id");
    if (!parent || !quoted) return not_found("parent or quoted post is no id");
    draft.in_reply_to = *parent;
    draft.quoted = *quoted;
    return draft;
}

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
    const auto draft = draft_of(call, user ? read_preferences(user->settings) : Preferences{});
    if (!draft) return draft.error();
    auto created = publish_or_schedule(api, tx, call, *draft);
    if (!created) {
        // A filter's verdict, and a draft that it holds for review, are rows.
        if (created.error().kind == Error::Kind::Forbidden) tx.commit();
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

/// What is missing of a thread from elsewhere is there when it is opened again.
void ask_for_missing(const Api& api, const db::Status& opened, std::vector<StatusId> seen) {
    seen.push_back(opened.id);
    db::Tx tx(api.deps.pool);
    statuses::queue_thread(tx, opened, api.now());
    statuses::queue_quote_checks(tx, seen, api.now());
    tx.commit();
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
    ask_for_missing(api, thread->opened, std::move(thread->below));
    return json_text_response(std::move(thread->text));
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
    const auto edited = outbox::edit(tx, api.acting(call), status->id, changes);
    if (!edited) return edited.error();
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
        Row{"GET", "/api/v1/statuses/{id}/source", Token, "read:statuses", show_source},
        Row{"GET", "/api/v1/statuses/{id}/history", Token, "read:statuses", show_history},
    };
    return rows;
}

} // namespace api
