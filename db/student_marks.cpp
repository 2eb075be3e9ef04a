#include "db/student_marks.h"

#include "db/query.h"

namespace db::student_marks {
namespace {

constexpr auto select_means = R"sql(
    SELECT CASE WHEN EXISTS (SELECT 1 FROM roster_others) THEN
               (SELECT value FROM instance_values WHERE name = 'roster_key') END,
           string_to_array((SELECT value FROM instance_values WHERE name = 'student_domains'), ' ')
)sql";
constexpr auto upsert_domains = R"sql(
    INSERT INTO instance_values (name, value) VALUES ('student_domains', $1)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
)sql";
constexpr auto select_known = R"sql(
    SELECT DISTINCT m.mark, true
    FROM roster_others o CROSS JOIN LATERAL unnest(o.marks) AS m (mark)
    WHERE o.marks && $1::bigint[] AND m.mark = ANY ($1::bigint[])
    UNION ALL
    SELECT mark, false FROM staff_marks WHERE mark = ANY ($1::bigint[])
)sql";
constexpr auto delete_others = "DELETE FROM staff_marks WHERE mark <> ALL ($1::bigint[])";
constexpr auto insert_all = R"sql(
    INSERT INTO staff_marks (mark) SELECT DISTINCT unnest($1::bigint[]) ON CONFLICT DO NOTHING
)sql";

} // namespace

Means find_means(Tx& tx) {
    const auto rows = exec(tx, select_means);
    Columns c(rows.front());
    Means means;
    means.key = c.text();
    means.student_domains = c.texts();
    return means;
}

void set_student_domains(Tx& tx, const std::vector<std::string>& domains) {
    std::string joined;
    for (const auto& domain : domains)
        joined += (joined.empty() ? "" : " ") + domain;
    exec(tx, upsert_domains, joined);
}

Known find(Tx& tx, const std::vector<std::int64_t>& asked) {
    Known known;
    if (asked.empty()) return known;
    for (const auto& row : exec(tx, select_known, asked)) {
        Columns c(row);
        const auto mark = c.number();
        (c.flag() ? known.students : known.staff).push_back(mark);
    }
    return known;
}

void set_of_staff(Tx& tx, const std::vector<std::int64_t>& marks) {
    exec(tx, delete_others, marks);
    exec(tx, insert_all, marks);
}

} // namespace db::student_marks
