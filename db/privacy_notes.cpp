#include "db/privacy_notes.h"

#include "db/query.h"

namespace db::privacy_notes {
namespace {

ReceivedPrivacyNote read(Columns c) {
    ReceivedPrivacyNote note;
    note.id = c.id<PrivacyNoteId>();
    note.host = c.text();
    note.object_uri = c.text();
    note.reason = c.text();
    note.at = c.time();
    return note;
}

constexpr auto claim_hour = R"sql(
    INSERT INTO privacy_notes (host, at) VALUES ($1, $2)
    ON CONFLICT (host) DO UPDATE SET at = excluded.at
    WHERE privacy_notes.at <= excluded.at - interval '1 hour'
)sql";
constexpr auto insert_one = R"sql(
    INSERT INTO received_privacy_notes (host, object_uri, reason, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (host, object_uri) DO NOTHING
)sql";
constexpr auto count_new = R"sql(
    SELECT count(*) FROM received_privacy_notes WHERE host = $1 AND at >= $2
)sql";
constexpr auto select_unseen = R"sql(
    SELECT id, host, object_uri, reason, at FROM received_privacy_notes
    WHERE seen_at IS NULL ORDER BY at DESC, id DESC LIMIT 100
)sql";
constexpr auto mark_seen = R"sql(
    UPDATE received_privacy_notes SET seen_at = $2 WHERE id = $1 AND seen_at IS NULL
)sql";

} // namespace

bool claim(Tx& tx, std::string_view host, Time now) {
    return exec(tx, claim_hour, host, now).affected_rows() == 1;
}

bool insert(Tx& tx, const ReceivedPrivacyNote& note) {
    return exec(tx, insert_one, note.host, note.object_uri, note.reason, note.at).affected_rows() ==
           1;
}

std::int64_t count_since(Tx& tx, std::string_view host, Time since) {
    return Columns(exec(tx, count_new, host, since).front()).number();
}

std::vector<ReceivedPrivacyNote> list_unseen(Tx& tx) {
    return rows_of(exec(tx, select_unseen), read);
}

bool put_away(Tx& tx, PrivacyNoteId id, Time now) {
    return exec(tx, mark_seen, id, now).affected_rows() == 1;
}

} // namespace db::privacy_notes
