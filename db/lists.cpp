#include "db/lists.h"

#include "db/paged.h"

namespace db::lists {
namespace {

constexpr auto insert_list = R"sql(
    INSERT INTO lists (account_id, title, replies_policy, exclusive) VALUES ($1, $2, $3, $4)
    RETURNING id
)sql";
constexpr auto update_list = R"sql(
    UPDATE lists SET title = $3, replies_policy = $4, exclusive = $5
    WHERE account_id = $1 AND id = $2
)sql";
constexpr auto delete_list = "DELETE FROM lists WHERE account_id = $1 AND id = $2";
constexpr auto select_one = R"sql(
    SELECT id, account_id, title, replies_policy, exclusive FROM lists
    WHERE account_id = $1 AND id = $2
)sql";
constexpr auto select_count = "SELECT count(*) FROM lists WHERE account_id = $1";
constexpr auto select_all = R"sql(
    SELECT id, account_id, title, replies_policy, exclusive FROM lists
    WHERE account_id = $1 ORDER BY id
)sql";
constexpr auto select_holding = R"sql(
    SELECT l.id, l.account_id, l.title, l.replies_policy, l.exclusive
    FROM list_accounts la JOIN lists l ON l.id = la.list_id
    WHERE l.account_id = $1 AND la.account_id = $2 ORDER BY l.id
)sql";

constexpr auto insert_accounts = R"sql(
    INSERT INTO list_accounts (list_id, account_id, follow_id)
    SELECT $1, a.id, f.id
    FROM unnest($3::bigint[]) WITH ORDINALITY AS wanted (id, place)
    JOIN accounts a ON a.id = wanted.id
    LEFT JOIN follows f ON f.follower_id = $2 AND f.followed_id = a.id
    WHERE f.id IS NOT NULL OR a.id = $2
    ORDER BY wanted.place
    ON CONFLICT (list_id, account_id) DO NOTHING
)sql";
constexpr auto delete_accounts =
    "DELETE FROM list_accounts WHERE list_id = $1 AND account_id = ANY ($2::bigint[])";
constexpr auto select_accounts = paged(Sql(R"sql(
    SELECT la.id, la.account_id
    FROM list_accounts la JOIN accounts a ON a.id = la.account_id
    WHERE la.list_id = $1 AND la.id < $2 AND la.id > $3
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
)sql"));

// Which posts `s` (of what they boost: `t`, by `ta`) of `la.account_id` belong into the list `l`.
// As in select_home (db/timelines.cpp), only posts that are not for everybody cost a look at
// readers.
constexpr Sql belongs = R"sql(
          (s.visibility IN ('public', 'unlisted', 'private') OR s.audience <> '')
      AND NOT s.muted_reach
      AND (f.id IS NULL OR f.show_reblogs OR s.reblog_of_id IS NULL)
      AND (f.id IS NULL OR f.languages = '{}' OR s.language = '' OR s.language = ANY (f.languages))
      AND ((s.in_reply_to_uri = '' AND s.in_reply_to_id IS NULL)
           OR s.in_reply_to_account_id IN (s.account_id, l.account_id)
           OR (l.replies_policy = 'list'
               AND (SELECT true FROM list_accounts p
                    WHERE p.list_id = l.id AND p.account_id = s.in_reply_to_account_id))
           OR (l.replies_policy = 'followed'
               AND (SELECT p.accepted FROM follows p
                    WHERE p.follower_id = l.account_id
                      AND p.followed_id = s.in_reply_to_account_id)))
      AND (t.id IS NULL OR (NOT t.muted_reach
           AND ta.suspended_at IS NULL AND NOT ta.origin_suspended AND ta.deleted_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM hidden_accounts h
                           WHERE h.reader_id = l.account_id AND h.hidden_id = t.account_id)
           AND NOT EXISTS (SELECT 1 FROM member_domain_blocks d
                           WHERE d.account_id = l.account_id AND d.domain = ta.domain)))
      AND ((s.visibility IN ('public', 'unlisted') AND NOT s.local_only
            AND (t.id IS NULL OR t.visibility IN ('public', 'unlisted')))
           OR EXISTS (
               SELECT 1 FROM visible_statuses(l.account_id) v WHERE v.status_id = s.id))
)sql";
// Whose posts the list shows.
constexpr Sql is_read = R"sql(
      (f.accepted OR la.follow_id IS NULL)
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM hidden_accounts h
                      WHERE h.reader_id = l.account_id AND h.hidden_id = a.id)
)sql";

// The newest of each of the list's people, of which the newest are taken: however many posts there
// are, each of the people costs one look down an index.
constexpr auto list_posts = Sql(R"sql(
    SELECT newest.id
    FROM lists l
    JOIN list_accounts la ON la.list_id = l.id
    JOIN accounts a ON a.id = la.account_id
    LEFT JOIN follows f ON f.id = la.follow_id
    CROSS JOIN LATERAL (
        SELECT s.id
        FROM statuses s
        LEFT JOIN statuses t ON t.id = s.reblog_of_id
        LEFT JOIN accounts ta ON ta.id = t.account_id
        WHERE s.account_id = la.account_id AND s.id < $2 AND s.id > $3 AND
)sql") + belongs;
constexpr auto list_end = Sql(") AS newest WHERE l.id = $1 AND ") + is_read;
constexpr PagedSql select_timeline{
    list_posts + Sql(" ORDER BY s.id DESC LIMIT $4") + list_end + Sql(" ORDER BY 1 DESC LIMIT $4"),
    list_posts + Sql(" ORDER BY s.id ASC  LIMIT $4") + list_end + Sql(" ORDER BY 1 ASC  LIMIT $4")};

constexpr auto select_showing = Sql(R"sql(
    SELECT l.id, l.account_id
    FROM statuses s
    JOIN list_accounts la ON la.account_id = s.account_id
    JOIN accounts a ON a.id = la.account_id
    JOIN lists l ON l.id = la.list_id
    LEFT JOIN follows f ON f.id = la.follow_id
    LEFT JOIN statuses t ON t.id = s.reblog_of_id
    LEFT JOIN accounts ta ON ta.id = t.account_id
    WHERE s.id = $1 AND
)sql") + belongs + Sql(" AND ") +
                                is_read;

List read(Columns c) {
    List list;
    list.id = c.id<ListId>();
    list.owner = c.id<AccountId>();
    list.title = c.text();
    list.replies_policy = c.text();
    list.exclusive = c.flag();
    return list;
}

Keyed<AccountId> read_keyed(Columns c) {
    const auto key = c.number();
    return {.key = key, .id = c.id<AccountId>()};
}

StatusId read_status(Columns c) {
    return c.id<StatusId>();
}

ListOfMember read_showing(Columns c) {
    const auto list = c.id<ListId>();
    return {.list = list, .owner = c.id<AccountId>()};
}

} // namespace

ListId insert(Tx& tx, const List& list) {
    const auto rows =
        exec(tx, insert_list, list.owner, list.title, list.replies_policy, list.exclusive);
    return Columns(rows.front()).id<ListId>();
}

void update(Tx& tx, const List& list) {
    exec(tx, update_list, list.owner, list.id, list.title, list.replies_policy, list.exclusive);
}

bool remove(Tx& tx, AccountId owner, ListId id) {
    return exec(tx, delete_list, owner, id).affected_rows() == 1;
}

std::optional<List> find(Tx& tx, AccountId owner, ListId id) {
    return first_of(exec(tx, select_one, owner, id), read);
}

int count(Tx& tx, AccountId owner) {
    return Columns(exec(tx, select_count, owner).front()).small();
}

std::vector<List> list(Tx& tx, AccountId owner) {
    return rows_of(exec(tx, select_all, owner), read);
}

std::vector<List> holding(Tx& tx, AccountId owner, AccountId account) {
    return rows_of(exec(tx, select_holding, owner, account), read);
}

void add_accounts(Tx& tx, const List& list, const std::vector<AccountId>& accounts) {
    exec(tx, insert_accounts, list.id, list.owner, accounts);
}

void remove_accounts(Tx& tx, const List& list, const std::vector<AccountId>& accounts) {
    exec(tx, delete_accounts, list.id, accounts);
}

std::vector<Keyed<AccountId>> accounts(Tx& tx, const List& list, const Page& page) {
    return page_of(tx, select_accounts, read_keyed, page, list.id);
}

std::vector<StatusId> timeline(Tx& tx, const List& list, const Page& page) {
    return page_of(tx, select_timeline, read_status, page, list.id);
}

std::vector<ListOfMember> showing(Tx& tx, StatusId status) {
    return rows_of(exec(tx, select_showing.text, status), read_showing);
}

} // namespace db::lists
