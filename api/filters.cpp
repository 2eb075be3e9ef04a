#include "api/filters.h"

#include "api/answer.h"
#include "api/api.h"
#include "db/visibility.h"
#include "timelines/live.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/filters/
namespace api {
namespace {

Json keyword_entity(const db::FilterKeyword& keyword) {
    return {{"id", to_string(keyword.id)},
            {"keyword", keyword.keyword},
            {"whole_word", keyword.whole_word}};
}

Json status_entity(const db::FilterStatus& status) {
    return {{"id", to_string(status.id)}, {"status_id", to_string(status.status)}};
}

template <typename Entries, typename Entity>
Json list_of(const Entries& entries, Entity&& entity) {
    Json entities = Json::array();
    for (const auto& entry : entries)
        entities.push_back(entity(entry));
    return entities;
}

Json whole_entity(const db::Filter& filter) {
    auto entity = filter_entity(filter);
    entity["keywords"] = list_of(filter.keywords, keyword_entity);
    entity["statuses"] = list_of(filter.statuses, status_entity);
    return entity;
}

/// The caller's filter of {id}. Errors: NotFound, also for what belongs to others.
Result<db::Filter> find_filter(db::Tx& tx, const http::Call& call) {
    const auto id = call.id<db::FilterTag>("id");
    if (!id) return id.error();
    auto filter = db::filters::find(tx, call.me(), *id);
    if (!filter) return not_found("no such filter");
    return std::move(*filter);
}

timelines::KeywordChange keyword_of(const http::Form& form) {
    timelines::KeywordChange change{.keyword = form.maybe_text("keyword"),
                                    .whole_word = form.flag("whole_word"),
                                    .remove = form.flag_or("_destroy", false)};
    if (const auto id = parse_id(form.text("id"))) change.id = db::FilterKeywordId{*id};
    return change;
}

timelines::FilterChanges changes_of(const http::Form& form) {
    timelines::FilterChanges changes{.title = form.maybe_text("title"),
                                     .action = form.maybe_text("filter_action"),
                                     .expires_in = expiry_of(form)};
    if (form.has("context")) changes.contexts = form.list("context");
    for (const auto& keyword : form.children("keywords_attributes"))
        changes.keywords.push_back(keyword_of(keyword));
    return changes;
}

// GET /api/v2/filters
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return http::json_response(list_of(db::filters::list(tx, call.me()), whole_entity));
}

// GET /api/v2/filters/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto filter = find_filter(tx, call);
    if (!filter) return filter.error();
    return http::json_response(whole_entity(*filter));
}

// POST /api/v2/filters
Result<http::Response> create(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto filter = timelines::make_filter(tx, call.me(), changes_of(call.form), api.now());
    if (!filter) return filter.error();
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return http::json_response(whole_entity(*filter));
}

// PUT /api/v2/filters/:id
Result<http::Response> update(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto filter = find_filter(tx, call);
    if (!filter) return filter.error();
    const auto changed = timelines::change_filter(tx, *filter, changes_of(call.form), api.now());
    if (!changed) return changed.error();
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return http::json_response(whole_entity(*changed));
}

// DELETE /api/v2/filters/:id
Result<http::Response> remove(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto filter = find_filter(tx, call);
    if (!filter) return filter.error();
    db::filters::remove(tx, call.me(), filter->id);
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return empty_response();
}

// GET /api/v2/filters/:filter_id/keywords
Result<http::Response> list_keywords(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto filter = find_filter(tx, call);
    if (!filter) return filter.error();
    return http::json_response(list_of(filter->keywords, keyword_entity));
}

// POST /api/v2/filters/:filter_id/keywords
Result<http::Response> add_keyword(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto filter = find_filter(tx, call);
    if (!filter) return filter.error();
    const auto keyword = timelines::add_keyword(tx, *filter, keyword_of(call.form));
    if (!keyword) return keyword.error();
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return http::json_response(keyword_entity(*keyword));
}

Result<db::FilterKeyword> find_keyword(db::Tx& tx, const http::Call& call) {
    const auto id = call.id<db::FilterKeywordTag>("id");
    if (!id) return id.error();
    auto keyword = db::filters::find_keyword(tx, call.me(), *id);
    if (!keyword) return not_found("no such keyword");
    return std::move(*keyword);
}

// GET /api/v2/filters/keywords/:id
Result<http::Response> show_keyword(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto keyword = find_keyword(tx, call);
    if (!keyword) return keyword.error();
    return http::json_response(keyword_entity(*keyword));
}

// PUT /api/v2/filters/keywords/:id
Result<http::Response> update_keyword(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto keyword = find_keyword(tx, call);
    if (!keyword) return keyword.error();
    const auto changed = timelines::change_keyword(tx, *keyword, keyword_of(call.form));
    if (!changed) return changed.error();
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return http::json_response(keyword_entity(*changed));
}

// DELETE /api/v2/filters/keywords/:id
Result<http::Response> remove_keyword(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto keyword = find_keyword(tx, call);
    if (!keyword) return keyword.error();
    db::filters::remove_keyword(tx, call.me(), keyword->id);
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return empty_response();
}

// GET /api/v2/filters/:filter_id/statuses
Result<http::Response> list_statuses(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto filter = find_filter(tx, call);
    if (!filter) return filter.error();
    return http::json_response(list_of(filter->statuses, status_entity));
}

// POST /api/v2/filters/:filter_id/statuses
Result<http::Response> add_status(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto filter = find_filter(tx, call);
    if (!filter) return filter.error();
    const auto number = parse_id(call.form.text("status_id"));
    const StatusId status{number.value_or(0)};
    if (!number || !db::visibility::is_visible(tx, call.me(), status))
        return not_found("no such status");
    const auto id = db::filters::insert_status(tx, {.filter = filter->id, .status = status});
    if (!id) return unprocessable("Validation failed: Status has already been taken");
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return http::json_response(status_entity({.id = *id, .filter = filter->id, .status = status}));
}

Result<db::FilterStatus> find_status(db::Tx& tx, const http::Call& call) {
    const auto id = call.id<db::FilterStatusTag>("id");
    if (!id) return id.error();
    const auto status = db::filters::find_status(tx, call.me(), *id);
    if (!status) return not_found("no such status in a filter");
    return *status;
}

// GET /api/v2/filters/statuses/:id
Result<http::Response> show_status(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto status = find_status(tx, call);
    if (!status) return status.error();
    return http::json_response(status_entity(*status));
}

// DELETE /api/v2/filters/statuses/:id answers what was removed.
Result<http::Response> remove_status(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto status = find_status(tx, call);
    if (!status) return status.error();
    db::filters::remove_status(tx, call.me(), status->id);
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return http::json_response(status_entity(*status));
}

} // namespace

std::optional<std::optional<std::chrono::seconds>> expiry_of(const http::Form& form) {
    using Expiry = std::optional<std::chrono::seconds>;
    if (!form.tree().is_object() || !form.tree().contains("expires_in")) return std::nullopt;
    const auto seconds = form.number("expires_in");
    constexpr std::int64_t hundred_years = 100LL * 366 * 24 * 3600;
    if (!seconds) return Expiry{};
    return Expiry{std::chrono::seconds{std::clamp<std::int64_t>(*seconds, 0, hundred_years)}};
}

std::span<const Row> filter_rows() {
    using enum http::Access;
    static constexpr auto read = "read:filters";
    static constexpr auto write = "write:filters";
    static constexpr auto one = "/api/v2/filters/{id}";
    static constexpr auto keywords = "/api/v2/filters/{id}/keywords";
    static constexpr auto keyword = "/api/v2/filters/keywords/{id}";
    static constexpr auto statuses = "/api/v2/filters/{id}/statuses";
    static constexpr auto status = "/api/v2/filters/statuses/{id}";
    static constexpr std::array rows{
        Row{"GET", "/api/v2/filters", Token, read, list},
        Row{"POST", "/api/v2/filters", Token, write, create},
        Row{"GET", one, Token, read, show},
        Row{"PUT", one, Token, write, update},
        Row{"DELETE", one, Token, write, remove},
        Row{"GET", keywords, Token, read, list_keywords},
        Row{"POST", keywords, Token, write, add_keyword},
        Row{"GET", keyword, Token, read, show_keyword},
        Row{"PUT", keyword, Token, write, update_keyword},
        Row{"DELETE", keyword, Token, write, remove_keyword},
        Row{"GET", statuses, Token, read, list_statuses},
        Row{"POST", statuses, Token, write, add_status},
        Row{"GET", status, Token, read, show_status},
        Row{"DELETE", status, Token, write, remove_status},
    };
    return rows;
}

} // namespace api
