#include "db/registers.h"

#include "db/instance_values.h"
#include "db/query.h"

namespace db::registers {
namespace {

constexpr auto insert_register = R"sql(
    INSERT INTO registers (name, url, list_id, takes_effect, pinned_key, signing_key, state,
        state_at, next_check, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)
    ON CONFLICT DO NOTHING
    RETURNING id
)sql";
constexpr auto select_by_name = R"sql(
    SELECT id, name, url, list_id, takes_effect, pinned_key, signing_key, shown_key, version,
        last_hash, head_at, applied, refused, window_from, window_base, window_moved, state,
        problem, state_at, checked_at, next_check, failures, created_by, created_at
    FROM registers WHERE name = $1
)sql";
constexpr auto select_locked = R"sql(
    SELECT id, name, url, list_id, takes_effect, pinned_key, signing_key, shown_key, version,
        last_hash, head_at, applied, refused, window_from, window_base, window_moved, state,
        problem, state_at, checked_at, next_check, failures, created_by, created_at
    FROM registers WHERE id = $1 FOR UPDATE
)sql";
constexpr auto select_all = R"sql(
    SELECT id, name, url, list_id, takes_effect, pinned_key, signing_key, shown_key, version,
        last_hash, head_at, applied, refused, window_from, window_base, window_moved, state,
        problem, state_at, checked_at, next_check, failures, created_by, created_at
    FROM registers ORDER BY id
)sql";
constexpr auto select_due = R"sql(
    SELECT id, name, url, list_id, takes_effect, pinned_key, signing_key, shown_key, version,
        last_hash, head_at, applied, refused, window_from, window_base, window_moved, state,
        problem, state_at, checked_at, next_check, failures, created_by, created_at
    FROM registers WHERE next_check <= $1 ORDER BY next_check LIMIT $2
)sql";
constexpr auto update_register = R"sql(
    UPDATE registers SET pinned_key = $2, signing_key = $3, shown_key = $4, version = $5,
        last_hash = $6, head_at = $7, applied = $8, refused = $9, window_from = $10,
        window_base = $11, window_moved = $12, state = $13, problem = $14, state_at = $15,
        checked_at = $16, next_check = $17, failures = $18
    WHERE id = $1
)sql";
constexpr auto delete_register = "DELETE FROM registers WHERE id = $1";
constexpr auto select_by_list = "SELECT 1 FROM registers WHERE list_id = $1";
constexpr auto insert_rows = R"sql(
    INSERT INTO register_entries (register_id, number, type, kind, subject, word, issuer, reason,
        hash, said_at, taken_at)
    SELECT $1, e.number, e.type, e.kind, e.subject, e.word, e.issuer, e.reason, e.hash, e.said_at,
        e.taken_at
    FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[])
        AS e (number, type, kind, subject, word, issuer, reason, hash, said_at, taken_at)
)sql";
constexpr auto select_rows = R"sql(
    SELECT number, type, kind, subject, word, issuer, reason, hash, said_at, taken_at
    FROM register_entries WHERE register_id = $1 AND number <= $2 ORDER BY number
)sql";
constexpr auto select_taken = R"sql(
    SELECT number, type, kind, subject, word, issuer, reason, hash, said_at, taken_at
    FROM register_entries WHERE register_id = $1 AND taken_at >= $2 ORDER BY number DESC LIMIT $3
)sql";
constexpr auto update_forgotten = R"sql(
    UPDATE register_entries SET reason = '' WHERE register_id = $1 AND kind = $2 AND subject = $3
)sql";
constexpr auto select_statements = R"sql(
    SELECT kind, subject, word, issuer, reason, number, in_force
    FROM register_statements WHERE register_id = $1 ORDER BY kind, subject
)sql";
constexpr auto upsert_statements = R"sql(
    INSERT INTO register_statements (register_id, kind, subject, word, issuer, reason, number,
        in_force)
    SELECT $1, s.kind, s.subject, s.word, s.issuer, s.reason, s.number, s.in_force
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
            $8::boolean[])
        AS s (kind, subject, word, issuer, reason, number, in_force)
    ON CONFLICT (register_id, kind, subject) DO UPDATE
    SET word = excluded.word, issuer = excluded.issuer, reason = excluded.reason,
        number = excluded.number, in_force = excluded.in_force
)sql";
constexpr auto delete_statements = R"sql(
    DELETE FROM register_statements s
    USING unnest($2::text[], $3::text[]) AS gone (kind, subject)
    WHERE s.register_id = $1 AND s.kind = gone.kind AND s.subject = gone.subject
)sql";
constexpr auto update_in_force = R"sql(
    UPDATE register_statements SET in_force = true
    WHERE register_id = $1 AND kind = 'domain' AND subject = $2 AND word = 'accept'
      AND NOT in_force
)sql";

Register read(Columns c) {
    Register row;
    row.id = c.id<RegisterId>();
    row.name = c.text();
    row.url = c.text();
    row.list = c.id<AdvisoryListId>();
    row.takes_effect = c.flag();
    row.pinned_key = c.text();
    row.signing_key = c.text();
    row.shown_key = c.text();
    row.version = c.number();
    row.last_hash = c.text();
    row.head_at = c.maybe_time();
    row.applied = c.number();
    row.refused = c.number();
    row.window_from = c.maybe_time();
    row.window_base = c.number();
    row.window_moved = c.number();
    row.state = c.text();
    row.problem = c.text();
    row.state_at = c.time();
    row.checked_at = c.maybe_time();
    row.next_check = c.time();
    row.failures = c.small();
    row.created_by = c.text();
    row.created_at = c.time();
    return row;
}

RegisterRow read_row(Columns c) {
    RegisterRow row;
    row.number = c.number();
    row.type = c.text();
    row.kind = c.text();
    row.subject = c.text();
    row.word = c.text();
    row.issuer = c.text();
    row.reason = c.text();
    row.hash = c.text();
    row.said_at = c.time();
    row.taken_at = c.time();
    return row;
}

RegisterStatement read_statement(Columns c) {
    RegisterStatement statement;
    statement.kind = c.text();
    statement.subject = c.text();
    statement.word = c.text();
    statement.issuer = c.text();
    statement.reason = c.text();
    statement.number = c.number();
    statement.in_force = c.flag();
    return statement;
}

/// One member of each, for unnest().
template <typename T, typename Get>
auto column_of(const std::vector<T>& rows, Get get) {
    std::vector<std::decay_t<decltype(get(rows.front()))>> column;
    column.reserve(rows.size());
    for (const auto& row : rows)
        column.push_back(get(row));
    return column;
}

} // namespace

std::optional<RegisterId> insert(Tx& tx, const Register& row) {
    const auto rows = exec(tx,
                           insert_register,
                           row.name,
                           row.url,
                           row.list,
                           row.takes_effect,
                           row.pinned_key,
                           row.signing_key,
                           row.state,
                           row.state_at,
                           row.created_by,
                           row.created_at);
    if (rows.empty()) return std::nullopt;
    return ids_of<RegisterId>(rows).front();
}

std::optional<Register> find(Tx& tx, std::string_view name) {
    return first_of(exec(tx, select_by_name, name), read);
}

std::optional<Register> lock(Tx& tx, RegisterId id) {
    return first_of(exec(tx, select_locked, id), read);
}

std::vector<Register> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

std::vector<Register> list_due(Tx& tx, Time now, int most) {
    return rows_of(exec(tx, select_due, now, most), read);
}

void update(Tx& tx, const Register& row) {
    exec(tx,
         update_register,
         row.id,
         row.pinned_key,
         row.signing_key,
         row.shown_key,
         row.version,
         row.last_hash,
         row.head_at,
         row.applied,
         row.refused,
         row.window_from,
         row.window_base,
         row.window_moved,
         row.state,
         row.problem,
         row.state_at,
         row.checked_at,
         row.next_check,
         row.failures);
}

void remove(Tx& tx, RegisterId id) {
    exec(tx, delete_register, id);
}

bool has_list(Tx& tx, AdvisoryListId list) {
    return !exec(tx, select_by_list, list).empty();
}

void insert_entries(Tx& tx, RegisterId id, const std::vector<RegisterRow>& entries) {
    if (entries.empty()) return;
    exec(tx,
         insert_rows,
         id,
         column_of(entries, [](const auto& row) { return row.number; }),
         column_of(entries, [](const auto& row) { return row.type; }),
         column_of(entries, [](const auto& row) { return row.kind; }),
         column_of(entries, [](const auto& row) { return row.subject; }),
         column_of(entries, [](const auto& row) { return row.word; }),
         column_of(entries, [](const auto& row) { return row.issuer; }),
         column_of(entries, [](const auto& row) { return row.reason; }),
         column_of(entries, [](const auto& row) { return row.hash; }),
         column_of(entries, [](const auto& row) { return format_iso8601(row.said_at); }),
         column_of(entries, [](const auto& row) { return format_iso8601(row.taken_at); }));
}

std::vector<RegisterRow> list_entries(Tx& tx, RegisterId id, std::int64_t until) {
    return rows_of(exec(tx, select_rows, id, until), read_row);
}

std::vector<RegisterRow> list_taken(Tx& tx, RegisterId id, Time since, int most) {
    return rows_of(exec(tx, select_taken, id, since, most), read_row);
}

void forget_reasons(Tx& tx, RegisterId id, std::string_view kind, std::string_view subject) {
    exec(tx, update_forgotten, id, kind, subject);
}

std::vector<RegisterStatement> list_statements(Tx& tx, RegisterId id) {
    return rows_of(exec(tx, select_statements, id), read_statement);
}

void put_statements(Tx& tx, RegisterId id, const std::vector<RegisterStatement>& statements) {
    if (statements.empty()) return;
    exec(tx,
         upsert_statements,
         id,
         column_of(statements, [](const auto& one) { return one.kind; }),
         column_of(statements, [](const auto& one) { return one.subject; }),
         column_of(statements, [](const auto& one) { return one.word; }),
         column_of(statements, [](const auto& one) { return one.issuer; }),
         column_of(statements, [](const auto& one) { return one.reason; }),
         column_of(statements, [](const auto& one) { return one.number; }),
         column_of(statements,
                   [](const auto& one) { return std::string(one.in_force ? "t" : "f"); }));
}

void remove_statements(Tx& tx,
                       RegisterId id,
                       const std::vector<std::string>& kinds,
                       const std::vector<std::string>& subjects) {
    if (!subjects.empty()) exec(tx, delete_statements, id, kinds, subjects);
}

bool set_in_force(Tx& tx, RegisterId id, std::string_view subject) {
    return exec(tx, update_in_force, id, subject).affected_rows() == 1;
}

} // namespace db::registers

namespace db::own_register {
namespace {

constexpr std::string_view open_name = "register-open";
constexpr auto lock_table = "LOCK TABLE own_register_entries IN SHARE ROW EXCLUSIVE MODE";
constexpr auto select_last = R"sql(
    SELECT number, document, hash, at, made_by FROM own_register_entries
    ORDER BY number DESC LIMIT 1
)sql";
constexpr auto insert_entry = R"sql(
    INSERT INTO own_register_entries (number, document, hash, at, made_by)
    VALUES ($1, $2, $3, $4, $5)
)sql";
constexpr auto select_page = R"sql(
    SELECT number, document, hash, at, made_by FROM own_register_entries
    WHERE number BETWEEN $1 AND $2 ORDER BY number
)sql";

OwnRegisterEntry read(Columns c) {
    OwnRegisterEntry entry;
    entry.number = c.number();
    entry.document = c.text();
    entry.hash = c.text();
    entry.at = c.time();
    entry.made_by = c.text();
    return entry;
}

} // namespace

bool is_open(Tx& tx) {
    return instance_values::find(tx, open_name) == "1";
}

void set_open(Tx& tx, bool open) {
    instance_values::set(tx, open_name, open ? "1" : "0");
}

void lock(Tx& tx) {
    exec(tx, lock_table);
}

std::optional<OwnRegisterEntry> last(Tx& tx) {
    return first_of(exec(tx, select_last), read);
}

void insert(Tx& tx, const OwnRegisterEntry& entry) {
    exec(tx, insert_entry, entry.number, entry.document, entry.hash, entry.at, entry.made_by);
}

std::vector<OwnRegisterEntry> list(Tx& tx, std::int64_t first, std::int64_t last) {
    return rows_of(exec(tx, select_page, first, last), read);
}

} // namespace db::own_register
