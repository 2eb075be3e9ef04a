#include "db/cases.h"

#include "db/paged.h"

namespace db::cases {
namespace {

Case read(Columns c) {
    Case one;
    one.id = c.id<CaseId>();
    one.target = c.id<AccountId>();
    one.urgent = c.flag();
    one.opened_at = c.time();
    one.acknowledge_by = c.time();
    one.decide_by = c.time();
    one.acknowledged_at = c.maybe_time();
    one.assigned = c.id<AccountId>();
    one.outcome = c.text();
    one.note = c.text();
    one.closed_at = c.maybe_time();
    one.closed_by = c.id<AccountId>();
    one.forwarded_at = c.maybe_time();
    one.flag_uri = c.text();
    one.peer_host = c.text();
    one.peer_actor = c.id<AccountId>();
    one.peer_case_uri = c.text();
    one.peer_outcome = c.text();
    one.peer_note = c.text();
    one.peer_decided_at = c.maybe_time();
    one.peer_acknowledge_by = c.maybe_time();
    one.peer_decide_by = c.maybe_time();
    one.peer_accepted_at = c.maybe_time();
    one.reporters = c.number();
    return one;
}

Waiting read_waiting(Columns c) {
    Waiting waiting;
    waiting.count = c.number();
    waiting.deadline = c.maybe_time();
    return waiting;
}

constexpr auto insert_one = R"sql(
    INSERT INTO cases (target_id, opened_at, acknowledge_by, decide_by)
    VALUES ($1, $2, $2::timestamptz + make_interval(hours => $3),
        school_deadline($2::timestamptz, $4))
    ON CONFLICT (target_id) WHERE closed_at IS NULL DO NOTHING
)sql";
constexpr Sql select = R"sql(
    SELECT id, target_id, urgent, opened_at, acknowledge_by, decide_by, acknowledged_at,
        assigned_id, outcome, note, closed_at, closed_by_id, forwarded_at, flag_uri, peer_host,
        peer_actor_id, peer_case_uri, peer_outcome, peer_note, peer_decided_at,
        peer_acknowledge_by, peer_decide_by, peer_accepted_at,
        (SELECT count(DISTINCT COALESCE(r.reporter_id::text, r.host)) FROM reports r
         WHERE r.case_id = c.id)
    FROM cases c
)sql";
constexpr auto select_one = select + Sql("WHERE id = $1");
constexpr auto select_open = select + Sql("WHERE target_id = $1 AND closed_at IS NULL");
constexpr auto by_flag = select + Sql("WHERE flag_uri = $1 AND flag_uri <> ''");
constexpr auto by_peer_case = select + Sql(R"sql(
    WHERE peer_case_uri = $1 AND peer_case_uri <> '' ORDER BY id DESC LIMIT 1
)sql");
constexpr auto list_open = select + Sql(R"sql(
    WHERE closed_at IS NULL ORDER BY decide_by, id LIMIT $1 OFFSET $2
)sql");
constexpr auto list_late = select + Sql(R"sql(
    WHERE closed_at IS NULL
        AND (decide_by < $3 OR (acknowledged_at IS NULL AND acknowledge_by < $3))
    ORDER BY decide_by, id LIMIT $1 OFFSET $2
)sql");
constexpr auto list_forwarded = select + Sql(R"sql(
    WHERE flag_uri <> '' ORDER BY forwarded_at DESC, id LIMIT $1 OFFSET $2
)sql");
constexpr auto list_closed = select + Sql(R"sql(
    WHERE closed_at IS NOT NULL ORDER BY closed_at DESC, id DESC LIMIT $1 OFFSET $2
)sql");
constexpr auto select_about = select + Sql(R"sql(
    WHERE target_id = $1 AND id <> $2 ORDER BY id DESC LIMIT $3
)sql");
constexpr auto claim = R"sql(
    UPDATE cases SET reminded_at = $1
    WHERE id = ANY(ARRAY(
        SELECT id FROM cases
        WHERE closed_at IS NULL AND reminded_at IS NULL
            AND (decide_by < $1 OR (acknowledged_at IS NULL AND acknowledge_by < $1))
        ORDER BY decide_by LIMIT $2 FOR UPDATE SKIP LOCKED))
    RETURNING id
)sql";
constexpr auto count_late = R"sql(
    SELECT count(*) FROM cases
    WHERE COALESCE(closed_at, $2) > decide_by AND COALESCE(closed_at, $2) >= $1
)sql";
constexpr auto count_open = "SELECT count(*), min(decide_by) FROM cases WHERE closed_at IS NULL";
constexpr auto update_urgent = R"sql(
    UPDATE cases SET urgent = true, decide_by = LEAST(decide_by, $2),
        acknowledge_by = LEAST(acknowledge_by, $2)
    WHERE id = $1 AND NOT urgent AND closed_at IS NULL
)sql";
constexpr auto update_acknowledged =
    "UPDATE cases SET acknowledged_at = $2 WHERE id = $1 AND acknowledged_at IS NULL";
constexpr auto update_assigned = "UPDATE cases SET assigned_id = $2 WHERE id = $1";
constexpr auto update_closed = R"sql(
    UPDATE cases SET outcome = $2, note = $3, closed_by_id = $4, closed_at = $5
    WHERE id = $1 AND closed_at IS NULL
)sql";
constexpr auto update_reopened = R"sql(
    UPDATE cases SET outcome = '', note = '', closed_by_id = NULL, closed_at = NULL
    WHERE id = $1
)sql";
constexpr auto update_forwarded = R"sql(
    UPDATE cases SET forwarded_at = $4, flag_uri = $2, peer_host = $3
    WHERE id = $1 AND flag_uri = ''
)sql";
constexpr auto update_accepted = R"sql(
    UPDATE cases SET peer_actor_id = $2, peer_case_uri = $3, peer_accepted_at = $4 WHERE id = $1
)sql";
// What is urgent here is urgent there: that is asked for in the Flag.
constexpr auto update_peer_times = R"sql(
    UPDATE cases SET
        peer_acknowledge_by = $2::timestamptz + make_interval(hours =>
            CASE WHEN urgent THEN LEAST($3::int, $5::int) ELSE $3::int END),
        peer_decide_by = CASE WHEN urgent THEN $2::timestamptz + make_interval(hours => $5::int)
            ELSE school_deadline($2::timestamptz, $4::int) END
    WHERE id = $1
)sql";
constexpr auto select_misses = R"sql(
    SELECT peer_host,
        count(*) FILTER (WHERE COALESCE(peer_accepted_at, peer_decided_at, $2) > peer_acknowledge_by)
            + count(*) FILTER (WHERE COALESCE(peer_decided_at, $2) > peer_decide_by)
    FROM cases
    WHERE peer_decide_by IS NOT NULL AND forwarded_at >= $1
        AND (COALESCE(peer_accepted_at, peer_decided_at, $2) > peer_acknowledge_by
             OR COALESCE(peer_decided_at, $2) > peer_decide_by)
    GROUP BY peer_host ORDER BY 2 DESC, 1 LIMIT $3
)sql";
constexpr auto update_peer_outcome = R"sql(
    UPDATE cases SET peer_outcome = $2, peer_note = $3, peer_decided_at = $4 WHERE id = $1
)sql";
constexpr auto insert_posts = R"sql(
    INSERT INTO case_posts (case_id, status_id, uri, spoiler_text, content, visibility, media,
        written_at)
    SELECT $1, s.id, s.uri, s.spoiler_text, s.content, s.visibility,
        (SELECT count(*) FROM media_attachments m WHERE m.status_id = s.id), s.created_at
    FROM statuses s WHERE s.id = ANY($2::bigint[])
    ON CONFLICT DO NOTHING
)sql";
constexpr auto select_posts = R"sql(
    SELECT p.status_id, p.uri, p.spoiler_text, p.content, p.visibility, p.media, p.written_at,
        s.id IS NULL, COALESCE(s.content <> p.content OR s.spoiler_text <> p.spoiler_text, false)
    FROM case_posts p LEFT JOIN statuses s ON s.id = p.status_id
    WHERE p.case_id = $1 ORDER BY p.status_id LIMIT 200
)sql";
constexpr auto delete_posts = R"sql(
    DELETE FROM case_posts p USING cases c
    WHERE c.closed_at < $1 AND p.case_id = c.id
        AND NOT EXISTS (SELECT 1 FROM legal_holds h
                        WHERE h.account_id = c.target_id AND h.lifted_at IS NULL)
)sql";
constexpr auto insert_note = R"sql(
    INSERT INTO case_notes (case_id, author_id, text, created_at) VALUES ($1, $2, $3, $4)
)sql";
constexpr auto select_notes = R"sql(
    SELECT author_id, text, created_at FROM case_notes WHERE case_id = $1 ORDER BY id LIMIT 200
)sql";
constexpr auto insert_cleared = R"sql(
    INSERT INTO cleared_posts (status_id, case_id, cleared_at)
    SELECT s.id, $1, $2 FROM case_posts p JOIN statuses s ON s.id = p.status_id
    WHERE p.case_id = $1 AND s.content = p.content AND s.spoiler_text = p.spoiler_text
    ON CONFLICT (status_id) DO UPDATE SET case_id = $1, cleared_at = $2
)sql";
constexpr auto select_cleared = R"sql(
    SELECT p.status_id, p.case_id FROM cleared_posts p JOIN statuses s ON s.id = p.status_id
    WHERE p.status_id = ANY($1::bigint[])
        AND (s.edited_at IS NULL OR s.edited_at <= p.cleared_at)
)sql";
constexpr auto insert_days = R"sql(
    INSERT INTO school_breaks (first_day, last_day) VALUES ($1::date, $2::date)
    ON CONFLICT (first_day) DO UPDATE SET last_day = EXCLUDED.last_day
)sql";
constexpr auto delete_days = "DELETE FROM school_breaks WHERE first_day::text = $1";
constexpr auto select_days =
    "SELECT first_day::text, last_day::text FROM school_breaks ORDER BY first_day LIMIT 200";

} // namespace

bool insert(Tx& tx, AccountId target, Time at, const Times& times) {
    return exec(tx, insert_one, target, at, times.acknowledge_hours, times.decide_school_days)
               .affected_rows() == 1;
}

std::optional<Case> find(Tx& tx, CaseId id) {
    return first_of(exec(tx, select_one.text, id), read);
}

std::optional<Case> find_open(Tx& tx, AccountId target) {
    return first_of(exec(tx, select_open.text, target), read);
}

std::optional<Case> find_by_flag(Tx& tx, std::string_view flag_uri) {
    return first_of(exec(tx, by_flag.text, flag_uri), read);
}

std::optional<Case> find_by_peer_case(Tx& tx, std::string_view peer_case_uri) {
    return first_of(exec(tx, by_peer_case.text, peer_case_uri), read);
}

std::vector<Case> list(Tx& tx, State state, Time now, int limit, int offset) {
    switch (state) {
    case State::Late:
        return rows_of(exec(tx, list_late.text, limit, offset, now), read);
    case State::Forwarded:
        return rows_of(exec(tx, list_forwarded.text, limit, offset), read);
    case State::Closed:
        return rows_of(exec(tx, list_closed.text, limit, offset), read);
    case State::Open:
        break;
    }
    return rows_of(exec(tx, list_open.text, limit, offset), read);
}

std::vector<Case> list_about(Tx& tx, AccountId target, CaseId except, int limit) {
    return rows_of(exec(tx, select_about.text, target, except, limit), read);
}

std::vector<CaseId> claim_late(Tx& tx, Time now, int most) {
    return ids_of<CaseId>(exec(tx, claim, now, most));
}

std::int64_t count_late_since(Tx& tx, Time since, Time now) {
    return Columns(exec(tx, count_late, since, now).front()).number();
}

Waiting waiting(Tx& tx, AccountId, Time) {
    return read_waiting(Columns(exec(tx, count_open).front()));
}

void make_urgent(Tx& tx, CaseId id, Time decide_by) {
    exec(tx, update_urgent, id, decide_by);
}

void acknowledge(Tx& tx, CaseId id, Time at) {
    exec(tx, update_acknowledged, id, at);
}

void assign(Tx& tx, CaseId id, AccountId moderator) {
    exec(tx, update_assigned, id, or_null(moderator));
}

bool close(
    Tx& tx, CaseId id, std::string_view outcome, std::string_view note, AccountId by, Time at) {
    return exec(tx, update_closed, id, outcome, note, or_null(by), at).affected_rows() == 1;
}

void reopen(Tx& tx, CaseId id) {
    exec(tx, update_reopened, id);
}

bool set_forwarded(Tx& tx, CaseId id, std::string_view flag_uri, std::string_view host, Time at) {
    return exec(tx, update_forwarded, id, flag_uri, host, at).affected_rows() == 1;
}

void set_peer_times(Tx& tx, CaseId id, Time sent, const Times& promised) {
    exec(tx,
         update_peer_times,
         id,
         sent,
         promised.acknowledge_hours,
         promised.decide_school_days,
         promised.urgent_hours);
}

void set_accepted(
    Tx& tx, CaseId id, AccountId peer_actor, std::string_view peer_case_uri, Time at) {
    exec(tx, update_accepted, id, peer_actor, peer_case_uri, at);
}

std::vector<PeerMisses> list_peer_misses(Tx& tx, Time since, Time now, int most) {
    return rows_of<PeerMisses>(exec(tx, select_misses, since, now, most), [](Columns c) {
        PeerMisses misses;
        misses.host = c.text();
        misses.count = c.number();
        return misses;
    });
}

void set_peer_outcome(Tx& tx, CaseId id, std::string_view outcome, std::string_view note, Time at) {
    exec(tx, update_peer_outcome, id, outcome, note, at);
}

void keep_posts(Tx& tx, CaseId id, const std::vector<StatusId>& posts) {
    exec(tx, insert_posts, id, posts);
}

std::vector<CasePost> list_posts(Tx& tx, CaseId id) {
    return rows_of<CasePost>(exec(tx, select_posts, id), [](Columns c) {
        CasePost post;
        post.status = c.id<StatusId>();
        post.uri = c.text();
        post.spoiler_text = c.text();
        post.content = c.text();
        post.visibility = c.text();
        post.media = c.small();
        post.written_at = c.time();
        post.is_gone = c.flag();
        post.is_edited = c.flag();
        return post;
    });
}

void forget_posts(Tx& tx, Time limit) {
    exec(tx, delete_posts, limit);
}

void add_note(Tx& tx, CaseId id, AccountId author, std::string_view text, Time at) {
    exec(tx, insert_note, id, author, text, at);
}

std::vector<CaseNote> list_notes(Tx& tx, CaseId id) {
    return rows_of<CaseNote>(exec(tx, select_notes, id), [](Columns c) {
        CaseNote note;
        note.author = c.id<AccountId>();
        note.text = c.text();
        note.created_at = c.time();
        return note;
    });
}

void clear_posts(Tx& tx, CaseId id, Time at) {
    exec(tx, insert_cleared, id, at);
}

std::vector<Cleared> cleared_among(Tx& tx, const std::vector<StatusId>& posts) {
    return rows_of<Cleared>(exec(tx, select_cleared, posts), [](Columns c) {
        Cleared cleared;
        cleared.status = c.id<StatusId>();
        cleared.by = c.id<CaseId>();
        return cleared;
    });
}

void insert_break(Tx& tx, const SchoolBreak& days) {
    exec(tx, insert_days, days.first_day, days.last_day);
}

void remove_break(Tx& tx, std::string_view first_day) {
    exec(tx, delete_days, first_day);
}

std::vector<SchoolBreak> list_breaks(Tx& tx) {
    return rows_of<SchoolBreak>(exec(tx, select_days), [](Columns c) {
        SchoolBreak days;
        days.first_day = c.text();
        days.last_day = c.text();
        return days;
    });
}

} // namespace db::cases
