#include "timelines/filters.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace timelines {
namespace {

constexpr std::size_t max_title_characters = 255;
constexpr std::size_t max_keyword_characters = 255;
constexpr int most_keywords = 1'000; ///< Of all filters of a member: each page is matched with all.

Error invalid(const std::string& why) {
    const auto shown = "Validation failed: " + why;
    return {.kind = Error::Kind::Unprocessable, .detail = shown, .shown = shown};
}

Result<Done> check(const db::Filter& filter) {
    constexpr std::array<std::string_view, 5> contexts{
        "home", "notifications", "public", "thread", "account"};
    constexpr std::array<std::string_view, 3> actions{"warn", "hide", "blur"};
    if (trim(filter.title).empty()) return invalid("Title can't be blank");
    if (count_code_points(filter.title) > max_title_characters) return invalid("Title is too long");
    if (filter.contexts.empty()) return invalid("Context can't be blank");
    for (const auto& context : filter.contexts) {
        if (std::ranges::find(contexts, context) == contexts.end())
            return invalid("Context None or invalid context supplied");
    }
    if (std::ranges::find(actions, filter.action) == actions.end())
        return invalid("Filter action is not included in the list");
    return Done{};
}

void apply(db::Filter& filter, const FilterChanges& changes, Time now) {
    if (changes.title) filter.title = *changes.title;
    if (changes.contexts) {
        filter.contexts.clear();
        for (const auto& context : *changes.contexts) {
            if (std::ranges::find(filter.contexts, context) == filter.contexts.end())
                filter.contexts.push_back(context);
        }
    }
    if (changes.action) filter.action = *changes.action;
    if (changes.expires_in) {
        filter.expires_at.reset();
        if (*changes.expires_in) filter.expires_at = now + **changes.expires_in;
    }
}

Result<Done> check(const db::FilterKeyword& keyword) {
    if (trim(keyword.keyword).empty()) return invalid("Keyword can't be blank");
    if (count_code_points(keyword.keyword) > max_keyword_characters)
        return invalid("Keyword is too long");
    return Done{};
}

Result<Done> apply(db::Tx& tx, const db::Filter& filter, const KeywordChange& change) {
    if (!change.id) {
        if (change.remove) return Done{};
        const auto added = add_keyword(tx, filter, change);
        if (!added) return added.error();
        return Done{};
    }
    const auto keyword = db::filters::find_keyword(tx, filter.owner, change.id);
    if (!keyword || keyword->filter != filter.id)
        return Error{Error::Kind::NotFound, "no keyword of this filter"};
    if (change.remove) {
        db::filters::remove_keyword(tx, filter.owner, change.id);
        return Done{};
    }
    const auto changed = change_keyword(tx, *keyword, change);
    if (!changed) return changed.error();
    return Done{};
}

/// Writes the keywords and reads the filter as it is then.
Result<db::Filter> finish(db::Tx& tx, const db::Filter& filter, const FilterChanges& changes) {
    for (const auto& change : changes.keywords) {
        if (const auto done = apply(tx, filter, change); !done) return done.error();
    }
    auto whole = db::filters::find(tx, filter.owner, filter.id);
    if (!whole) return Error{Error::Kind::NotFound, "no such filter"};
    return std::move(*whole);
}

} // namespace

Result<db::Filter> make_filter(db::Tx& tx, AccountId owner, const FilterChanges& draft, Time now) {
    db::Filter filter{.owner = owner};
    apply(filter, draft, now);
    if (const auto done = check(filter); !done) return done.error();
    filter.id = db::filters::insert(tx, filter);
    return finish(tx, filter, draft);
}

Result<db::Filter> change_filter(db::Tx& tx,
                                 db::Filter filter,
                                 const FilterChanges& changes,
                                 Time now) {
    apply(filter, changes, now);
    if (const auto done = check(filter); !done) return done.error();
    db::filters::update(tx, filter);
    return finish(tx, filter, changes);
}

Result<db::FilterKeyword> add_keyword(db::Tx& tx,
                                      const db::Filter& filter,
                                      const KeywordChange& change) {
    db::FilterKeyword keyword{.filter = filter.id,
                              .keyword = change.keyword.value_or(""),
                              .whole_word = change.whole_word.value_or(true)};
    if (const auto done = check(keyword); !done) return done.error();
    if (db::filters::count_keywords(tx, filter.owner) >= most_keywords)
        return invalid("You have too many keywords");
    keyword.id = db::filters::insert_keyword(tx, keyword);
    return keyword;
}

Result<db::FilterKeyword> change_keyword(db::Tx& tx,
                                         db::FilterKeyword keyword,
                                         const KeywordChange& change) {
    if (change.keyword) keyword.keyword = *change.keyword;
    if (change.whole_word) keyword.whole_word = *change.whole_word;
    if (const auto done = check(keyword); !done) return done.error();
    db::filters::update_keyword(tx, keyword);
    return keyword;
}

} // namespace timelines
