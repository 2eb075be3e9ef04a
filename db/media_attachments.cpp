#include "db/media_attachments.h"

#include "db/paged.h"
#include "db/query.h"

namespace db::media_attachments {
namespace {

constexpr auto insert_media = R"sql(
    INSERT INTO media_attachments (account_id, status_id, position, type, media_type, remote_url,
        preview_url, description, blurhash, width, height, duration_ms, focus_x, focus_y,
        state, incoming_file, original_file, small_file, bytes, small_width, small_height,
        frame_rate, bit_rate)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULLIF($10::int, 0), NULLIF($11::int, 0),
        NULLIF($12::bigint, 0), $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
    RETURNING id
)sql";

// One statement for all: the rows travel as JSON.
constexpr auto insert_all_media = R"sql(
    INSERT INTO media_attachments (account_id, status_id, position, type, media_type, remote_url,
        preview_url, description, blurhash, width, height, duration_ms, focus_x, focus_y)
    SELECT $1, $2, m.position, m.type, m.media_type, m.remote_url, m.preview_url, m.description,
        m.blurhash, m.width, m.height, m.duration_ms, m.focus_x, m.focus_y
    FROM jsonb_to_recordset($3::jsonb) AS m (position int, type text, media_type text,
        remote_url text, preview_url text, description text, blurhash text, width int, height int,
        duration_ms bigint, focus_x real, focus_y real)
    ORDER BY m.position
)sql";

// All or nothing: the count of those that may be tied must be that of those asked for.
constexpr auto attach_media = R"sql(
    WITH wanted AS (
        SELECT m.id, w.place
        FROM unnest($3::bigint[]) WITH ORDINALITY AS w (id, place)
        JOIN media_attachments m ON m.id = w.id
        WHERE m.account_id = $1 AND (m.status_id IS NULL OR m.status_id = $2)
          AND m.removed_from IS NULL
        FOR UPDATE OF m
    )
    UPDATE media_attachments m SET status_id = $2, position = wanted.place - 1
    FROM wanted
    WHERE m.id = wanted.id AND (SELECT count(*) FROM wanted) = cardinality($3::bigint[])
)sql";
constexpr auto delete_others =
    "DELETE FROM media_attachments WHERE status_id = $1 AND NOT id = ANY ($2::bigint[])";
constexpr auto update_description =
    "UPDATE media_attachments SET description = $2, focus_x = $3, focus_y = $4 WHERE id = $1";
constexpr auto update_processed = R"sql(
    UPDATE media_attachments SET type = $2, media_type = $3, blurhash = $4,
        width = NULLIF($5::int, 0), height = NULLIF($6::int, 0),
        duration_ms = NULLIF($7::bigint, 0), state = $8, failure = $9, incoming_file = '',
        original_file = $10, small_file = CASE WHEN small_file = '' THEN $11 ELSE small_file END,
        bytes = bytes + $12, small_width = $13, small_height = $14, frame_rate = $15, bit_rate = $16
    WHERE id = $1 AND state = 'processing'
)sql";
constexpr auto update_preview = R"sql(
    UPDATE media_attachments SET small_file = $2, small_width = $3, small_height = $4,
        blurhash = $5, bytes = bytes + $6
    WHERE id = $1
)sql";
constexpr auto delete_one =
    "DELETE FROM media_attachments WHERE id = $2 AND account_id = $1 AND status_id IS NULL "
    "AND removed_from IS NULL";
constexpr auto delete_unused = R"sql(
    DELETE FROM media_attachments
    WHERE status_id IS NULL AND removed_from IS NULL AND created_at < $1
)sql";
constexpr auto sum_owned = R"sql(
    SELECT coalesce(sum(bytes), 0)::bigint, count(*) FILTER (WHERE status_id IS NULL)
    FROM media_attachments WHERE account_id = $1 AND bytes > 0
)sql";
// A post that is gone took its media along.
constexpr auto select_shown = R"sql(
    SELECT 1 FROM media_attachments m
    JOIN accounts a ON a.id = m.account_id
    LEFT JOIN peers p ON p.host = a.host
    WHERE m.id = $1 AND m.removed_from IS NULL AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND (a.host = '' OR p.level IN ('guest', 'partner', 'member'))
)sql";
constexpr Sql media_columns = R"sql(
    SELECT id, account_id, status_id, position, type, media_type, remote_url, preview_url, description,
        blurhash, width, height, duration_ms, focus_x IS NOT NULL, focus_x, focus_y, created_at,
        secret, state, failure, incoming_file, original_file, small_file, bytes, small_width,
        small_height, frame_rate, bit_rate
    FROM media_attachments
)sql";
constexpr auto select_any = media_columns + Sql(R"sql(
    WHERE id = $1
)sql");
constexpr auto select_one = media_columns + Sql(R"sql(
    WHERE account_id = $1 AND id = $2 AND removed_from IS NULL
)sql");
constexpr auto select_of_status = media_columns + Sql(R"sql(
    WHERE status_id = $1 ORDER BY position, id
)sql");
constexpr auto select_own = media_columns + Sql(R"sql(
    WHERE account_id = $1 AND id = ANY ($2::bigint[]) AND removed_from IS NULL
    ORDER BY array_position($2::bigint[], id)
)sql");
constexpr auto select_all = media_columns + Sql(R"sql(
    WHERE status_id = ANY ($1::bigint[]) ORDER BY status_id, position, id
)sql");

MediaAttachment read(Columns c) {
    MediaAttachment media;
    media.id = c.id<MediaId>();
    media.account = c.id<AccountId>();
    media.status = c.id<StatusId>();
    media.position = c.small();
    media.type = c.text();
    media.media_type = c.text();
    media.remote_url = c.text();
    media.preview_url = c.text();
    media.description = c.text();
    media.blurhash = c.text();
    media.width = c.small();
    media.height = c.small();
    media.duration_ms = c.number();
    if (c.flag()) {
        const auto x = c.real();
        media.focus = {x, c.real()};
    } else {
        c.skip();
        c.skip();
    }
    media.created_at = c.time();
    media.secret = c.text();
    media.state = c.text();
    media.failure = c.text();
    media.incoming_file = c.text();
    media.original_file = c.text();
    media.small_file = c.text();
    media.bytes = c.number();
    media.small_width = c.small();
    media.small_height = c.small();
    media.frame_rate = c.text();
    media.bit_rate = c.number();
    return media;
}

std::optional<double> coordinate(const MediaAttachment& media, std::size_t which) {
    if (!media.focus) return std::nullopt;
    return media.focus->at(which);
}

Json row_of(const MediaAttachment& media, std::size_t position) {
    Json row{
        {"position", position},
        {"type", media.type},
        {"media_type", media.media_type},
        {"remote_url", media.remote_url},
        {"preview_url", media.preview_url},
        {"description", media.description},
        {"blurhash", media.blurhash},
    };
    if (media.width != 0) row["width"] = media.width;
    if (media.height != 0) row["height"] = media.height;
    if (media.duration_ms != 0) row["duration_ms"] = media.duration_ms;
    if (media.focus) {
        row["focus_x"] = media.focus->at(0);
        row["focus_y"] = media.focus->at(1);
    }
    return row;
}

} // namespace

MediaId insert(Tx& tx, const MediaAttachment& m) {
    const auto made = exec(tx,
                           insert_media,
                           m.account,
                           or_null(m.status),
                           m.position,
                           m.type,
                           m.media_type,
                           m.remote_url,
                           m.preview_url,
                           m.description,
                           m.blurhash,
                           m.width,
                           m.height,
                           m.duration_ms,
                           coordinate(m, 0),
                           coordinate(m, 1),
                           m.state,
                           m.incoming_file,
                           m.original_file,
                           m.small_file,
                           m.bytes,
                           m.small_width,
                           m.small_height,
                           m.frame_rate,
                           m.bit_rate);
    return Columns(made.front()).id<MediaId>();
}

void insert_all(Tx& tx,
                AccountId account,
                StatusId status,
                const std::vector<MediaAttachment>& media) {
    Json rows = Json::array();
    for (const auto& one : media)
        rows.push_back(row_of(one, rows.size()));
    exec(tx, insert_all_media, account, status, rows);
}

bool attach(Tx& tx, AccountId account, StatusId status, const std::vector<MediaId>& media) {
    const auto tied = exec(tx, attach_media, account, status, media).affected_rows();
    return std::cmp_equal(tied, media.size());
}

void remove_others(Tx& tx, StatusId status, const std::vector<MediaId>& media) {
    exec(tx, delete_others, status, media);
}

bool set_processed(Tx& tx, const MediaAttachment& m) {
    return exec(tx,
                update_processed,
                m.id,
                m.type,
                m.media_type,
                m.blurhash,
                m.width,
                m.height,
                m.duration_ms,
                m.state,
                m.failure,
                m.original_file,
                m.small_file,
                m.bytes,
                m.small_width,
                m.small_height,
                m.frame_rate,
                m.bit_rate)
               .affected_rows() == 1;
}

void set_preview(Tx& tx, const MediaAttachment& m) {
    exec(
        tx, update_preview, m.id, m.small_file, m.small_width, m.small_height, m.blurhash, m.bytes);
}

void set_description(Tx& tx,
                     MediaId id,
                     const std::string& description,
                     const std::optional<std::array<double, 2>>& focus) {
    const MediaAttachment media{.focus = focus};
    exec(tx, update_description, id, description, coordinate(media, 0), coordinate(media, 1));
}

std::optional<MediaAttachment> find(Tx& tx, AccountId account, MediaId id) {
    return first_of(exec(tx, select_one.text, account, id), read);
}

std::optional<MediaAttachment> find_any(Tx& tx, MediaId id) {
    return first_of(exec(tx, select_any.text, id), read);
}

bool remove(Tx& tx, AccountId account, MediaId id) {
    return exec(tx, delete_one, account, id).affected_rows() == 1;
}

void remove_unused(Tx& tx, Time before) {
    exec(tx, delete_unused, before);
}

Usage usage(Tx& tx, AccountId account) {
    const auto rows = exec(tx, sum_owned, account);
    Columns columns(rows.front());
    Usage usage;
    usage.bytes = columns.number();
    usage.unposted = columns.number();
    return usage;
}

bool is_shown(Tx& tx, MediaId id) {
    return !exec(tx, select_shown, id).empty();
}

std::vector<MediaAttachment> list(Tx& tx, StatusId status) {
    return rows_of(exec(tx, select_of_status.text, status), read);
}

std::vector<MediaAttachment> list_own(Tx& tx, AccountId owner, const std::vector<MediaId>& ids) {
    return rows_of(exec(tx, select_own.text, owner, ids), read);
}

std::vector<MediaAttachment> list_all(Tx& tx, const std::vector<StatusId>& statuses) {
    return rows_of(exec(tx, select_all.text, statuses), read);
}

} // namespace db::media_attachments
