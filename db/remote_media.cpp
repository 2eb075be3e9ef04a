#include "db/remote_media.h"

#include "db/query.h"

namespace db::remote_media {
namespace {

constexpr auto select_one = R"sql(
    SELECT id, original_file, small_file, bytes, failures, used_at, tried_at, width, height, blurhash
    FROM remote_media WHERE id = $1
)sql";
constexpr auto upsert = R"sql(
    INSERT INTO remote_media (id, original_file, small_file, bytes, failures, used_at, tried_at,
                              width, height, blurhash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (id) DO UPDATE SET original_file = excluded.original_file,
        small_file = excluded.small_file, bytes = excluded.bytes, failures = excluded.failures,
        used_at = excluded.used_at, tried_at = excluded.tried_at,
        width = excluded.width, height = excluded.height, blurhash = excluded.blurhash
)sql";
constexpr auto update_used = "UPDATE remote_media SET used_at = $2 WHERE id = $1";
constexpr auto delete_unused = "DELETE FROM remote_media WHERE used_at < $1";
// The newest that fit together stay.
constexpr auto delete_beyond = R"sql(
    DELETE FROM remote_media WHERE id IN (
        SELECT id FROM (
            SELECT id, sum(bytes) OVER (ORDER BY used_at DESC, id) AS so_far
            FROM remote_media WHERE bytes > 0) AS ordered
        WHERE so_far > $1)
)sql";
constexpr auto sum_bytes = "SELECT coalesce(sum(bytes), 0)::bigint FROM remote_media";

RemoteMedia read(Columns c) {
    RemoteMedia media;
    media.id = c.text();
    media.original_file = c.text();
    media.small_file = c.text();
    media.bytes = c.number();
    media.failures = c.small();
    media.used_at = c.time();
    media.tried_at = c.time();
    media.width = c.small();
    media.height = c.small();
    media.blurhash = c.text();
    return media;
}

} // namespace

std::optional<RemoteMedia> find(Tx& tx, const std::string& id) {
    return first_of(exec(tx, select_one, id), read);
}

void put(Tx& tx, const RemoteMedia& m) {
    exec(tx,
         upsert,
         m.id,
         m.original_file,
         m.small_file,
         m.bytes,
         m.failures,
         m.used_at,
         m.tried_at,
         m.width,
         m.height,
         m.blurhash);
}

void touch(Tx& tx, const std::string& id, Time now) {
    exec(tx, update_used, id, now);
}

void remove_unused(Tx& tx, Time since) {
    exec(tx, delete_unused, since);
}

int shrink_to(Tx& tx, std::int64_t most_bytes) {
    return static_cast<int>(exec(tx, delete_beyond, most_bytes).affected_rows());
}

std::int64_t total_bytes(Tx& tx) {
    return Columns(exec(tx, sum_bytes).front()).number();
}

} // namespace db::remote_media
