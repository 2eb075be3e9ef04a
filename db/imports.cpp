#include "db/imports.h"

#include "db/query.h"

namespace db::imports {
namespace {

constexpr auto delete_previews = "DELETE FROM imports WHERE account_id = $1 AND state = 'preview'";
// As many as list() shows, the new one counted.
constexpr auto delete_many = R"sql(
    DELETE FROM imports WHERE account_id = $1 AND state = 'done' AND id NOT IN
        (SELECT id FROM imports WHERE account_id = $1 ORDER BY id DESC LIMIT 9)
)sql";
constexpr auto insert_import = R"sql(
    INSERT INTO imports (account_id, kind, overwrite, state, created_at)
    VALUES ($1, $2, $3, 'preview', $4) RETURNING id
)sql";
constexpr auto insert_rows = R"sql(
    INSERT INTO import_rows (import_id, line, subject, fields, state, problem)
    SELECT $1, r.line, r.subject, r.fields::jsonb, r.state, r.problem
    FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
        AS r (line, subject, fields, state, problem)
    ON CONFLICT (import_id, line) DO NOTHING
)sql";
constexpr auto select_import = R"sql(
    SELECT id, account_id, kind, overwrite, state, created_at, finished_at FROM imports WHERE id = $1
)sql";
constexpr auto select_own = R"sql(
    SELECT id, account_id, kind, overwrite, state, created_at, finished_at FROM imports
    WHERE id = $2 AND account_id = $1
)sql";
constexpr auto select_list = R"sql(
    SELECT id, account_id, kind, overwrite, state, created_at, finished_at FROM imports
    WHERE account_id = $1 ORDER BY id DESC LIMIT 10
)sql";
// Two confirmations at once would both see no other at work: the account's row orders them.
constexpr auto lock_account = "SELECT id FROM accounts WHERE id = $1 FOR NO KEY UPDATE";
constexpr auto begin_work = R"sql(
    UPDATE imports SET state = CASE WHEN overwrite THEN 'removing' ELSE 'working' END
    WHERE id = $2 AND account_id = $1 AND state = 'preview'
      AND NOT EXISTS (SELECT FROM imports o
                      WHERE o.account_id = $1 AND o.state IN ('removing', 'working'))
)sql";
constexpr auto delete_preview =
    "DELETE FROM imports WHERE id = $2 AND account_id = $1 AND state = 'preview'";
constexpr auto update_state = "UPDATE imports SET state = $2, finished_at = $3 WHERE id = $1";
constexpr auto delete_older = "DELETE FROM imports WHERE created_at < $1";
constexpr auto count_rows = R"sql(
    SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'done'),
        count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'bad')
    FROM import_rows WHERE import_id = $1
)sql";
constexpr auto select_waiting = R"sql(
    SELECT line, subject, fields, state, problem FROM import_rows
    WHERE import_id = $1 AND state = 'waiting' ORDER BY problem <> '', line LIMIT $2
)sql";
constexpr auto select_problems = R"sql(
    SELECT line, subject, fields, state, problem FROM import_rows
    WHERE import_id = $1 AND state IN ('bad', 'failed') ORDER BY line LIMIT $2
)sql";
constexpr auto update_row = R"sql(
    UPDATE import_rows SET state = $3, problem = $4 WHERE import_id = $1 AND line = $2
)sql";

constexpr auto select_excess_following = R"sql(
    SELECT a.id FROM follows f JOIN accounts a ON a.id = f.followed_id
    WHERE f.follower_id = $2 AND a.deleted_at IS NULL AND NOT EXISTS (
        SELECT FROM import_rows r WHERE r.import_id = $1 AND r.subject =
            lower(a.username) || '@' || CASE WHEN a.domain = '' THEN $3 ELSE a.domain END)
    ORDER BY f.id LIMIT $4
)sql";
constexpr auto select_excess_blocks = R"sql(
    SELECT a.id FROM blocks b JOIN accounts a ON a.id = b.target_id
    WHERE b.account_id = $2 AND a.deleted_at IS NULL AND NOT EXISTS (
        SELECT FROM import_rows r WHERE r.import_id = $1 AND r.subject =
            lower(a.username) || '@' || CASE WHEN a.domain = '' THEN $3 ELSE a.domain END)
    ORDER BY b.id LIMIT $4
)sql";
constexpr auto select_excess_mutes = R"sql(
    SELECT a.id FROM mutes m JOIN accounts a ON a.id = m.target_id
    WHERE m.account_id = $2 AND a.deleted_at IS NULL AND NOT EXISTS (
        SELECT FROM import_rows r WHERE r.import_id = $1 AND r.subject =
            lower(a.username) || '@' || CASE WHEN a.domain = '' THEN $3 ELSE a.domain END)
    ORDER BY m.id LIMIT $4
)sql";
constexpr auto select_excess_bookmarks = R"sql(
    SELECT s.id FROM bookmarks b JOIN statuses s ON s.id = b.status_id
    WHERE b.account_id = $2 AND NOT EXISTS (
        SELECT FROM import_rows r WHERE r.import_id = $1 AND r.subject IN (s.uri, s.url))
    ORDER BY b.id LIMIT $3
)sql";
constexpr auto select_excess_domains = R"sql(
    SELECT d.domain FROM member_domain_blocks d
    WHERE d.account_id = $2 AND NOT EXISTS (
        SELECT FROM import_rows r WHERE r.import_id = $1 AND r.subject = d.domain)
    ORDER BY d.id LIMIT $3
)sql";
constexpr auto select_excess_lists = R"sql(
    SELECT l.id FROM lists l
    WHERE l.account_id = $2 AND NOT EXISTS (
        SELECT FROM import_rows r WHERE r.import_id = $1 AND r.fields ->> 0 = l.title)
    ORDER BY l.id LIMIT $3
)sql";
constexpr auto select_excess_listed = R"sql(
    SELECT l.id, a.id
    FROM lists l JOIN list_accounts la ON la.list_id = l.id JOIN accounts a ON a.id = la.account_id
    WHERE l.account_id = $2 AND NOT EXISTS (
        SELECT FROM import_rows r
        WHERE r.import_id = $1 AND r.fields ->> 0 = l.title AND r.subject =
            lower(a.username) || '@' || CASE WHEN a.domain = '' THEN $3 ELSE a.domain END)
    ORDER BY la.id LIMIT $4
)sql";

Import read(Columns c) {
    Import import;
    import.id = c.id<ImportId>();
    import.account = c.id<AccountId>();
    import.kind = c.text();
    import.overwrite = c.flag();
    import.state = c.text();
    import.created_at = c.time();
    import.finished_at = c.maybe_time();
    return import;
}

ImportRow read_row(Columns c) {
    ImportRow row;
    row.line = c.small();
    row.subject = c.text();
    row.fields = c.json().get<std::vector<std::string>>();
    row.state = c.text();
    row.problem = c.text();
    return row;
}

std::string read_domain(Columns c) {
    return c.text();
}

ExcessListed read_listed(Columns c) {
    ExcessListed listed;
    listed.list = c.id<ListId>();
    listed.account = c.id<AccountId>();
    return listed;
}

} // namespace

ImportId insert(Tx& tx, const Import& import, const std::vector<ImportRow>& rows) {
    exec(tx, delete_previews, import.account);
    exec(tx, delete_many, import.account);
    const auto inserted =
        exec(tx, insert_import, import.account, import.kind, import.overwrite, import.created_at);
    const auto id = Columns(inserted.front()).id<ImportId>();
    std::vector<std::int64_t> lines;
    std::vector<std::string> subjects;
    std::vector<std::string> fields;
    std::vector<std::string> states;
    std::vector<std::string> problems;
    for (const ImportRow& row : rows) {
        lines.push_back(row.line);
        subjects.push_back(row.subject);
        fields.push_back(dump_json(Json(row.fields)));
        states.push_back(row.state);
        problems.push_back(row.problem);
    }
    exec(tx, insert_rows, id, lines, subjects, fields, states, problems);
    return id;
}

std::optional<Import> find(Tx& tx, ImportId id) {
    return first_of(exec(tx, select_import, id), read);
}

std::optional<Import> find_own(Tx& tx, AccountId account, ImportId id) {
    return first_of(exec(tx, select_own, account, id), read);
}

std::vector<Import> list(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_list, account), read);
}

bool confirm(Tx& tx, AccountId account, ImportId id) {
    exec(tx, lock_account, account);
    return exec(tx, begin_work, account, id).affected_rows() == 1;
}

bool remove_preview(Tx& tx, AccountId account, ImportId id) {
    return exec(tx, delete_preview, account, id).affected_rows() == 1;
}

void set_state(Tx& tx, ImportId id, std::string_view state, std::optional<Time> finished_at) {
    exec(tx, update_state, id, state, finished_at);
}

void remove_older(Tx& tx, Time before) {
    exec(tx, delete_older, before);
}

RowCounts count(Tx& tx, ImportId id) {
    const auto rows = exec(tx, count_rows, id);
    Columns c(rows.front());
    RowCounts counts;
    counts.waiting = c.number();
    counts.done = c.number();
    counts.failed = c.number();
    counts.bad = c.number();
    return counts;
}

std::vector<ImportRow> list_waiting(Tx& tx, ImportId id, int most) {
    return rows_of(exec(tx, select_waiting, id, most), read_row);
}

std::vector<ImportRow> list_problems(Tx& tx, ImportId id, int most) {
    return rows_of(exec(tx, select_problems, id, most), read_row);
}

void set_row(Tx& tx, ImportId id, int line, std::string_view state, std::string_view problem) {
    exec(tx, update_row, id, line, state, problem);
}

std::vector<AccountId> excess_following(Tx& tx,
                                        const Import& import,
                                        std::string_view host,
                                        int most) {
    return ids_of<AccountId>(
        exec(tx, select_excess_following, import.id, import.account, host, most));
}

std::vector<AccountId> excess_blocks(Tx& tx,
                                     const Import& import,
                                     std::string_view host,
                                     int most) {
    return ids_of<AccountId>(exec(tx, select_excess_blocks, import.id, import.account, host, most));
}

std::vector<AccountId> excess_mutes(Tx& tx, const Import& import, std::string_view host, int most) {
    return ids_of<AccountId>(exec(tx, select_excess_mutes, import.id, import.account, host, most));
}

std::vector<StatusId> excess_bookmarks(Tx& tx, const Import& import, int most) {
    return ids_of<StatusId>(exec(tx, select_excess_bookmarks, import.id, import.account, most));
}

std::vector<std::string> excess_domains(Tx& tx, const Import& import, int most) {
    return rows_of(exec(tx, select_excess_domains, import.id, import.account, most), read_domain);
}

std::vector<ListId> excess_lists(Tx& tx, const Import& import, int most) {
    return ids_of<ListId>(exec(tx, select_excess_lists, import.id, import.account, most));
}

std::vector<ExcessListed> excess_listed(Tx& tx,
                                        const Import& import,
                                        std::string_view host,
                                        int most) {
    return rows_of(exec(tx, select_excess_listed, import.id, import.account, host, most),
                   read_listed);
}

} // namespace db::imports
