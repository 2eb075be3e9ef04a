#include "db/timelines.h"

#include "db/paged.h"

namespace db::timelines {
namespace {

StatusId read_id(Columns c) {
    return c.id<StatusId>();
}

Keyed<StatusId> read_keyed(Columns c) {
    const auto key = c.number();
    return {.key = key, .id = c.id<StatusId>()};
}

// All of these read listed_statuses (migration 0021), or say the same in a form that costs less for
// a page of public posts: whom the reader hides is one array per statement, and visible_statuses is
// asked for posts alone that are not for everybody.

// The rows of home_timeline are what the definition asks for; blocks, mutes and suspensions come
// and go and are applied here.
constexpr auto select_home = paged(Sql(R"sql(
    SELECT h.status_id
    FROM home_timeline h
    JOIN statuses s ON s.id = h.status_id
    JOIN accounts a ON a.id = s.account_id
    LEFT JOIN statuses t ON t.id = s.reblog_of_id
    LEFT JOIN accounts ta ON ta.id = t.account_id
    WHERE h.account_id = $1 AND h.status_id < $2 AND h.status_id > $3
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND ta.suspended_at IS NULL AND ta.origin_suspended IS NOT TRUE AND ta.deleted_at IS NULL
      AND t.muted_reach IS NOT TRUE
      AND (ta.limited_at IS NULL OR ta.id = $1 OR EXISTS (
          SELECT 1 FROM follows f
          WHERE f.follower_id = $1 AND f.followed_id = ta.id AND f.accepted))
      AND s.account_id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $1))
      AND (t.id IS NULL OR t.account_id <> ALL (
           ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $1)))
      AND a.domain <> ALL (ARRAY(SELECT domain FROM member_domain_blocks WHERE account_id = $1))
      AND (t.id IS NULL OR ta.domain <> ALL (
           ARRAY(SELECT domain FROM member_domain_blocks WHERE account_id = $1)))
      AND ((t.id IS NULL AND s.account_id = $1)
           OR (s.visibility IN ('public', 'unlisted') AND NOT s.local_only
               AND (t.id IS NULL OR t.visibility IN ('public', 'unlisted')))
           OR EXISTS (SELECT 1 FROM visible_statuses($1) v WHERE v.status_id = s.id))
)sql"));

constexpr Sql public_posts = R"sql(
    SELECT s.id
    FROM statuses s
    JOIN accounts a ON a.id = s.account_id
    WHERE s.visibility = 'public' AND s.reblog_of_id IS NULL AND NOT s.muted_reach
      AND s.id < $2 AND s.id > $3
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND (a.limited_at IS NULL OR a.id = $1 OR EXISTS (
          SELECT 1 FROM follows f
          WHERE f.follower_id = $1 AND f.followed_id = a.id AND f.accepted))
      AND s.account_id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $1))
      AND a.domain <> ALL (ARRAY(SELECT domain FROM member_domain_blocks WHERE account_id = $1))
      AND (s.in_reply_to_account_id = s.account_id
           OR (s.in_reply_to_id IS NULL AND s.in_reply_to_uri = ''))
      AND (NOT $5 OR EXISTS (SELECT 1 FROM media_attachments m WHERE m.status_id = s.id))
)sql";
constexpr auto select_public = paged(public_posts);
constexpr auto select_local = paged(public_posts + Sql(" AND s.local"));
constexpr auto select_remote = paged(public_posts + Sql(" AND NOT s.local"));

// The tags' ids are looked up first, so that the list itself runs down the key (tag_id, status_id).
constexpr Sql tagged_posts = R"sql(
    SELECT st.status_id
    FROM status_tags st
    JOIN statuses s ON s.id = st.status_id
    JOIN accounts a ON a.id = s.account_id
    WHERE st.status_id < $2 AND st.status_id > $3
      AND s.visibility = 'public' AND NOT s.muted_reach
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND (a.limited_at IS NULL OR a.id = $1 OR EXISTS (
          SELECT 1 FROM follows f
          WHERE f.follower_id = $1 AND f.followed_id = a.id AND f.accepted))
      AND s.account_id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $1))
      AND a.domain <> ALL (ARRAY(SELECT domain FROM member_domain_blocks WHERE account_id = $1))
      AND (NOT $5 OR EXISTS (SELECT 1 FROM media_attachments m WHERE m.status_id = s.id))
      AND ($6::boolean IS NULL OR s.local = $6)
      AND (SELECT count(*) FROM status_tags o JOIN tags g ON g.id = o.tag_id
           WHERE o.status_id = s.id AND g.name = ANY ($7::text[])) = cardinality($7::text[])
      AND NOT EXISTS (SELECT 1 FROM status_tags o JOIN tags g ON g.id = o.tag_id
           WHERE o.status_id = s.id AND g.name = ANY ($8::text[]))
)sql";
constexpr auto select_tag =
    paged(tagged_posts + Sql(" AND st.tag_id = (SELECT id FROM tags WHERE name = $9)"));
constexpr auto select_any_tag =
    paged(tagged_posts + Sql(" AND st.tag_id IN (SELECT id FROM tags WHERE name = ANY ($9::text[]))"
                             " GROUP BY 1"));

// Two short looks down an index each, in the direction of the page.
constexpr Sql own_direct = R"sql(
    SELECT id FROM (
        (SELECT s.id FROM statuses s
         WHERE s.account_id = $1 AND s.id < $2 AND s.id > $3 AND s.reblog_of_id IS NULL
           AND s.visibility IN ('direct', 'limited')
           AND (s.audience = '' OR s.visibility = 'direct')
)sql";
constexpr Sql direct_to_me = R"sql(
        ) UNION
        (SELECT s.id FROM mentions m JOIN statuses s ON s.id = m.status_id
         WHERE m.account_id = $1 AND s.id < $2 AND s.id > $3 AND s.reblog_of_id IS NULL
           AND s.visibility IN ('direct', 'limited')
           AND (s.audience = '' OR s.visibility = 'direct')
           AND EXISTS (SELECT 1 FROM listed_statuses($1) l WHERE l.status_id = s.id)
)sql";
constexpr PagedSql select_direct{
    own_direct + Sql(" ORDER BY s.id DESC LIMIT $4") + direct_to_me +
        Sql(" ORDER BY s.id DESC LIMIT $4)) AS both_ways ORDER BY 1 DESC LIMIT $4"),
    own_direct + Sql(" ORDER BY s.id ASC  LIMIT $4") + direct_to_me +
        Sql(" ORDER BY s.id ASC  LIMIT $4)) AS both_ways ORDER BY 1 ASC  LIMIT $4")};

constexpr auto select_of_account = paged(Sql(R"sql(
    SELECT s.id
    FROM statuses s
    LEFT JOIN statuses t ON t.id = s.reblog_of_id
    LEFT JOIN accounts ta ON ta.id = t.account_id
    WHERE s.account_id = $1 AND s.id < $2 AND s.id > $3
      AND NOT EXISTS (SELECT 1 FROM blocks WHERE account_id = $1 AND target_id = $5)
      AND ((t.id IS NULL AND s.account_id = $5)
           OR (s.visibility IN ('public', 'unlisted') AND NOT s.local_only
               AND (t.id IS NULL OR t.visibility IN ('public', 'unlisted')))
           OR EXISTS (SELECT 1 FROM visible_statuses($5) v WHERE v.status_id = s.id))
      AND ta.suspended_at IS NULL AND ta.origin_suspended IS NOT TRUE AND ta.deleted_at IS NULL
      AND (t.id IS NULL OR t.account_id <> ALL (
           ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $5)))
      AND (NOT $6 OR s.in_reply_to_account_id = s.account_id
           OR (s.in_reply_to_id IS NULL AND s.in_reply_to_uri = ''))
      AND (NOT $7 OR s.reblog_of_id IS NULL)
      AND (NOT $8 OR EXISTS (SELECT 1 FROM media_attachments m WHERE m.status_id = s.id))
      AND ($9 = '' OR EXISTS (SELECT 1 FROM status_tags st JOIN tags g ON g.id = st.tag_id
                              WHERE st.status_id = s.id AND g.name = $9))
)sql"));

constexpr auto select_pinned = R"sql(
    SELECT p.status_id FROM pins p
    WHERE p.account_id = $1 AND EXISTS (
          SELECT 1 FROM visible_statuses($2) v WHERE v.status_id = p.status_id)
    ORDER BY p.id DESC
)sql";

constexpr auto select_quotes = paged(Sql(R"sql(
    SELECT s.id FROM statuses s
    WHERE s.quote_id = $1 AND s.quote_state = 'accepted' AND s.id < $2 AND s.id > $3 AND EXISTS (
          SELECT 1 FROM listed_statuses($5) v WHERE v.status_id = s.id)
)sql"));

constexpr auto select_favourites = paged(Sql(R"sql(
    SELECT f.id, f.status_id FROM favourites f
    WHERE f.account_id = $1 AND f.id < $2 AND f.id > $3 AND EXISTS (
          SELECT 1 FROM visible_statuses($1) v WHERE v.status_id = f.status_id)
)sql"));
constexpr auto select_bookmarks = paged(Sql(R"sql(
    SELECT b.id, b.status_id FROM bookmarks b
    WHERE b.account_id = $1 AND b.id < $2 AND b.id > $3 AND EXISTS (
          SELECT 1 FROM visible_statuses($1) v WHERE v.status_id = b.status_id)
)sql"));

// How many posts a recursion finds is anybody's guess, and the planner's is high: joined, it would
// read all posts that the reader may see. A scalar subquery is always a look into the index.
constexpr auto select_ancestors = R"sql(
    WITH RECURSIVE above (id, parent, depth) AS (
        SELECT s.id, s.in_reply_to_id, 0 FROM statuses s WHERE s.id = $1
        UNION ALL
        SELECT s.id, s.in_reply_to_id, above.depth + 1
        FROM above JOIN statuses s ON s.id = above.parent
        WHERE above.depth < $3
    )
    SELECT above.id FROM above
    WHERE depth > 0 AND (SELECT true FROM listed_statuses($2) v WHERE v.status_id = above.id)
    ORDER BY depth DESC
)sql";

// Depth first: each answer stands below what it answers. What answers a hidden post is hidden with
// it, so that nobody reads half of a conversation.
constexpr auto select_descendants = R"sql(
    WITH RECURSIVE below (id, path) AS (
        SELECT s.id, ARRAY[s.id]
        FROM statuses s
        WHERE s.in_reply_to_id = $1
          AND (SELECT true FROM listed_statuses($2) v WHERE v.status_id = s.id)
        UNION ALL
        SELECT s.id, below.path || s.id
        FROM below JOIN statuses s ON s.in_reply_to_id = below.id
        WHERE cardinality(below.path) < 20 AND s.id <> ALL (below.path)
          AND (SELECT true FROM listed_statuses($2) v WHERE v.status_id = s.id)
    )
    SELECT id FROM (SELECT id, path FROM below LIMIT $3) AS taken ORDER BY path
)sql";

} // namespace

std::vector<StatusId> home(Tx& tx, AccountId reader, const Page& page) {
    return page_of(tx, select_home, read_id, page, reader);
}

std::vector<StatusId> of_public(
    Tx& tx, AccountId reader, Origin origin, bool only_media, const Page& page) {
    switch (origin) {
    case Origin::Local:
        return page_of(tx, select_local, read_id, page, reader, only_media);
    case Origin::Remote:
        return page_of(tx, select_remote, read_id, page, reader, only_media);
    case Origin::Everywhere:
        break;
    }
    return page_of(tx, select_public, read_id, page, reader, only_media);
}

std::vector<StatusId> of_tag(Tx& tx, AccountId reader, const TagFilter& filter, const Page& page) {
    std::optional<bool> local;
    if (filter.origin != Origin::Everywhere) local = filter.origin == Origin::Local;
    if (filter.any.empty()) {
        return page_of(tx,
                       select_tag,
                       read_id,
                       page,
                       reader,
                       filter.only_media,
                       local,
                       filter.all,
                       filter.none,
                       filter.tag);
    }
    auto any = filter.any;
    any.push_back(filter.tag);
    return page_of(tx,
                   select_any_tag,
                   read_id,
                   page,
                   reader,
                   filter.only_media,
                   local,
                   filter.all,
                   filter.none,
                   any);
}

std::vector<StatusId> direct(Tx& tx, AccountId reader, const Page& page) {
    return page_of(tx, select_direct, read_id, page, reader);
}

std::vector<StatusId> of_account(
    Tx& tx, AccountId account, AccountId reader, const AccountFilter& filter, const Page& page) {
    return page_of(tx,
                   select_of_account,
                   read_id,
                   page,
                   account,
                   reader,
                   filter.exclude_replies,
                   filter.exclude_reblogs,
                   filter.only_media,
                   filter.tagged);
}

std::vector<StatusId> pinned(Tx& tx, AccountId account, AccountId reader) {
    return ids_of<StatusId>(exec(tx, select_pinned, account, reader));
}

std::vector<StatusId> quotes_of(Tx& tx, StatusId quoted, AccountId reader, const Page& page) {
    return page_of(tx, select_quotes, read_id, page, quoted, reader);
}

std::vector<Keyed<StatusId>> favourites(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, select_favourites, read_keyed, page, account);
}

std::vector<Keyed<StatusId>> bookmarks(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, select_bookmarks, read_keyed, page, account);
}

std::vector<StatusId> ancestors(Tx& tx, StatusId id, AccountId reader, int limit) {
    return ids_of<StatusId>(exec(tx, select_ancestors, id, reader, limit));
}

std::vector<StatusId> descendants(Tx& tx, StatusId id, AccountId reader, int limit) {
    return ids_of<StatusId>(exec(tx, select_descendants, id, reader, limit));
}

} // namespace db::timelines
