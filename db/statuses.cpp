#include "db/statuses.h"

#include "db/query.h"

#include <array>

namespace db {
namespace {
constexpr std::array visibility_names{"public", "unlisted", "private", "direct", "limited"};
} // namespace

std::string_view to_string(Visibility visibility) {
    return visibility_names.at(static_cast<std::size_t>(visibility));
}

std::optional<Visibility> parse_visibility(std::string_view text) {
    for (std::size_t i = 0; i < visibility_names.size(); ++i) {
        if (text == visibility_names.at(i)) return static_cast<Visibility>(i);
    }
    return std::nullopt;
}

bool is_open(Visibility visibility) {
    return visibility == Visibility::Public || visibility == Visibility::Unlisted;
}

} // namespace db

namespace db::statuses {
namespace {

// The columns of the view `status_rows`, in its order.
Status read(Columns c) {
    Status status;
    status.id = c.id<StatusId>();
    status.uri = c.text();
    status.url = c.text();
    status.author = c.id<AccountId>();
    status.local = c.flag();
    status.object_type = c.text();
    status.activity_uri = c.text();
    status.reblog_of = c.id<StatusId>();
    status.in_reply_to = c.id<StatusId>();
    status.in_reply_to_uri = c.text();
    status.in_reply_to_account = c.id<AccountId>();
    status.thread = c.number();
    status.context_uri = c.text();
    status.conversation = c.text();
    status.title = c.text();
    status.content = c.text();
    status.text = c.text();
    status.spoiler_text = c.text();
    status.sensitive = c.flag();
    status.language = c.text();
    status.visibility = parse_visibility(c.text()).value_or(Visibility::Direct);
    status.local_only = c.flag();
    status.muted_reach = c.flag();
    status.app = c.id<AppId>();
    status.poll = c.id<PollId>();
    status.emojis = c.json();
    status.card = c.json();
    status.interaction_policy = c.json();
    status.quote_uri = c.text();
    status.quote = c.id<StatusId>();
    status.quote_state = c.text();
    status.quote_authorization_uri = c.text();
    status.group_uri = c.text();
    status.replies_uri = c.text();
    status.document = c.text();
    status.replies_count = c.number();
    status.reblogs_count = c.number();
    status.favourites_count = c.number();
    status.created_at = c.time();
    status.edited_at = c.maybe_time();
    status.fetched_at = c.maybe_time();
    return status;
}

constexpr auto select_new_id = "SELECT id_at($1::timestamptz)";

constexpr auto insert_status = R"sql(
    INSERT INTO statuses (id, uri, url, account_id, local, object_type, activity_uri, reblog_of_id,
        in_reply_to_id, in_reply_to_uri, in_reply_to_account_id, thread_id, context_uri, conversation,
        title, content, text, spoiler_text, sensitive, language, visibility, local_only, muted_reach,
        app_id, poll_id, emojis, card, interaction_policy, quote_uri, quote_id, quote_state,
        quote_authorization_uri, group_uri, replies_uri, document, created_at, edited_at, fetched_at)
    VALUES ($1::bigint, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, COALESCE($12::bigint, $1::bigint), $13, $14, $15, $16, $17,
        $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36,
        $37, $38)
    ON CONFLICT DO NOTHING
)sql";

constexpr auto update_status = R"sql(
    UPDATE statuses SET title = $2, content = $3, text = $4, spoiler_text = $5, sensitive = $6,
        language = $7, emojis = $8, card = $9, url = $10, poll_id = $11, interaction_policy = $12,
        document = $13, quote_uri = $14, quote_id = $15, quote_state = $16,
        quote_authorization_uri = $17, edited_at = $18, fetched_at = $19
    WHERE id = $1
)sql";

constexpr auto update_document = "UPDATE statuses SET document = $2 WHERE id = $1";
constexpr auto delete_status = "DELETE FROM statuses WHERE id = $1";
constexpr auto select_by_id = "SELECT * FROM status_rows WHERE id = $1";
constexpr auto select_by_uri = "SELECT * FROM status_rows WHERE uri = $1";
constexpr auto select_by_url =
    "SELECT * FROM status_rows WHERE url = $1 AND url <> '' ORDER BY id LIMIT 1";
constexpr auto select_by_ids = "SELECT * FROM status_rows WHERE id = ANY ($1::bigint[])";
constexpr auto select_by_uris = "SELECT * FROM status_rows WHERE uri = ANY ($1::text[])";
constexpr auto select_boost =
    "SELECT * FROM status_rows WHERE account_id = $1 AND reblog_of_id = $2";
constexpr auto select_arrival = R"sql(
    SELECT id_at($4::timestamptz),
        (SELECT t.account_uri FROM tombstones t WHERE t.uri = $1),
        EXISTS (SELECT 1 FROM statuses o
                WHERE o.in_reply_to_uri = $1 AND o.in_reply_to_id IS NULL AND o.in_reply_to_uri <> ''),
        e.id, e.account_id, p.id, q.id
    FROM (SELECT 1) AS one
    LEFT JOIN statuses e ON e.uri = $1
    LEFT JOIN statuses p ON p.uri = $2 AND $2 <> '' AND p.reblog_of_id IS NULL
    LEFT JOIN statuses q ON q.uri = $3 AND $3 <> '' AND q.reblog_of_id IS NULL
)sql";
constexpr auto select_own_answers = R"sql(
    SELECT r.uri FROM statuses r JOIN statuses s ON s.id = r.in_reply_to_id
    WHERE s.id = $1 AND r.account_id = s.account_id AND r.visibility IN ('public', 'unlisted')
      AND NOT r.local_only
    ORDER BY r.id LIMIT $2
)sql";
constexpr auto select_ids_of_account =
    "SELECT id FROM statuses WHERE account_id = $1 ORDER BY id LIMIT $2";
constexpr auto update_quote = R"sql(
    UPDATE statuses SET quote_uri = $2, quote_id = $3, quote_state = $4, quote_authorization_uri = $5,
        quote_checked_at = CASE WHEN $4 = 'pending' THEN NULL ELSE now() END
    WHERE id = $1
)sql";
constexpr auto update_fetched = "UPDATE statuses SET fetched_at = $2 WHERE id = $1";
constexpr auto update_backfilled = R"sql(
    UPDATE statuses SET backfilled_at = $2
    WHERE id = $1 AND (backfilled_at IS NULL OR backfilled_at < $3)
)sql";

constexpr auto claim_quotes = R"sql(
    UPDATE statuses SET quote_checked_at = $2
    WHERE id = ANY ($1::bigint[]) AND NOT local AND quote_uri <> ''
      AND ((quote_state = 'pending' AND (quote_checked_at IS NULL OR quote_checked_at < $3))
           OR (quote_state = 'accepted' AND quote_authorization_uri <> ''
               AND (quote_checked_at IS NULL OR quote_checked_at < $4)))
    RETURNING id
)sql";

// Posts that are removed together may be each other's parents; only those that stay are counted
// down. Of accounts, public and unlisted posts are counted; of parents, public and unlisted
// answers.
constexpr auto discount_statuses = R"sql(
    WITH gone AS (
        SELECT id, account_id, in_reply_to_id, reblog_of_id,
            visibility IN ('public', 'unlisted') AS counted
        FROM statuses WHERE id = ANY ($1::bigint[]) OR reblog_of_id = ANY ($1::bigint[])
    ), per_account AS (
        SELECT account_id, count(*) AS posts FROM gone WHERE counted GROUP BY account_id
    ), accounts_done AS (
        UPDATE accounts a SET statuses_count = greatest(a.statuses_count - p.posts, 0)
        FROM per_account p WHERE a.id = p.account_id
    ), per_status AS (
        SELECT target, sum(reply) AS replies, sum(boost) AS boosts
        FROM (SELECT in_reply_to_id AS target, 1 AS reply, 0 AS boost FROM gone WHERE counted
              UNION ALL
              SELECT reblog_of_id, 0, 1 FROM gone) AS lost
        WHERE target IS NOT NULL AND target NOT IN (SELECT id FROM gone)
        GROUP BY target
    )
    UPDATE statuses s SET
        replies_count = greatest(s.replies_count - p.replies, 0),
        reblogs_count = greatest(s.reblogs_count - p.boosts, 0)
    FROM per_status p WHERE s.id = p.target
)sql";
constexpr auto update_quotes_deleted =
    "UPDATE statuses SET quote_state = 'deleted' WHERE quote_id = ANY ($1::bigint[])";
constexpr auto delete_all = "DELETE FROM statuses WHERE id = ANY ($1::bigint[])";

constexpr auto select_local_boosters =
    "SELECT account_id FROM statuses WHERE reblog_of_id = $1 AND local";
constexpr auto update_replies_count =
    "UPDATE statuses SET replies_count = greatest(replies_count + $2, 0) WHERE id = $1";
constexpr auto update_reblogs_count =
    "UPDATE statuses SET reblogs_count = greatest(reblogs_count + $2, 0) WHERE id = $1";
constexpr auto update_favourites_count =
    "UPDATE statuses SET favourites_count = greatest(favourites_count + $2, 0) WHERE id = $1";

// Each orphan leads a thread of its own, or hangs in one that another orphan leads.
// Whoever may not see the parent is not tied to it (ATTACKS P04).
constexpr auto adopt = R"sql(
    UPDATE statuses SET in_reply_to_id = $1, in_reply_to_account_id = $2
    WHERE in_reply_to_uri = $3 AND in_reply_to_id IS NULL AND id <> $1
      AND ($4 OR status_visible($1, account_id))
    RETURNING thread_id, visibility IN ('public', 'unlisted')
)sql";
constexpr auto join_threads =
    "UPDATE statuses SET thread_id = $2 WHERE thread_id = ANY ($1::bigint[]) AND thread_id <> $2";

std::optional<Json> or_null(const Json& json) {
    if (json.is_null()) return std::nullopt;
    return json;
}
using db::or_null;

} // namespace

StatusId new_id(Tx& tx, Time at) {
    return Columns(exec(tx, select_new_id, at).front()).id<StatusId>();
}

Arrival find_arrival(Tx& tx,
                     std::string_view uri,
                     std::string_view parent_uri,
                     std::string_view quoted_uri,
                     Time at) {
    const auto rows = exec(tx, select_arrival, uri, parent_uri, quoted_uri, at);
    Columns c(rows.front());
    Arrival arrival;
    arrival.new_id = c.id<StatusId>();
    arrival.buried_by = c.maybe_text();
    arrival.has_orphans = c.flag();
    arrival.existing = c.id<StatusId>();
    arrival.existing_author = c.id<AccountId>();
    if (const auto parent = c.id<StatusId>()) arrival.parent = find(tx, parent);
    if (const auto quoted = c.id<StatusId>()) arrival.quoted = find(tx, quoted);
    return arrival;
}

bool insert(Tx& tx, const Status& s) {
    std::optional<std::int64_t> thread;
    if (s.thread != 0) thread = s.thread;
    return exec(tx,
                insert_status,
                s.id,
                s.uri,
                s.url,
                s.author,
                s.local,
                s.object_type,
                s.activity_uri,
                or_null(s.reblog_of),
                or_null(s.in_reply_to),
                s.in_reply_to_uri,
                or_null(s.in_reply_to_account),
                thread,
                s.context_uri,
                s.conversation,
                s.title,
                s.content,
                s.text,
                s.spoiler_text,
                s.sensitive,
                s.language,
                to_string(s.visibility),
                s.local_only,
                s.muted_reach,
                or_null(s.app),
                or_null(s.poll),
                s.emojis,
                or_null(s.card),
                or_null(s.interaction_policy),
                s.quote_uri,
                or_null(s.quote),
                s.quote_state,
                s.quote_authorization_uri,
                s.group_uri,
                s.replies_uri,
                s.document,
                s.created_at,
                s.edited_at,
                s.fetched_at)
               .affected_rows() == 1;
}

void update_content(Tx& tx, const Status& s) {
    exec(tx,
         update_status,
         s.id,
         s.title,
         s.content,
         s.text,
         s.spoiler_text,
         s.sensitive,
         s.language,
         s.emojis,
         or_null(s.card),
         s.url,
         or_null(s.poll),
         or_null(s.interaction_policy),
         s.document,
         s.quote_uri,
         or_null(s.quote),
         s.quote_state,
         s.quote_authorization_uri,
         s.edited_at,
         s.fetched_at);
}

void set_document(Tx& tx, StatusId id, std::string_view document) {
    exec(tx, update_document, id, document);
}

void remove(Tx& tx, StatusId id) {
    exec(tx, delete_status, id);
}

std::optional<Status> find(Tx& tx, StatusId id) {
    return first_of(exec(tx, select_by_id, id), read);
}

std::optional<Status> find_by_uri(Tx& tx, std::string_view uri) {
    return first_of(exec(tx, select_by_uri, uri), read);
}

std::optional<Status> find_by_url(Tx& tx, std::string_view url) {
    return first_of(exec(tx, select_by_url, url), read);
}

std::vector<Status> find_all(Tx& tx, const std::vector<StatusId>& ids) {
    return rows_of(exec(tx, select_by_ids, ids), read);
}

std::vector<Status> find_all_by_uri(Tx& tx, const std::vector<std::string>& uris) {
    return rows_of(exec(tx, select_by_uris, uris), read);
}

std::optional<Status> find_boost(Tx& tx, AccountId account, StatusId of) {
    return first_of(exec(tx, select_boost, account, of), read);
}

std::vector<AccountId> local_boosters(Tx& tx, StatusId of) {
    return ids_of<AccountId>(exec(tx, select_local_boosters, of));
}

std::vector<std::string> own_answer_uris(Tx& tx, StatusId id, int limit) {
    std::vector<std::string> uris;
    for (const auto& row : exec(tx, select_own_answers, id, limit))
        uris.push_back(Columns(row).text());
    return uris;
}

std::vector<StatusId> ids_of_account(Tx& tx, AccountId account, int limit) {
    return ids_of<StatusId>(exec(tx, select_ids_of_account, account, limit));
}

void set_quote(Tx& tx, const Status& s) {
    exec(tx,
         update_quote,
         s.id,
         s.quote_uri,
         or_null(s.quote),
         s.quote_state,
         s.quote_authorization_uri);
}

void set_fetched(Tx& tx, StatusId id, Time at) {
    exec(tx, update_fetched, id, at);
}

bool claim_backfill(Tx& tx, StatusId id, Time now, Time not_since) {
    return exec(tx, update_backfilled, id, now, not_since).affected_rows() == 1;
}

std::vector<StatusId> claim_quote_checks(
    Tx& tx, const std::vector<StatusId>& ids, Time now, Time not_since, Time stamps_since) {
    return ids_of<StatusId>(exec(tx, claim_quotes, ids, now, not_since, stamps_since));
}

void discount(Tx& tx, const std::vector<StatusId>& ids) {
    exec(tx, discount_statuses, ids);
}

void mark_quotes_deleted(Tx& tx, const std::vector<StatusId>& ids) {
    exec(tx, update_quotes_deleted, ids);
}

void remove_all(Tx& tx, const std::vector<StatusId>& ids) {
    exec(tx, delete_all, ids);
}

void add_replies_count(Tx& tx, StatusId id, int change) {
    exec(tx, update_replies_count, id, change);
}

void add_reblogs_count(Tx& tx, StatusId id, int change) {
    exec(tx, update_reblogs_count, id, change);
}

void add_favourites_count(Tx& tx, StatusId id, int change) {
    exec(tx, update_favourites_count, id, change);
}

void adopt_orphans(Tx& tx, const Status& parent) {
    const auto adopted =
        exec(tx, adopt, parent.id, parent.author, parent.uri, is_open(parent.visibility));
    if (adopted.empty()) return;
    std::vector<std::int64_t> threads;
    int counted = 0;
    for (const auto& row : adopted) {
        Columns c(row);
        threads.push_back(c.number());
        if (c.flag()) ++counted;
    }
    exec(tx, join_threads, threads, parent.thread);
    add_replies_count(tx, parent.id, counted);
}

} // namespace db::statuses
