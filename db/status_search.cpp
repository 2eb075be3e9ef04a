#include "db/status_search.h"

#include "db/paged.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace db::status_search {
namespace {

constexpr auto plan_anew = "SET LOCAL plan_cache_mode = force_custom_plan";

// $1 the reader, $2 and $3 the bounds, $4 the limit. What the reader may see is asked last and of
// each post alone: as EXISTS it may be planned as one hash of all posts.
constexpr Sql operators = R"sql(
          x.status_id < $2 AND x.status_id > $3
      AND ($5::bigint IS NULL OR x.account_id = $5) AND ($6::bigint IS NULL OR x.account_id <> $6)
      AND ($7 = '' OR s.language = $7 OR s.language LIKE $7 || '-%')
      AND ($8::boolean IS NULL
           OR $8 = EXISTS (SELECT 1 FROM media_attachments m WHERE m.status_id = s.id))
      AND ($9::boolean IS NULL OR $9 = (s.poll_id IS NOT NULL))
      AND ($10::boolean IS NULL
           OR $10 = (s.card->>'url' IS NOT NULL OR s.content ~ '<a (?![^>]*mention)'))
      AND ($11::boolean IS NULL OR $11 = (s.in_reply_to_id IS NOT NULL OR s.in_reply_to_uri <> ''))
      AND ($12::boolean IS NULL OR $12 = s.sensitive)
      AND (s.audience = '' OR s.account_id = $1)
      AND (SELECT true FROM listed_statuses($1) v WHERE v.status_id = x.status_id)
)sql";
constexpr Sql words = R"sql(
      AND words @@ (websearch_to_tsquery('pg_catalog.simple', $13)
                    || websearch_to_tsquery(search_config($14), $13))
)sql";
constexpr Sql downward = " ORDER BY 1 DESC";
constexpr Sql upward = " ORDER BY 1 ASC ";
constexpr Sql limit = " LIMIT $4";

// Common words are among the next few posts: those are looked through, and no more.
constexpr Sql next_posts = R"sql(
    SELECT x.status_id FROM (
        SELECT w.status_id, w.account_id, w.words FROM status_search w
        WHERE w.open AND w.status_id < $2 AND w.status_id > $3
          AND ($5::bigint IS NULL OR w.account_id = $5)
)sql";
constexpr Sql matching = R"sql(
         OFFSET 0
    ) AS x JOIN statuses s ON s.id = x.status_id WHERE
)sql";
constexpr PagedSql next_by_words{
    next_posts + downward + Sql(" LIMIT $15") + matching + operators + words + downward + limit,
    next_posts + upward + Sql(" LIMIT $15") + matching + operators + words + upward + limit};
constexpr PagedSql next_without_words{
    next_posts + downward + Sql(" LIMIT $13") + matching + operators + downward + limit,
    next_posts + upward + Sql(" LIMIT $13") + matching + operators + upward + limit};

// Words that are not among the next posts are rare enough to take all posts with them from the
// words' own index. OFFSET 0 keeps the costly conditions behind the sorting, so that no more posts
// are asked than are shown.
constexpr Sql rare_posts = Sql(R"sql(
    WITH hits AS MATERIALIZED (
        SELECT status_id, account_id FROM status_search WHERE open
)sql") + words + Sql(R"sql(
          AND status_id < $2 AND status_id > $3
    )
    SELECT x.status_id FROM (SELECT status_id, account_id FROM hits
)sql");
constexpr PagedSql rare{rare_posts + downward + matching + operators + downward + limit,
                        rare_posts + upward + matching + operators + upward + limit};

constexpr Sql library = R"sql(
    SELECT x.status_id FROM (
        SELECT own.status_id FROM status_search own WHERE own.account_id = $1
        UNION SELECT m.status_id FROM mentions m WHERE m.account_id = $1
        UNION SELECT f.status_id FROM favourites f WHERE f.account_id = $1
        UNION SELECT b.status_id FROM bookmarks b WHERE b.account_id = $1
        UNION SELECT r.reblog_of_id FROM statuses r
              WHERE r.account_id = $1 AND r.reblog_of_id IS NOT NULL
        UNION SELECT p.status_id FROM poll_votes v JOIN polls p ON p.id = v.poll_id
              WHERE v.account_id = $1
    ) AS known
    JOIN status_search x ON x.status_id = known.status_id
    JOIN statuses s ON s.id = x.status_id
    WHERE
)sql";
constexpr PagedSql library_by_words{library + operators + words + downward + limit,
                                    library + operators + words + upward + limit};
constexpr PagedSql library_without_words{library + operators + downward + limit,
                                         library + operators + upward + limit};

constexpr int next_with_words = 2'000;
constexpr int next_without = 50'000; ///< What nobody named a word of is looked for no further.

StatusId read(Columns c) {
    return c.id<StatusId>();
}

template <std::size_t N, typename... More>
std::vector<StatusId> run(Tx& tx,
                          const PagedSql<N>& sql,
                          AccountId reader,
                          const StatusQuery& query,
                          const Page& page,
                          const More&... more) {
    return page_of(tx,
                   sql,
                   read,
                   page,
                   reader,
                   or_null(query.from),
                   or_null(query.not_from),
                   query.language,
                   query.has_media,
                   query.has_poll,
                   query.has_link,
                   query.is_reply,
                   query.is_sensitive,
                   more...);
}

std::vector<StatusId> find_open(Tx& tx, AccountId reader, const StatusQuery& q, const Page& page) {
    if (q.text.empty()) return run(tx, next_without_words, reader, q, page, next_without);
    auto found = run(tx, next_by_words, reader, q, page, q.text, q.text_language, next_with_words);
    if (std::cmp_equal(found.size(), page.limit)) return found;
    return run(tx, rare, reader, q, page, q.text, q.text_language);
}

std::vector<StatusId> find_in_library(Tx& tx,
                                      AccountId reader,
                                      const StatusQuery& q,
                                      const Page& page) {
    if (q.text.empty()) return run(tx, library_without_words, reader, q, page);
    return run(tx, library_by_words, reader, q, page, q.text, q.text_language);
}

} // namespace

std::vector<StatusId> find(Tx& tx, AccountId reader, const StatusQuery& query, const Page& page) {
    exec(tx, plan_anew);
    auto whole = page;
    whole.limit += query.offset;
    std::vector<StatusId> ids;
    if (query.in_public) ids = find_open(tx, reader, query, whole);
    if (query.in_library) {
        const auto own = find_in_library(tx, reader, query, whole);
        ids.insert(ids.end(), own.begin(), own.end());
    }
    std::ranges::sort(ids, std::greater{});
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    // Of both lists the entries next to the bound from which the page is read.
    const auto most = static_cast<std::size_t>(whole.limit);
    const auto skipped =
        static_cast<std::ptrdiff_t>(std::min(ids.size(), static_cast<std::size_t>(query.offset)));
    if (page.min != 0) {
        if (ids.size() > most)
            ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(most));
        ids.erase(ids.end() - std::min(skipped, std::ssize(ids)), ids.end());
    } else {
        if (ids.size() > most) ids.resize(most);
        ids.erase(ids.begin(), ids.begin() + std::min(skipped, std::ssize(ids)));
    }
    return ids;
}

} // namespace db::status_search
