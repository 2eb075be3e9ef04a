#include "db/collections.h"

#include "db/query.h"

namespace db::collections {
namespace {

constexpr auto select_outbox = R"sql(
    SELECT s.id FROM statuses s JOIN visible_statuses($2::bigint) v ON v.status_id = s.id
    WHERE s.account_id = $1 AND s.visibility IN ('public', 'unlisted') AND NOT s.local_only
      AND ($3::bigint = 0 OR s.id < $3)
    ORDER BY s.id DESC LIMIT $4
)sql";

constexpr auto count_of_outbox = R"sql(
    SELECT count(*) FROM statuses
    WHERE account_id = $1 AND visibility IN ('public', 'unlisted') AND NOT local_only
)sql";

constexpr auto select_replies = R"sql(
    SELECT s.id, s.uri FROM statuses s JOIN visible_statuses($2::bigint) v ON v.status_id = s.id
    WHERE s.in_reply_to_id = $1 AND s.visibility IN ('public', 'unlisted') AND NOT s.local_only
      AND s.id > $3
    ORDER BY s.id LIMIT $4
)sql";

constexpr auto select_thread = R"sql(
    SELECT s.id, s.uri FROM statuses s JOIN visible_statuses($2::bigint) v ON v.status_id = s.id
    WHERE s.thread_id = $1 AND s.visibility IN ('public', 'unlisted') AND NOT s.local_only
      AND s.reblog_of_id IS NULL AND s.id > $3
    ORDER BY s.id LIMIT $4
)sql";

constexpr auto count_of_thread = R"sql(
    SELECT count(*) FROM statuses
    WHERE thread_id = $1 AND visibility IN ('public', 'unlisted') AND NOT local_only
      AND reblog_of_id IS NULL
)sql";

Entry read(Columns c) {
    Entry entry;
    entry.id = c.id<StatusId>();
    entry.uri = c.text();
    return entry;
}

} // namespace

std::vector<StatusId> list_outbox(
    Tx& tx, AccountId account, AccountId reader, StatusId max, int limit) {
    return ids_of<StatusId>(exec(tx, select_outbox, account, reader, max, limit));
}

std::int64_t count_outbox(Tx& tx, AccountId account) {
    return Columns(exec(tx, count_of_outbox, account).front()).number();
}

std::vector<Entry> list_replies(
    Tx& tx, StatusId status, AccountId reader, StatusId min, int limit) {
    return rows_of(exec(tx, select_replies, status, reader, min, limit), read);
}

std::vector<Entry> list_thread(
    Tx& tx, std::int64_t thread, AccountId reader, StatusId min, int limit) {
    return rows_of(exec(tx, select_thread, thread, reader, min, limit), read);
}

std::int64_t count_thread(Tx& tx, std::int64_t thread) {
    return Columns(exec(tx, count_of_thread, thread).front()).number();
}

} // namespace db::collections
