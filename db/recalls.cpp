#include "db/recalls.h"

#include "db/query.h"

namespace db::recalls {
namespace {

Recall read(Columns c) {
    Recall recall;
    recall.id = c.id<RecallId>();
    recall.object_uri = c.text();
    recall.author_uri = c.text();
    recall.recalled_by = c.text();
    recall.reason = c.text();
    recall.recalled_at = c.time();
    return recall;
}

RecallHost read_host(Columns c) {
    RecallHost host;
    host.recall = c.id<RecallId>();
    host.host = c.text();
    host.server_actor = c.text();
    host.tries = c.small();
    host.next_at = c.maybe_time();
    host.confirmed_at = c.maybe_time();
    host.is_sending = c.flag();
    host.was_reached = c.flag();
    return host;
}

constexpr auto insert_one = R"sql(
    INSERT INTO recalls (object_uri, author_uri, recalled_by, reason, recalled_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (object_uri) DO NOTHING
    RETURNING id
)sql";
constexpr auto insert_all_hosts = R"sql(
    INSERT INTO recall_hosts (recall_id, host, server_actor, next_at)
    SELECT $1, h.host, coalesce(p.server_actor_uri, ''),
           CASE WHEN coalesce(p.server_actor_uri, '') <> '' THEN $3::timestamptz END
    FROM unnest($2::text[]) AS h (host) LEFT JOIN peers p ON p.host = h.host
    ON CONFLICT DO NOTHING
)sql";
constexpr auto select_one = R"sql(
    SELECT id, object_uri, author_uri, recalled_by, reason, recalled_at FROM recalls WHERE id = $1
)sql";
constexpr auto select_newest = R"sql(
    SELECT id, object_uri, author_uri, recalled_by, reason, recalled_at FROM recalls
    ORDER BY id DESC LIMIT $1
)sql";
constexpr auto select_hosts = R"sql(
    SELECT h.recall_id, h.host, h.server_actor, h.tries, h.next_at, h.confirmed_at,
           EXISTS (SELECT 1 FROM deliveries d
                   WHERE d.host = h.host AND d.object_uri = r.object_uri),
           coalesce(p.last_success_at >= r.recalled_at, false)
    FROM recall_hosts h JOIN recalls r ON r.id = h.recall_id LEFT JOIN peers p ON p.host = h.host
    WHERE h.recall_id = $1
    ORDER BY h.confirmed_at NULLS FIRST, h.host
)sql";
constexpr auto select_due = R"sql(
    SELECT recall_id, host, server_actor, tries, next_at, confirmed_at, false, false
    FROM recall_hosts WHERE next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED
)sql";
constexpr auto update_asked = R"sql(
    UPDATE recall_hosts SET tries = tries + 1, next_at = $3 WHERE recall_id = $1 AND host = $2
)sql";
constexpr auto update_again = R"sql(
    UPDATE recall_hosts SET next_at = $2
    WHERE recall_id = $1 AND confirmed_at IS NULL AND server_actor <> ''
)sql";
constexpr auto update_confirmed = R"sql(
    UPDATE recall_hosts SET confirmed_at = $3, next_at = NULL
    WHERE recall_id = $1 AND host = $2 AND confirmed_at IS NULL
)sql";

} // namespace

std::optional<RecallId> insert(Tx& tx, const Recall& recall) {
    const auto rows = exec(tx,
                           insert_one,
                           recall.object_uri,
                           recall.author_uri,
                           recall.recalled_by,
                           recall.reason,
                           recall.recalled_at);
    if (rows.empty()) return std::nullopt;
    return Columns(rows.front()).id<RecallId>();
}

void insert_hosts(Tx& tx, RecallId id, const std::vector<std::string>& hosts, Time next_at) {
    exec(tx, insert_all_hosts, id, hosts, next_at);
}

std::optional<Recall> find(Tx& tx, RecallId id) {
    return first_of(exec(tx, select_one, id), read);
}

std::vector<Recall> list(Tx& tx, int most) {
    return rows_of(exec(tx, select_newest, most), read);
}

std::vector<RecallHost> list_hosts(Tx& tx, RecallId id) {
    return rows_of(exec(tx, select_hosts, id), read_host);
}

std::vector<RecallHost> claim_due(Tx& tx, Time now, int most) {
    return rows_of(exec(tx, select_due, now, most), read_host);
}

void note_asked(Tx& tx, const RecallHost& host, std::optional<Time> next_at) {
    exec(tx, update_asked, host.recall, host.host, next_at);
}

int ask_again(Tx& tx, RecallId id, Time now) {
    return static_cast<int>(exec(tx, update_again, id, now).affected_rows());
}

bool confirm(Tx& tx, RecallId id, std::string_view host, Time at) {
    return exec(tx, update_confirmed, id, host, at).affected_rows() == 1;
}

} // namespace db::recalls
