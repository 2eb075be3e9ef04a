#include "db/advisories.h"

#include "db/query.h"

namespace db::advisories {
namespace {

constexpr auto insert_one_list = R"sql(
    INSERT INTO advisory_lists (name, origin, created_by, created_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (name) DO NOTHING
    RETURNING id
)sql";
constexpr auto insert_entries = R"sql(
    INSERT INTO advisories (list_id, kind, subject, severity, reason)
    SELECT $1, e.kind, e.subject, e.severity, e.reason
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
        AS e (kind, subject, severity, reason)
)sql";
constexpr auto select_lists = R"sql(
    SELECT l.id, l.name, l.origin, l.created_by, l.created_at,
        count(a.subject) FILTER (WHERE NOT a.in_force), count(a.subject) FILTER (WHERE a.in_force)
    FROM advisory_lists l LEFT JOIN advisories a ON a.list_id = l.id
    GROUP BY l.id ORDER BY l.id
)sql";
constexpr auto select_list = R"sql(
    SELECT l.id, l.name, l.origin, l.created_by, l.created_at,
        count(a.subject) FILTER (WHERE NOT a.in_force), count(a.subject) FILTER (WHERE a.in_force)
    FROM advisory_lists l LEFT JOIN advisories a ON a.list_id = l.id
    WHERE l.name = $1 GROUP BY l.id
)sql";
constexpr auto select_entries = R"sql(
    SELECT list_id, kind, subject, severity, reason, in_force
    FROM advisories WHERE list_id = $1 ORDER BY subject, kind
)sql";
constexpr auto update_approved = R"sql(
    UPDATE advisories SET in_force = true
    WHERE list_id = $1 AND subject = ANY($2::text[]) AND NOT in_force
)sql";
constexpr auto upsert_entries = R"sql(
    INSERT INTO advisories (list_id, kind, subject, severity, reason, in_force)
    SELECT $1, e.kind, e.subject, e.severity, e.reason, e.in_force
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[])
        AS e (kind, subject, severity, reason, in_force)
    ON CONFLICT (list_id, kind, subject) DO UPDATE
    SET severity = excluded.severity, reason = excluded.reason, in_force = excluded.in_force
)sql";
constexpr auto delete_entries = R"sql(
    DELETE FROM advisories a USING unnest($2::text[], $3::text[]) AS gone (kind, subject)
    WHERE a.list_id = $1 AND a.kind = gone.kind AND a.subject = gone.subject
)sql";
constexpr auto delete_list = "DELETE FROM advisory_lists WHERE id = $1";
constexpr auto select_kinds = R"sql(
    SELECT k.kind FROM (VALUES ('host'), ('link-host')) AS k (kind)
    WHERE EXISTS (SELECT 1 FROM advisories a WHERE a.kind = k.kind AND a.in_force)
)sql";
constexpr auto select_in_force = R"sql(
    SELECT list_id, kind, subject, severity, reason, in_force
    FROM advisories
    WHERE kind IN ('host', 'link-host') AND subject = ANY($1::text[]) AND in_force
)sql";
constexpr auto upsert_exception = R"sql(
    INSERT INTO advisory_exceptions (host, reason, created_by, created_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (host) DO UPDATE
    SET reason = excluded.reason, created_by = excluded.created_by,
        created_at = excluded.created_at
)sql";
constexpr auto delete_exception = "DELETE FROM advisory_exceptions WHERE host = $1";
constexpr auto select_exceptions =
    "SELECT host, reason, created_by, created_at FROM advisory_exceptions ORDER BY host";
constexpr auto select_excepted =
    "SELECT host FROM advisory_exceptions WHERE host = ANY($1::text[])";
constexpr auto select_follows = R"sql(
    SELECT far.host, count(*), count(DISTINCT near.id)
    FROM (SELECT follower_id AS near_id, followed_id AS far_id FROM follows
          UNION ALL SELECT followed_id, follower_id FROM follows) f
    JOIN accounts near ON near.id = f.near_id AND near.host = ''
    JOIN accounts far ON far.id = f.far_id AND far.host <> ''
    GROUP BY far.host ORDER BY far.host
)sql";

AdvisoryList read_list(Columns c) {
    AdvisoryList list;
    list.id = c.id<AdvisoryListId>();
    list.name = c.text();
    list.origin = c.text();
    list.created_by = c.text();
    list.created_at = c.time();
    list.drafts = c.number();
    list.in_force = c.number();
    return list;
}

Advisory read_entry(Columns c) {
    Advisory entry;
    entry.list = c.id<AdvisoryListId>();
    entry.kind = c.text();
    entry.subject = c.text();
    entry.severity = c.text();
    entry.reason = c.text();
    entry.in_force = c.flag();
    return entry;
}

AdvisoryException read_exception(Columns c) {
    AdvisoryException exception;
    exception.host = c.text();
    exception.reason = c.text();
    exception.created_by = c.text();
    exception.created_at = c.time();
    return exception;
}

HostFollows read_follows(Columns c) {
    HostFollows follows;
    follows.host = c.text();
    follows.follows = c.number();
    follows.members = c.number();
    return follows;
}

std::string read_text(Columns c) {
    return c.text();
}

} // namespace

std::optional<AdvisoryListId> insert_list(Tx& tx, const AdvisoryList& list) {
    const auto rows =
        exec(tx, insert_one_list, list.name, list.origin, list.created_by, list.created_at);
    if (rows.empty()) return std::nullopt;
    return ids_of<AdvisoryListId>(rows).front();
}

void insert(Tx& tx, AdvisoryListId list, const std::vector<Advisory>& entries) {
    std::vector<std::string> kinds, subjects, severities, reasons;
    for (const auto& entry : entries) {
        kinds.push_back(entry.kind);
        subjects.push_back(entry.subject);
        severities.push_back(entry.severity);
        reasons.push_back(entry.reason);
    }
    exec(tx, insert_entries, list, kinds, subjects, severities, reasons);
}

std::vector<AdvisoryList> list_lists(Tx& tx) {
    return rows_of(exec(tx, select_lists), read_list);
}

std::optional<AdvisoryList> find_list(Tx& tx, std::string_view name) {
    return first_of(exec(tx, select_list, name), read_list);
}

std::vector<Advisory> list(Tx& tx, AdvisoryListId list) {
    return rows_of(exec(tx, select_entries, list), read_entry);
}

std::int64_t approve(Tx& tx, AdvisoryListId list, const std::vector<std::string>& subjects) {
    return static_cast<std::int64_t>(exec(tx, update_approved, list, subjects).affected_rows());
}

void put(Tx& tx, AdvisoryListId list, const std::vector<Advisory>& entries) {
    if (entries.empty()) return;
    std::vector<std::string> kinds, subjects, severities, reasons, in_force;
    for (const auto& entry : entries) {
        kinds.push_back(entry.kind);
        subjects.push_back(entry.subject);
        severities.push_back(entry.severity);
        reasons.push_back(entry.reason);
        in_force.emplace_back(entry.in_force ? "t" : "f");
    }
    exec(tx, upsert_entries, list, kinds, subjects, severities, reasons, in_force);
}

void remove(Tx& tx, AdvisoryListId list, const std::vector<Advisory>& entries) {
    if (entries.empty()) return;
    std::vector<std::string> kinds, subjects;
    for (const auto& entry : entries) {
        kinds.push_back(entry.kind);
        subjects.push_back(entry.subject);
    }
    exec(tx, delete_entries, list, kinds, subjects);
}

void remove_list(Tx& tx, AdvisoryListId list) {
    exec(tx, delete_list, list);
}

std::vector<std::string> kinds_in_force(Tx& tx) {
    return rows_of(exec(tx, select_kinds), read_text);
}

std::vector<Advisory> find_in_force(Tx& tx, const std::vector<std::string>& hosts) {
    return rows_of(exec(tx, select_in_force, hosts), read_entry);
}

void put_exception(Tx& tx, const AdvisoryException& exception) {
    exec(tx,
         upsert_exception,
         exception.host,
         exception.reason,
         exception.created_by,
         exception.created_at);
}

bool remove_exception(Tx& tx, std::string_view host) {
    return exec(tx, delete_exception, host).affected_rows() == 1;
}

std::vector<AdvisoryException> list_exceptions(Tx& tx) {
    return rows_of(exec(tx, select_exceptions), read_exception);
}

std::vector<std::string> excepted(Tx& tx, const std::vector<std::string>& hosts) {
    return rows_of(exec(tx, select_excepted, hosts), read_text);
}

std::vector<HostFollows> count_follows(Tx& tx) {
    return rows_of(exec(tx, select_follows), read_follows);
}

} // namespace db::advisories
