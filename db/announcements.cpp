#include "db/announcements.h"

#include "db/query.h"

namespace db::announcements {
namespace {

constexpr int most_kinds_of_reactions = 8; // As Mastodon.

constexpr auto insert_announcement = R"sql(
    INSERT INTO announcements (text, content, all_day, starts_at, ends_at, published_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING id
)sql";
constexpr auto delete_announcement = "DELETE FROM announcements WHERE id = $1";
constexpr auto select_every = R"sql(
    SELECT id, text, content, all_day, starts_at, ends_at, published_at, updated_at, false
    FROM announcements ORDER BY id
)sql";
// $3: one of them, or all when NULL.
constexpr auto select_current = R"sql(
    SELECT a.id, a.text, a.content, a.all_day, a.starts_at, a.ends_at, a.published_at, a.updated_at,
        d.account_id IS NOT NULL
    FROM announcements a
    LEFT JOIN announcement_dismissals d ON d.account_id = $1 AND d.announcement_id = a.id
    WHERE (a.ends_at IS NULL OR a.ends_at > $2) AND ($3::bigint IS NULL OR a.id = $3)
    ORDER BY a.id
)sql";
constexpr auto insert_dismissal = R"sql(
    INSERT INTO announcement_dismissals (announcement_id, account_id) VALUES ($2, $1)
    ON CONFLICT DO NOTHING
)sql";
constexpr auto select_reactions = R"sql(
    SELECT announcement_id, name, count(*), bool_or(account_id = $1)
    FROM announcement_reactions WHERE announcement_id = ANY ($2::bigint[])
    GROUP BY announcement_id, name ORDER BY announcement_id, min(created_at), name
)sql";
// The row of the announcement is locked: two at once do not make a ninth kind.
constexpr auto insert_reaction = R"sql(
    WITH announced AS (SELECT id FROM announcements WHERE id = $2 FOR NO KEY UPDATE)
    INSERT INTO announcement_reactions (announcement_id, name, account_id, created_at)
    SELECT id, $3, $1, $4 FROM announced
    WHERE (SELECT count(DISTINCT r.name) FROM announcement_reactions r
           WHERE r.announcement_id = $2 AND r.name <> $3) < $5
    ON CONFLICT (announcement_id, name, account_id) DO UPDATE SET created_at =
        announcement_reactions.created_at
)sql";
constexpr auto delete_reaction = R"sql(
    DELETE FROM announcement_reactions
    WHERE account_id = $1 AND announcement_id = $2 AND name = $3
)sql";

Announcement read(Columns c) {
    Announcement announcement;
    announcement.id = c.id<AnnouncementId>();
    announcement.text = c.text();
    announcement.content = c.text();
    announcement.all_day = c.flag();
    announcement.starts_at = c.maybe_time();
    announcement.ends_at = c.maybe_time();
    announcement.published_at = c.time();
    announcement.updated_at = c.time();
    announcement.is_read = c.flag();
    return announcement;
}

Reaction read_reaction(Columns c) {
    Reaction reaction;
    reaction.announcement = c.id<AnnouncementId>();
    reaction.name = c.text();
    reaction.count = c.small();
    reaction.is_own = c.flag();
    return reaction;
}

} // namespace

AnnouncementId insert(Tx& tx, const Announcement& announcement) {
    const auto rows = exec(tx,
                           insert_announcement,
                           announcement.text,
                           announcement.content,
                           announcement.all_day,
                           announcement.starts_at,
                           announcement.ends_at,
                           announcement.published_at);
    return Columns(rows.front()).id<AnnouncementId>();
}

bool remove(Tx& tx, AnnouncementId id) {
    return exec(tx, delete_announcement, id).affected_rows() == 1;
}

std::vector<Announcement> list_all(Tx& tx) {
    return rows_of(exec(tx, select_every), read);
}

std::vector<Announcement> list(Tx& tx, AccountId reader, Time now) {
    return rows_of(exec(tx, select_current, reader, now, std::nullopt), read);
}

std::optional<Announcement> find(Tx& tx, AccountId reader, AnnouncementId id, Time now) {
    return first_of(exec(tx, select_current, reader, now, id), read);
}

void dismiss(Tx& tx, AccountId reader, AnnouncementId id) {
    exec(tx, insert_dismissal, reader, id);
}

std::vector<Reaction> reactions(Tx& tx,
                                AccountId reader,
                                const std::vector<AnnouncementId>& announcements) {
    return rows_of(exec(tx, select_reactions, reader, announcements), read_reaction);
}

bool react(Tx& tx, AccountId reader, AnnouncementId id, std::string_view name, Time now) {
    return exec(tx, insert_reaction, reader, id, name, now, most_kinds_of_reactions)
               .affected_rows() == 1;
}

void take_back(Tx& tx, AccountId reader, AnnouncementId id, std::string_view name) {
    exec(tx, delete_reaction, reader, id, name);
}

} // namespace db::announcements
