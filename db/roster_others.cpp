#include "db/roster_others.h"

#include "db/query.h"

namespace db::roster_others {
namespace {

RosterOther read(Columns c) {
    RosterOther other;
    other.id_hash = c.text();
    other.email_hash = c.text();
    other.name_hash = c.text();
    other.kind = c.text().front();
    other.marks = c.numbers();
    return other;
}

constexpr auto select_by_hashes = R"sql(
    SELECT id_hash, email_hash, name_hash, kind, marks FROM roster_others
    WHERE id_hash = ANY ($1::text[])
    UNION
    SELECT id_hash, email_hash, name_hash, kind, marks FROM roster_others
    WHERE email_hash = ANY ($1::text[]) AND email_hash <> ''
)sql";
constexpr auto select_kind = R"sql(
    SELECT max(kind) FROM roster_others
    WHERE (email_hash = $1 AND email_hash <> '') OR (name_hash = $2 AND name_hash <> '')
)sql";
constexpr auto upsert = R"sql(
    INSERT INTO roster_others AS old (id_hash, email_hash, name_hash, kind, marks)
    SELECT n.id_hash, n.email_hash, n.name_hash, n.kind, string_to_array(n.marks, ' ')::bigint[]
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
        AS n (id_hash, email_hash, name_hash, kind, marks)
    ON CONFLICT (id_hash) DO UPDATE SET
        email_hash = excluded.email_hash, name_hash = excluded.name_hash, kind = excluded.kind,
        marks = excluded.marks
    WHERE (old.email_hash, old.name_hash, old.kind, old.marks) IS DISTINCT FROM
          (excluded.email_hash, excluded.name_hash, excluded.kind, excluded.marks)
)sql";
constexpr auto delete_some = "DELETE FROM roster_others WHERE id_hash = ANY ($1::text[])";
constexpr auto select_ids = R"sql(
    SELECT id_hash FROM roster_others WHERE id_hash > $1 ORDER BY id_hash LIMIT $2
)sql";
constexpr auto clear_emails = R"sql(
    UPDATE roster_others SET email_hash = ''
    WHERE email_hash = ANY ($1::text[]) AND email_hash <> ''
)sql";
constexpr auto clear_names = R"sql(
    UPDATE roster_others SET name_hash = ''
    WHERE name_hash = ANY ($1::text[]) AND name_hash <> ''
)sql";
constexpr auto count_kinds = R"sql(
    SELECT count(*) FILTER (WHERE kind = 's'), count(*) FILTER (WHERE kind = 'f')
    FROM roster_others
)sql";

std::string joined(const std::vector<std::int64_t>& marks) {
    std::string text;
    for (const auto mark : marks)
        text += (text.empty() ? "" : " ") + std::to_string(mark);
    return text;
}

} // namespace

std::vector<RosterOther> list_by_id_or_email(Tx& tx, const std::vector<std::string>& hashes) {
    return rows_of(exec(tx, select_by_hashes, hashes), read);
}

std::optional<char> find_kind(Tx& tx, const std::string& email_hash, const std::string& name_hash) {
    // "s" sorts behind "f".
    const auto kind = Columns(exec(tx, select_kind, email_hash, name_hash).front()).maybe_text();
    if (!kind) return std::nullopt;
    return kind->front();
}

std::int64_t store(Tx& tx, std::span<const RosterOther> others) {
    constexpr std::size_t at_once = 5'000;
    std::int64_t changed = 0;
    while (!others.empty()) {
        const auto some = others.first(std::min(at_once, others.size()));
        others = others.subspan(some.size());
        std::vector<std::string> ids;
        std::vector<std::string> emails;
        std::vector<std::string> names;
        std::vector<std::string> kinds;
        std::vector<std::string> marks;
        for (const auto& other : some) {
            ids.push_back(other.id_hash);
            emails.push_back(other.email_hash);
            names.push_back(other.name_hash);
            kinds.emplace_back(1, other.kind);
            marks.push_back(joined(other.marks));
        }
        changed += static_cast<std::int64_t>(
            exec(tx, upsert, ids, emails, names, kinds, marks).affected_rows());
    }
    return changed;
}

std::int64_t remove(Tx& tx, const std::vector<std::string>& id_hashes) {
    return static_cast<std::int64_t>(exec(tx, delete_some, id_hashes).affected_rows());
}

std::vector<std::string> list_ids(Tx& tx, const std::string& after, int most) {
    std::vector<std::string> ids;
    for (const auto& row : exec(tx, select_ids, after, most))
        ids.push_back(Columns(row).text());
    return ids;
}

void forget_marks(Tx& tx,
                  const std::vector<std::string>& email_hashes,
                  const std::vector<std::string>& name_hashes) {
    exec(tx, clear_emails, email_hashes);
    exec(tx, clear_names, name_hashes);
}

Counts count(Tx& tx) {
    Columns c(exec(tx, count_kinds).front());
    Counts counts;
    counts.students = c.number();
    counts.families = c.number();
    return counts;
}

} // namespace db::roster_others
