#include "db/audiences.h"

#include "db/query.h"

#include <algorithm>
#include <array>

namespace db {
namespace {
constexpr std::array<std::string_view, 4> names{
    "educators", "circle", "outside-district", "outside-region"};
} // namespace

std::string_view to_string(AudienceKind kind) {
    return names.at(static_cast<std::size_t>(kind));
}

std::optional<AudienceKind> parse_audience(std::string_view text) {
    const auto found = std::ranges::find(names, text);
    if (found == names.end()) return std::nullopt;
    return static_cast<AudienceKind>(found - names.begin());
}

} // namespace db

namespace db::audiences {
namespace {

constexpr auto select_audiences = R"sql(
    SELECT id, audience, audience_owner, audience_district, audience_region
    FROM statuses WHERE id = ANY ($1::bigint[]) AND audience <> ''
)sql";
constexpr auto select_audience = R"sql(
    SELECT id, audience, audience_owner, audience_district, audience_region
    FROM statuses WHERE id = $1 AND audience <> ''
)sql";
constexpr auto update_audience = R"sql(
    UPDATE statuses SET audience = $2, audience_owner = $3, audience_district = lower($4),
        audience_region = upper($5)
    WHERE id = $1
)sql";
constexpr auto select_place =
    "SELECT district, region FROM educator_place($1) WHERE district IS NOT NULL";
constexpr auto select_outsiders = R"sql(
    SELECT x.id FROM unnest($5::bigint[]) WITH ORDINALITY AS x (id, place)
    WHERE NOT in_audience($1, $2, lower($3), upper($4), x.id)
    ORDER BY x.place
)sql";
// Each candidate is asked for alone: joined, it may be planned as one look at all posts.
constexpr auto select_readers = R"sql(
    SELECT a.uri, a.host, COALESCE(NULLIF(a.shared_inbox, ''), a.inbox)
    FROM (SELECT m.account_id FROM mentions m WHERE m.status_id = $1
          UNION
          SELECT f.follower_id FROM statuses s JOIN follows f ON f.followed_id = s.account_id
          WHERE s.id = $1 AND s.visibility = 'private' AND f.accepted) AS x
    JOIN accounts a ON a.id = x.account_id AND a.host <> ''
    JOIN peers p ON p.host = a.host AND p.level = 'member' AND p.unavailable_at IS NULL
    WHERE (a.shared_inbox <> '' OR a.inbox <> '')
      AND (SELECT true FROM visible_statuses(a.id) v WHERE v.status_id = $1)
    ORDER BY a.host, a.id
)sql";

OfStatus read(Columns c) {
    OfStatus row;
    row.status = c.id<StatusId>();
    // What a newer server wrote is as narrow as can be.
    row.audience.kind = parse_audience(c.text()).value_or(AudienceKind::OutsideRegion);
    row.audience.owner = c.id<AccountId>();
    row.audience.district = c.text();
    row.audience.region = c.text();
    return row;
}

Place read_place(Columns c) {
    Place place;
    place.district = c.text();
    place.region = c.text();
    return place;
}

RemoteReader read_reader(Columns c) {
    RemoteReader reader;
    reader.uri = c.text();
    reader.host = c.text();
    reader.inbox = c.text();
    return reader;
}

} // namespace

std::optional<Audience> find(Tx& tx, StatusId status) {
    auto rows = rows_of(exec(tx, select_audience, status), read);
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front().audience);
}

std::vector<OfStatus> find_all(Tx& tx, const std::vector<StatusId>& statuses) {
    return rows_of(exec(tx, select_audiences, statuses), read);
}

void set(Tx& tx, StatusId status, const Audience& audience) {
    exec(tx,
         update_audience,
         status,
         to_string(audience.kind),
         or_null(audience.owner),
         audience.district,
         audience.region);
}

std::optional<Place> find_place(Tx& tx, AccountId account) {
    auto rows = rows_of(exec(tx, select_place, account), read_place);
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

std::vector<AccountId> outsiders(Tx& tx,
                                 const Audience& audience,
                                 const std::vector<AccountId>& accounts) {
    return ids_of<AccountId>(exec(tx,
                                  select_outsiders,
                                  to_string(audience.kind),
                                  or_null(audience.owner),
                                  audience.district,
                                  audience.region,
                                  accounts));
}

std::vector<RemoteReader> remote_readers(Tx& tx, StatusId status) {
    return rows_of(exec(tx, select_readers, status), read_reader);
}

} // namespace db::audiences
