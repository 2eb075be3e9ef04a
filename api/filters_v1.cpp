#include "api/answer.h"
#include "api/api.h"
#include "api/filters.h"
#include "timelines/live.h"

#include <algorithm>
#include <array>

/// Filters as they were before Mastodon 4.0 (some clients still ask for them): each keyword of a
/// filter is a filter. docs.joinmastodon.org/methods/filters/#v1
namespace api {
namespace {

/// https://docs.joinmastodon.org/entities/V1_Filter/
Json v1_entity(const db::Filter& filter, const db::FilterKeyword& keyword) {
    return {{"id", to_string(keyword.id)},
            {"phrase", keyword.keyword},
            {"context", filter.contexts},
            {"whole_word", keyword.whole_word},
            {"expires_at", filter.expires_at ? Json(format_iso8601(*filter.expires_at)) : Json()},
            {"irreversible", filter.action == "hide"}};
}

struct Pair {
    db::Filter filter{};
    db::FilterKeyword keyword{};
};

/// The caller's keyword of {id} with its filter. Errors: NotFound.
Result<Pair> find_pair(db::Tx& tx, const http::Call& call) {
    const auto id = call.id<db::FilterKeywordTag>("id");
    if (!id) return id.error();
    auto keyword = db::filters::find_keyword(tx, call.me(), *id);
    if (!keyword) return not_found("no such filter");
    auto filter = db::filters::find(tx, call.me(), keyword->filter);
    if (!filter) return not_found("no such filter");
    return Pair{.filter = std::move(*filter), .keyword = std::move(*keyword)};
}

timelines::FilterChanges changes_of(const http::Form& form) {
    timelines::FilterChanges changes{.title = form.maybe_text("phrase"),
                                     .expires_in = expiry_of(form)};
    if (form.has("context")) changes.contexts = form.list("context");
    if (const auto irreversible = form.flag("irreversible"))
        changes.action = *irreversible ? "hide" : "warn";
    return changes;
}

timelines::KeywordChange keyword_of(const http::Form& form) {
    return {.keyword = form.maybe_text("phrase"), .whole_word = form.flag("whole_word")};
}

// GET /api/v1/filters
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    Json entities = Json::array();
    for (const auto& filter : db::filters::list(tx, call.me())) {
        for (const auto& keyword : filter.keywords)
            entities.push_back(v1_entity(filter, keyword));
    }
    return http::json_response(entities);
}

// GET /api/v1/filters/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto pair = find_pair(tx, call);
    if (!pair) return pair.error();
    return http::json_response(v1_entity(pair->filter, pair->keyword));
}

// POST /api/v1/filters
Result<http::Response> create(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    auto draft = changes_of(call.form);
    draft.keywords.push_back(keyword_of(call.form));
    // Without the flag, parts of words matched.
    if (!draft.keywords.front().whole_word) draft.keywords.front().whole_word = false;
    const auto filter = timelines::make_filter(tx, call.me(), draft, api.now());
    if (!filter) return filter.error();
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return http::json_response(v1_entity(*filter, filter->keywords.front()));
}

// PUT /api/v1/filters/:id. What other keywords share with this one is not changed behind their
// back.
Result<http::Response> update(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto pair = find_pair(tx, call);
    if (!pair) return pair.error();
    auto changes = changes_of(call.form);
    auto change = keyword_of(call.form);
    change.id = pair->keyword.id;
    changes.keywords.push_back(change);
    const bool shares = pair->filter.keywords.size() > 1;
    if (shares) changes.title.reset();
    const bool changes_others = (changes.contexts && *changes.contexts != pair->filter.contexts) ||
                                (changes.action && *changes.action != pair->filter.action) ||
                                changes.expires_in;
    if (shares && changes_others)
        return unprocessable("Validation failed: This filter has several keywords");
    const auto filter = timelines::change_filter(tx, pair->filter, changes, api.now());
    if (!filter) return filter.error();
    const auto keyword =
        std::ranges::find(filter->keywords, pair->keyword.id, &db::FilterKeyword::id);
    if (keyword == filter->keywords.end()) return not_found("no such filter");
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return http::json_response(v1_entity(*filter, *keyword));
}

// DELETE /api/v1/filters/:id
Result<http::Response> remove(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto pair = find_pair(tx, call);
    if (!pair) return pair.error();
    db::filters::remove_keyword(tx, call.me(), pair->keyword.id);
    const bool is_empty = pair->filter.keywords.size() == 1 && pair->filter.statuses.empty();
    if (is_empty) db::filters::remove(tx, call.me(), pair->filter.id);
    timelines::tell_of_filters(tx, call.me());
    tx.commit();
    return empty_response();
}

} // namespace

std::span<const Row> filter_v1_rows() {
    using enum http::Access;
    static constexpr auto read = "read:filters";
    static constexpr auto write = "write:filters";
    static constexpr auto all = "/api/v1/filters";
    static constexpr auto one = "/api/v1/filters/{id}";
    static constexpr std::array rows{
        Row{"GET", all, Token, read, list},
        Row{"POST", all, Token, write, create},
        Row{"GET", one, Token, read, show},
        Row{"PUT", one, Token, write, update},
        Row{"DELETE", one, Token, write, remove},
    };
    return rows;
}

} // namespace api
