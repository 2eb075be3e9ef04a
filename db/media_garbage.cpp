#include "db/media_garbage.h"

#include "db/query.h"

namespace db::media_garbage {
namespace {

constexpr auto insert_files = R"sql(
    INSERT INTO media_garbage (file, remove_after)
    SELECT file, $2 FROM unnest($1::text[]) AS file
    ON CONFLICT (file) DO UPDATE SET remove_after = excluded.remove_after
)sql";
constexpr auto delete_files = "DELETE FROM media_garbage WHERE file = ANY ($1::text[])";
constexpr auto select_due = R"sql(
    SELECT g.file FROM media_garbage g
    WHERE g.remove_after <= $1
        AND NOT EXISTS (SELECT 1 FROM case_files c WHERE c.file = g.file AND c.file <> '')
    ORDER BY g.remove_after LIMIT $2
)sql";

std::string read(Columns c) {
    return c.text();
}

} // namespace

void add(Tx& tx, const std::vector<std::string>& files, Time remove_after) {
    exec(tx, insert_files, files, remove_after);
}

void keep(Tx& tx, const std::vector<std::string>& files) {
    exec(tx, delete_files, files);
}

std::vector<std::string> list_due(Tx& tx, Time now, int most) {
    return rows_of(exec(tx, select_due, now, most), read);
}

void remove(Tx& tx, const std::vector<std::string>& files) {
    exec(tx, delete_files, files);
}

} // namespace db::media_garbage
