#include "db/polls.h"

#include "db/query.h"

namespace db::polls {
namespace {

constexpr auto insert_poll = R"sql(
    WITH made AS (
        INSERT INTO polls (status_id, options, tallies, multiple, hide_totals, voters_count, expires_at,
            closed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        RETURNING id
    ), tied AS (
        UPDATE statuses SET poll_id = made.id FROM made WHERE statuses.id = $1
    )
    SELECT id FROM made
)sql";
constexpr auto update_poll = R"sql(
    UPDATE polls SET options = $2, tallies = $3, multiple = $4, hide_totals = $5, voters_count = $6,
        expires_at = $7, closed_at = $8
    WHERE id = $1
)sql";
constexpr auto delete_votes = "DELETE FROM poll_votes WHERE poll_id = $1";
constexpr auto update_tallies = R"sql(
    UPDATE polls SET tallies = $2, voters_count = $3, closed_at = $4, expires_at = $5
    WHERE id = $1 AND cardinality(options) = cardinality($2::bigint[])
)sql";

constexpr auto select_by_id = R"sql(
    SELECT id, status_id, options, tallies, multiple, hide_totals, voters_count,
        expires_at, closed_at, announced_at FROM polls WHERE id = $1
)sql";
constexpr auto select_locked = R"sql(
    SELECT id, status_id, options, tallies, multiple, hide_totals, voters_count,
        expires_at, closed_at, announced_at FROM polls WHERE id = $1 FOR UPDATE
)sql";
constexpr auto select_by_status = R"sql(
    SELECT id, status_id, options, tallies, multiple, hide_totals, voters_count,
        expires_at, closed_at, announced_at FROM polls WHERE status_id = $1
)sql";
constexpr auto select_all = R"sql(
    SELECT id, status_id, options, tallies, multiple, hide_totals, voters_count,
        expires_at, closed_at, announced_at FROM polls WHERE status_id = ANY ($1::bigint[])
)sql";

// A voter is counted with the first choice; `before` sees the votes as they were.
constexpr auto cast_votes = R"sql(
    WITH before AS (
        SELECT count(*) AS votes FROM poll_votes WHERE poll_id = $1 AND account_id = $2
    ), made AS (
        INSERT INTO poll_votes (poll_id, account_id, choice, uri)
        SELECT DISTINCT $1, $2, choice, $4 FROM unnest($3::int[]) AS given (choice)
        ON CONFLICT (poll_id, account_id, choice) DO NOTHING
        RETURNING choice
    ), counted AS (
        UPDATE polls SET
            tallies = (SELECT array_agg(votes + (place - 1 IN (SELECT choice FROM made))::int ORDER BY place)
                       FROM unnest(tallies) WITH ORDINALITY AS old (votes, place)),
            voters_count = COALESCE(voters_count, 0) + ((SELECT votes FROM before) = 0)::int,
            dirty = true
        WHERE id = $1 AND $5 AND EXISTS (SELECT 1 FROM made)
    )
    SELECT count(*) FROM made
)sql";
constexpr auto select_votes =
    "SELECT choice FROM poll_votes WHERE poll_id = $1 AND account_id = $2 ORDER BY choice";
constexpr auto select_votes_among = R"sql(
    SELECT poll_id, account_id, choice FROM poll_votes
    WHERE poll_id = ANY ($2::bigint[]) AND account_id = $1 ORDER BY poll_id, choice
)sql";
constexpr auto select_local_voters = R"sql(
    SELECT DISTINCT v.account_id FROM poll_votes v JOIN users u ON u.account_id = v.account_id
    WHERE v.poll_id = $1
)sql";

constexpr auto select_dirty = R"sql(
    SELECT id, status_id, options, tallies, multiple, hide_totals, voters_count,
        expires_at, closed_at, announced_at FROM polls
    WHERE dirty AND (announced_at IS NULL OR announced_at < $1)
      AND EXISTS (SELECT 1 FROM statuses s WHERE s.id = polls.status_id AND s.local)
    ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
)sql";
constexpr auto select_ended = R"sql(
    SELECT id, status_id, options, tallies, multiple, hide_totals, voters_count,
        expires_at, closed_at, announced_at FROM polls
    WHERE NOT end_handled AND (expires_at <= $1 OR closed_at <= $1)
    ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
)sql";
constexpr auto update_announced = "UPDATE polls SET announced_at = $2, dirty = false WHERE id = $1";
constexpr auto update_end_handled = "UPDATE polls SET end_handled = true WHERE id = $1";

Poll read(Columns c) {
    Poll poll;
    poll.id = c.id<PollId>();
    poll.status = c.id<StatusId>();
    poll.options = c.texts();
    poll.tallies = c.numbers();
    poll.multiple = c.flag();
    poll.hide_totals = c.flag();
    poll.voters_count = c.maybe_number();
    poll.expires_at = c.maybe_time();
    poll.closed_at = c.maybe_time();
    poll.announced_at = c.maybe_time();
    return poll;
}

PollVote read_vote(Columns c) {
    PollVote vote;
    vote.poll = c.id<PollId>();
    vote.account = c.id<AccountId>();
    vote.choice = c.small();
    return vote;
}

} // namespace

PollId insert(Tx& tx, const Poll& p) {
    const auto made = exec(tx,
                           insert_poll,
                           p.status,
                           p.options,
                           p.tallies,
                           p.multiple,
                           p.hide_totals,
                           p.voters_count,
                           p.expires_at,
                           p.closed_at);
    return Columns(made.front()).id<PollId>();
}

void update(Tx& tx, const Poll& p) {
    exec(tx,
         update_poll,
         p.id,
         p.options,
         p.tallies,
         p.multiple,
         p.hide_totals,
         p.voters_count,
         p.expires_at,
         p.closed_at);
}

void remove_votes(Tx& tx, PollId id) {
    exec(tx, delete_votes, id);
}

void set_tallies(Tx& tx, const Poll& p) {
    exec(tx, update_tallies, p.id, p.tallies, p.voters_count, p.closed_at, p.expires_at);
}

std::optional<Poll> find(Tx& tx, PollId id) {
    return first_of(exec(tx, select_by_id, id), read);
}

std::optional<Poll> find_by_status(Tx& tx, StatusId status) {
    return first_of(exec(tx, select_by_status, status), read);
}

std::vector<Poll> list_all(Tx& tx, const std::vector<StatusId>& statuses) {
    return rows_of(exec(tx, select_all, statuses), read);
}

std::optional<Poll> lock(Tx& tx, PollId id) {
    return first_of(exec(tx, select_locked, id), read);
}

int cast(Tx& tx,
         PollId id,
         AccountId account,
         const std::vector<std::int64_t>& choices,
         std::string_view uri,
         Tally tally) {
    const auto made = exec(tx, cast_votes, id, account, choices, uri, tally == Tally::Count);
    return Columns(made.front()).small();
}

std::vector<int> votes_of(Tx& tx, PollId id, AccountId account) {
    std::vector<int> choices;
    for (const auto& row : exec(tx, select_votes, id, account))
        choices.push_back(Columns(row).small());
    return choices;
}

std::vector<PollVote> votes_among(Tx& tx, AccountId account, const std::vector<PollId>& polls) {
    return rows_of(exec(tx, select_votes_among, account, polls), read_vote);
}

std::vector<AccountId> local_voters(Tx& tx, PollId id) {
    return ids_of<AccountId>(exec(tx, select_local_voters, id));
}

std::vector<Poll> claim_dirty(Tx& tx, Time sent_before, int limit) {
    return rows_of(exec(tx, select_dirty, sent_before, limit), read);
}

std::vector<Poll> claim_ended(Tx& tx, Time now, int limit) {
    return rows_of(exec(tx, select_ended, now, limit), read);
}

void mark_announced(Tx& tx, PollId id, Time now) {
    exec(tx, update_announced, id, now);
}

void mark_end_handled(Tx& tx, PollId id) {
    exec(tx, update_end_handled, id);
}

} // namespace db::polls
