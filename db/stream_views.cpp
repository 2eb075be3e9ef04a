#include "db/stream_views.h"

#include "db/query.h"

namespace db::stream_views {
namespace {

constexpr auto select_homes = R"sql(
    SELECT status_id, account_id FROM home_timeline WHERE status_id = ANY ($1::bigint[])
)sql";

constexpr auto select_listed = R"sql(
    SELECT r.id FROM unnest($2::bigint[]) AS r (id)
    WHERE EXISTS (SELECT 1 FROM listed_statuses(r.id) v WHERE v.status_id = $1)
)sql";

constexpr auto select_not_apart = R"sql(
    SELECT r.id FROM unnest($2::bigint[]) AS r (id)
    WHERE NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE (b.account_id = $1 AND b.target_id = r.id)
                         OR (b.account_id = r.id AND b.target_id = $1))
      AND NOT EXISTS (SELECT 1 FROM mutes m
                      WHERE m.account_id = r.id AND m.target_id = $1
                        AND (m.expires_at IS NULL OR m.expires_at > now()))
)sql";

constexpr auto select_followers = R"sql(
    SELECT follower_id FROM follows
    WHERE followed_id = $1 AND accepted AND follower_id = ANY ($2::bigint[])
)sql";

// A quoted post is shown to some and hidden from others, and a poll shows one's own votes.
constexpr auto select_classes = R"sql(
    SELECT r.id, concat_ws(',',
        CASE WHEN s.account_id = r.id THEN 'a' END,
        CASE WHEN t.account_id = r.id THEN 'o' END,
        CASE WHEN t.quote_id IS NOT NULL THEN r.id END,
        (SELECT 'x' || r.id FROM filters x WHERE x.account_id = r.id LIMIT 1),
        CASE WHEN policy_names(t.interaction_policy->'automatic', t.account_id, r.id) THEN 'qa'
             WHEN policy_names(t.interaction_policy->'manual', t.account_id, r.id) THEN 'qm' END,
        CASE WHEN f.id IS NOT NULL THEN 'f' END,
        CASE WHEN b.id IS NOT NULL THEN 'b' END,
        CASE WHEN p.id IS NOT NULL THEN 'p' END,
        CASE WHEN m.account_id IS NOT NULL THEN 'm' END,
        (SELECT 'r' FROM statuses own
         WHERE own.account_id = r.id AND own.reblog_of_id = t.id LIMIT 1),
        (SELECT string_agg('v' || v.choice, ',' ORDER BY v.choice) FROM poll_votes v
         WHERE v.poll_id = t.poll_id AND v.account_id = r.id))
    FROM unnest($2::bigint[]) AS r (id)
    JOIN statuses s ON s.id = $1
    JOIN statuses t ON t.id = COALESCE(s.reblog_of_id, s.id)
    LEFT JOIN favourites f ON f.account_id = r.id AND f.status_id = t.id
    LEFT JOIN bookmarks b ON b.account_id = r.id AND b.status_id = t.id
    LEFT JOIN pins p ON p.account_id = r.id AND p.status_id = t.id
    LEFT JOIN muted_threads m ON m.account_id = r.id AND m.thread_id = t.thread_id
)sql";

constexpr auto select_tags = "SELECT id, name FROM tags WHERE id = ANY ($1::bigint[])";

// The same rule as oauth_tokens::find_live.
constexpr auto select_live_tokens = R"sql(
    SELECT t.id
    FROM oauth_tokens t
    JOIN users u ON u.account_id = t.account_id AND u.state = 'active'
    JOIN accounts a ON a.id = t.account_id AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    WHERE t.id = ANY ($1::bigint[]) AND t.revoked_at IS NULL
)sql";

HomeRow read_home(Columns c) {
    HomeRow row;
    row.status = c.id<StatusId>();
    row.member = c.id<AccountId>();
    return row;
}

ReaderClass read_class(Columns c) {
    ReaderClass reader;
    reader.reader = c.id<AccountId>();
    reader.key = c.text();
    return reader;
}

TagName read_tag(Columns c) {
    TagName tag;
    tag.id = c.number();
    tag.name = c.text();
    return tag;
}

} // namespace

std::vector<HomeRow> homes_of(Tx& tx, const std::vector<StatusId>& statuses) {
    return rows_of(exec(tx, select_homes, statuses), read_home);
}

std::vector<AccountId> listed_for(Tx& tx, StatusId status, const std::vector<AccountId>& readers) {
    return ids_of<AccountId>(exec(tx, select_listed, status, readers));
}

std::vector<AccountId> not_apart(Tx& tx, AccountId author, const std::vector<AccountId>& readers) {
    return ids_of<AccountId>(exec(tx, select_not_apart, author, readers));
}

std::vector<AccountId> followers_among(Tx& tx,
                                       AccountId author,
                                       const std::vector<AccountId>& readers) {
    return ids_of<AccountId>(exec(tx, select_followers, author, readers));
}

std::vector<ReaderClass> classes_of(Tx& tx,
                                    StatusId status,
                                    const std::vector<AccountId>& readers) {
    return rows_of(exec(tx, select_classes, status, readers), read_class);
}

std::vector<TagName> tag_names(Tx& tx, const std::vector<std::int64_t>& tags) {
    return rows_of(exec(tx, select_tags, tags), read_tag);
}

std::vector<TokenId> live_tokens(Tx& tx, const std::vector<TokenId>& tokens) {
    return ids_of<TokenId>(exec(tx, select_live_tokens, tokens));
}

} // namespace db::stream_views
