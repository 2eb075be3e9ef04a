#include "db/markers.h"

#include "db/query.h"

namespace db::markers {
namespace {

constexpr auto select_markers = R"sql(
    SELECT timeline, last_read_id, version, updated_at FROM markers
    WHERE account_id = $1 AND timeline = ANY ($2::text[])
)sql";

constexpr auto upsert_marker = R"sql(
    INSERT INTO markers (account_id, timeline, last_read_id, updated_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id, timeline) DO UPDATE
        SET last_read_id = EXCLUDED.last_read_id, version = markers.version + 1,
            updated_at = EXCLUDED.updated_at
    RETURNING timeline, last_read_id, version, updated_at
)sql";

Marker read(Columns c) {
    Marker marker;
    marker.timeline = c.text();
    marker.last_read = c.number();
    marker.version = c.small();
    marker.updated_at = c.time();
    return marker;
}

} // namespace

std::vector<Marker> find(Tx& tx, AccountId account, const std::vector<std::string>& timelines) {
    return rows_of(exec(tx, select_markers, account, timelines), read);
}

Marker set(Tx& tx, AccountId account, std::string_view timeline, std::int64_t last_read, Time now) {
    return read(Columns(exec(tx, upsert_marker, account, timeline, last_read, now).front()));
}

} // namespace db::markers
