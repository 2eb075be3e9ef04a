#include "db/collections.h"

#include "db/paged.h"

namespace db::collections {
namespace {

// Also of a boost the boosted post's author counts. A server actor has no account of its own here.
constexpr Sql not_blocked = R"sql(
      AND NOT EXISTS (
          SELECT 1 FROM member_domain_blocks d
          WHERE d.account_id IN (s.account_id,
                                 (SELECT o.account_id FROM statuses o WHERE o.id = s.reblog_of_id))
            AND (d.domain = $6
                 OR EXISTS (SELECT 1 FROM accounts h WHERE h.host = $6 AND h.domain = d.domain)))
)sql";

constexpr auto select_outbox = paged(Sql(R"sql(
    SELECT s.id FROM statuses s JOIN visible_statuses($5::bigint) v ON v.status_id = s.id
    WHERE s.account_id = $1 AND s.visibility IN ('public', 'unlisted') AND NOT s.local_only
      AND s.id < $2 AND s.id > $3
)sql") + not_blocked);

constexpr auto count_of_outbox = R"sql(
    SELECT count(*) FROM statuses
    WHERE account_id = $1 AND visibility IN ('public', 'unlisted') AND NOT local_only
)sql";

constexpr auto select_replies = paged(Sql(R"sql(
    SELECT s.id, s.uri FROM statuses s JOIN visible_statuses($5::bigint) v ON v.status_id = s.id
    WHERE s.in_reply_to_id = $1 AND s.visibility IN ('public', 'unlisted') AND NOT s.local_only
      AND s.id < $2 AND s.id > $3
)sql") + not_blocked);

constexpr auto select_thread = paged(Sql(R"sql(
    SELECT s.id, s.uri FROM statuses s JOIN visible_statuses($5::bigint) v ON v.status_id = s.id
    WHERE s.thread_id = $1 AND s.visibility IN ('public', 'unlisted') AND NOT s.local_only
      AND s.reblog_of_id IS NULL AND s.id < $2 AND s.id > $3
)sql") + not_blocked);

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

StatusId read_id(Columns c) {
    return c.id<StatusId>();
}

} // namespace

std::vector<StatusId> list_outbox(Tx& tx,
                                  AccountId account,
                                  const Reader& reader,
                                  const Page& page) {
    return page_of(tx, select_outbox, read_id, page, account, reader.account, reader.host);
}

std::int64_t count_outbox(Tx& tx, AccountId account) {
    return Columns(exec(tx, count_of_outbox, account).front()).number();
}

std::vector<Entry> list_replies(Tx& tx, StatusId status, const Reader& reader, const Page& page) {
    return page_of(tx, select_replies, read, page, status, reader.account, reader.host);
}

std::vector<Entry> list_thread(Tx& tx,
                               std::int64_t thread,
                               const Reader& reader,
                               const Page& page) {
    return page_of(tx, select_thread, read, page, thread, reader.account, reader.host);
}

std::int64_t count_thread(Tx& tx, std::int64_t thread) {
    return Columns(exec(tx, count_of_thread, thread).front()).number();
}

} // namespace db::collections
