#include "db/filters.h"

#include "db/query.h"

#include <algorithm>

namespace db::filters {
namespace {

constexpr auto insert_filter = R"sql(
    INSERT INTO filters (account_id, title, contexts, action, expires_at)
    VALUES ($1, $2, $3, $4, $5) RETURNING id
)sql";
constexpr auto update_filter = R"sql(
    UPDATE filters SET title = $3, contexts = $4, action = $5, expires_at = $6
    WHERE account_id = $1 AND id = $2
)sql";
constexpr auto delete_filter = "DELETE FROM filters WHERE account_id = $1 AND id = $2";
// $2: one filter, or all when NULL.
constexpr auto select_filters = R"sql(
    SELECT id, account_id, title, contexts, action, expires_at FROM filters
    WHERE account_id = $1 AND ($2::bigint IS NULL OR id = $2) ORDER BY id
)sql";
constexpr auto select_keywords = R"sql(
    SELECT k.id, k.filter_id, k.keyword, k.whole_word
    FROM filters f JOIN filter_keywords k ON k.filter_id = f.id
    WHERE f.account_id = $1 AND ($2::bigint IS NULL OR f.id = $2) ORDER BY k.id
)sql";
constexpr auto select_statuses = R"sql(
    SELECT s.id, s.filter_id, s.status_id
    FROM filters f JOIN filter_statuses s ON s.filter_id = f.id
    WHERE f.account_id = $1 AND ($2::bigint IS NULL OR f.id = $2) ORDER BY s.id
)sql";
constexpr auto select_keyword_count = R"sql(
    SELECT count(*) FROM filters f JOIN filter_keywords k ON k.filter_id = f.id
    WHERE f.account_id = $1
)sql";

constexpr auto insert_one_keyword = R"sql(
    INSERT INTO filter_keywords (filter_id, keyword, whole_word) VALUES ($1, $2, $3) RETURNING id
)sql";
constexpr auto update_one_keyword =
    "UPDATE filter_keywords SET keyword = $2, whole_word = $3 WHERE id = $1";
constexpr auto select_keyword = R"sql(
    SELECT k.id, k.filter_id, k.keyword, k.whole_word
    FROM filter_keywords k JOIN filters f ON f.id = k.filter_id
    WHERE f.account_id = $1 AND k.id = $2
)sql";
constexpr auto delete_keyword = R"sql(
    DELETE FROM filter_keywords k USING filters f
    WHERE f.id = k.filter_id AND f.account_id = $1 AND k.id = $2
)sql";
constexpr auto insert_one_status = R"sql(
    INSERT INTO filter_statuses (filter_id, status_id) VALUES ($1, $2)
    ON CONFLICT DO NOTHING RETURNING id
)sql";
constexpr auto select_status = R"sql(
    SELECT s.id, s.filter_id, s.status_id
    FROM filter_statuses s JOIN filters f ON f.id = s.filter_id
    WHERE f.account_id = $1 AND s.id = $2
)sql";
constexpr auto delete_status = R"sql(
    DELETE FROM filter_statuses s USING filters f
    WHERE f.id = s.filter_id AND f.account_id = $1 AND s.id = $2
)sql";

Filter read(Columns c) {
    Filter filter;
    filter.id = c.id<FilterId>();
    filter.owner = c.id<AccountId>();
    filter.title = c.text();
    filter.contexts = c.texts();
    filter.action = c.text();
    filter.expires_at = c.maybe_time();
    return filter;
}

FilterKeyword read_keyword(Columns c) {
    FilterKeyword keyword;
    keyword.id = c.id<FilterKeywordId>();
    keyword.filter = c.id<FilterId>();
    keyword.keyword = c.text();
    keyword.whole_word = c.flag();
    return keyword;
}

FilterStatus read_status(Columns c) {
    FilterStatus status;
    status.id = c.id<FilterStatusId>();
    status.filter = c.id<FilterId>();
    status.status = c.id<StatusId>();
    return status;
}

std::vector<Filter> load(Tx& tx, AccountId owner, std::optional<std::int64_t> one) {
    auto filters = rows_of(exec(tx, select_filters, owner, one), read);
    if (filters.empty()) return filters;
    const auto place = [&](FilterId id) { return std::ranges::find(filters, id, &Filter::id); };
    for (auto& keyword : rows_of(exec(tx, select_keywords, owner, one), read_keyword)) {
        const auto filter = place(keyword.filter);
        if (filter != filters.end()) filter->keywords.push_back(std::move(keyword));
    }
    for (const auto& status : rows_of(exec(tx, select_statuses, owner, one), read_status)) {
        const auto filter = place(status.filter);
        if (filter != filters.end()) filter->statuses.push_back(status);
    }
    return filters;
}

} // namespace

FilterId insert(Tx& tx, const Filter& filter) {
    const auto rows = exec(tx,
                           insert_filter,
                           filter.owner,
                           filter.title,
                           filter.contexts,
                           filter.action,
                           filter.expires_at);
    return Columns(rows.front()).id<FilterId>();
}

void update(Tx& tx, const Filter& filter) {
    exec(tx,
         update_filter,
         filter.owner,
         filter.id,
         filter.title,
         filter.contexts,
         filter.action,
         filter.expires_at);
}

bool remove(Tx& tx, AccountId owner, FilterId id) {
    return exec(tx, delete_filter, owner, id).affected_rows() == 1;
}

std::vector<Filter> list(Tx& tx, AccountId owner) {
    return load(tx, owner, std::nullopt);
}

std::optional<Filter> find(Tx& tx, AccountId owner, FilterId id) {
    auto filters = load(tx, owner, id.value);
    if (filters.empty()) return std::nullopt;
    return std::move(filters.front());
}

int count_keywords(Tx& tx, AccountId owner) {
    return Columns(exec(tx, select_keyword_count, owner).front()).small();
}

FilterKeywordId insert_keyword(Tx& tx, const FilterKeyword& keyword) {
    const auto rows =
        exec(tx, insert_one_keyword, keyword.filter, keyword.keyword, keyword.whole_word);
    return Columns(rows.front()).id<FilterKeywordId>();
}

void update_keyword(Tx& tx, const FilterKeyword& keyword) {
    exec(tx, update_one_keyword, keyword.id, keyword.keyword, keyword.whole_word);
}

std::optional<FilterKeyword> find_keyword(Tx& tx, AccountId owner, FilterKeywordId id) {
    return first_of(exec(tx, select_keyword, owner, id), read_keyword);
}

bool remove_keyword(Tx& tx, AccountId owner, FilterKeywordId id) {
    return exec(tx, delete_keyword, owner, id).affected_rows() == 1;
}

std::optional<FilterStatusId> insert_status(Tx& tx, const FilterStatus& status) {
    const auto ids =
        ids_of<FilterStatusId>(exec(tx, insert_one_status, status.filter, status.status));
    if (ids.empty()) return std::nullopt;
    return ids.front();
}

std::optional<FilterStatus> find_status(Tx& tx, AccountId owner, FilterStatusId id) {
    return first_of(exec(tx, select_status, owner, id), read_status);
}

bool remove_status(Tx& tx, AccountId owner, FilterStatusId id) {
    return exec(tx, delete_status, owner, id).affected_rows() == 1;
}

} // namespace db::filters
