#include "db/case_files.h"

#include "db/query.h"

namespace db::case_files {
namespace {

CaseFile read(Columns c) {
    CaseFile file;
    file.of_case = c.id<CaseId>();
    file.status = c.id<StatusId>();
    file.media = c.id<MediaId>();
    file.description = c.text();
    file.remote_url = c.text();
    file.file = c.text();
    return file;
}

// What moderators took out of a post before belongs to it as well.
constexpr auto insert_files = R"sql(
    INSERT INTO case_files (case_id, status_id, position, media_id, description, remote_url, file)
    SELECT $1, COALESCE(m.status_id, m.removed_from), m.position, m.id, m.description, m.remote_url,
        CASE WHEN m.remote_url = '' THEN m.original_file ELSE '' END
    FROM media_attachments m
    WHERE m.status_id = ANY($2::bigint[]) OR m.removed_from = ANY($2::bigint[])
    ON CONFLICT DO NOTHING
)sql";
constexpr auto select_all = R"sql(
    SELECT case_id, status_id, media_id, description, remote_url, file FROM case_files
    WHERE case_id = $1 ORDER BY status_id, position, media_id LIMIT 800
)sql";
constexpr auto select_one = R"sql(
    SELECT case_id, status_id, media_id, description, remote_url, file FROM case_files
    WHERE case_id = $1 AND media_id = $2
)sql";
constexpr auto select_missing = R"sql(
    SELECT case_id, status_id, media_id, description, remote_url, file FROM case_files
    WHERE case_id = $1 AND file = '' AND remote_url <> '' ORDER BY media_id LIMIT 800
)sql";
constexpr auto update_file =
    "UPDATE case_files SET file = $3 WHERE case_id = $1 AND media_id = $2 AND file = ''";
constexpr auto delete_old = R"sql(
    DELETE FROM case_files f USING cases c
    WHERE c.closed_at < $1 AND f.case_id = c.id
        AND NOT EXISTS (SELECT 1 FROM legal_holds h
                        WHERE h.account_id = c.target_id AND h.lifted_at IS NULL)
)sql";

} // namespace

void keep(Tx& tx, CaseId id, const std::vector<StatusId>& posts) {
    exec(tx, insert_files, id, posts);
}

std::vector<CaseFile> list(Tx& tx, CaseId id) {
    return rows_of(exec(tx, select_all, id), read);
}

std::optional<CaseFile> find(Tx& tx, CaseId id, MediaId media) {
    return first_of(exec(tx, select_one, id, media), read);
}

std::vector<CaseFile> list_missing(Tx& tx, CaseId id) {
    return rows_of(exec(tx, select_missing, id), read);
}

void set_file(Tx& tx, const CaseFile& copied) {
    exec(tx, update_file, copied.of_case, copied.media, copied.file);
}

void forget(Tx& tx, Time limit) {
    exec(tx, delete_old, limit);
}

} // namespace db::case_files
