#include "db/status_edits.h"

#include "db/query.h"

namespace db::status_edits {
namespace {

constexpr auto insert_edit = R"sql(
    INSERT INTO status_edits (status_id, content, text, spoiler_text, sensitive, language, poll_options,
        media, emojis, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, NULLIF($7::text[], '{}'), $8, $9, $10)
)sql";
// The first version stays: it is what people answered to. Under a legal hold all do.
constexpr auto delete_surplus = R"sql(
    DELETE FROM status_edits WHERE id IN (
        SELECT id FROM status_edits WHERE status_id = $1
          AND id <> (SELECT min(id) FROM status_edits WHERE status_id = $1)
        ORDER BY id DESC OFFSET $2 - 1
    ) AND NOT EXISTS (
        SELECT 1 FROM statuses s JOIN legal_holds h ON h.account_id = s.account_id
        WHERE s.id = $1 AND h.lifted_at IS NULL
    )
)sql";
constexpr auto select_edits = R"sql(
    SELECT id, status_id, content, text, spoiler_text, sensitive, language, poll_options, media, emojis,
        created_at
    FROM status_edits WHERE status_id = $1 ORDER BY id
)sql";

StatusEdit read(Columns c) {
    StatusEdit edit;
    edit.id = c.number();
    edit.status = c.id<StatusId>();
    edit.content = c.text();
    edit.text = c.text();
    edit.spoiler_text = c.text();
    edit.sensitive = c.flag();
    edit.language = c.text();
    edit.poll_options = c.texts();
    edit.media = c.json();
    edit.emojis = c.json();
    edit.created_at = c.time();
    return edit;
}

} // namespace

void insert(Tx& tx, const StatusEdit& e) {
    exec(tx,
         insert_edit,
         e.status,
         e.content,
         e.text,
         e.spoiler_text,
         e.sensitive,
         e.language,
         e.poll_options,
         e.media,
         e.emojis,
         e.created_at);
}

void trim(Tx& tx, StatusId status) {
    exec(tx, delete_surplus, status, max_versions);
}

std::vector<StatusEdit> list(Tx& tx, StatusId status) {
    return rows_of(exec(tx, select_edits, status), read);
}

} // namespace db::status_edits
