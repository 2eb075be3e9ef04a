#include "db/vouchings.h"

#include "db/query.h"

#include <array>
#include <stdexcept>

namespace db::vouchings {
namespace {

constexpr std::array<std::string_view, 3> states = {"asked", "vouched", "ended"};

constexpr auto insert_vouching = R"sql(
    INSERT INTO vouchings (candidate_id, kind, statement, asked_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (candidate_id) WHERE state = 'asked' DO NOTHING RETURNING id
)sql";
constexpr auto insert_sponsorships = R"sql(
    INSERT INTO sponsorships (vouching_id, sponsor_id) SELECT $1, unnest($2::bigint[])
)sql";
constexpr auto select_locked = R"sql(
    SELECT id, candidate_id, kind, statement, state, asked_at, until, short_since, ended_at,
        end_reason
    FROM vouchings WHERE id = $1 FOR UPDATE
)sql";
constexpr auto select_in_state = R"sql(
    SELECT id, candidate_id, kind, statement, state, asked_at, until, short_since, ended_at,
        end_reason
    FROM vouchings WHERE candidate_id = $1 AND state = $2 ORDER BY id DESC LIMIT 1
)sql";
constexpr auto count_asked =
    "SELECT count(*) FROM vouchings WHERE candidate_id = $1 AND asked_at >= $2";
constexpr auto select_for_cause = R"sql(
    SELECT 1 FROM vouchings WHERE candidate_id = $1 AND for_cause AND ended_at >= $2
)sql";
constexpr auto select_living = R"sql(
    SELECT id, candidate_id, kind, statement, state, asked_at, until, short_since, ended_at,
        end_reason
    FROM vouchings WHERE state = 'asked' OR state = 'vouched' ORDER BY id
)sql";
constexpr auto select_of_sponsor = R"sql(
    SELECT v.id, v.candidate_id, v.kind, v.statement, v.state, v.asked_at, v.until, v.short_since,
        v.ended_at, v.end_reason
    FROM vouchings v JOIN sponsorships s ON s.vouching_id = v.id
    WHERE s.sponsor_id = $1 AND s.answer IN ('', 'confirmed') AND v.state <> 'ended'
    ORDER BY v.id
)sql";
constexpr auto count_unanswered = R"sql(
    SELECT count(*) FROM sponsorships s JOIN vouchings v ON v.id = s.vouching_id
    WHERE s.sponsor_id = $1 AND s.answer = '' AND v.state = 'asked'
)sql";
constexpr auto update_vouched = R"sql(
    UPDATE vouchings SET state = 'vouched', vouched_at = $2, until = $3, short_since = NULL
    WHERE id = $1
)sql";
constexpr auto update_short = "UPDATE vouchings SET short_since = $2 WHERE id = $1";
constexpr auto update_end_told = R"sql(
    UPDATE vouchings SET end_told_at = $2 WHERE id = $1 AND end_told_at IS NULL
)sql";
constexpr auto select_by_sponsors_only = "SELECT known_by_sponsors_only($1, $2)";
constexpr auto select_open = "SELECT open_to_candidate($1, $2::bigint[])";
constexpr auto update_ended = R"sql(
    UPDATE vouchings SET state = 'ended', ended_at = $5, ended_by = $2, end_reason = $3,
        for_cause = $4
    WHERE id = $1
)sql";
constexpr auto select_sponsors = R"sql(
    SELECT vouching_id, sponsor_id, answer, answered_at FROM sponsorships
    WHERE vouching_id = $1 ORDER BY sponsor_id
)sql";
constexpr auto update_answer = R"sql(
    UPDATE sponsorships SET answer = $3, answered_at = $4
    WHERE vouching_id = $1 AND sponsor_id = $2 AND answer <> $3
)sql";
constexpr auto select_standing = R"sql(
    SELECT stands_by_roster_long($1, $3),
        (SELECT count(DISTINCT v.candidate_id) FROM sponsorships s
         JOIN vouchings v ON v.id = s.vouching_id
         WHERE s.sponsor_id = $1 AND s.answer = 'confirmed' AND v.state <> 'ended'
           AND v.candidate_id <> $2),
        EXISTS (SELECT 1 FROM sponsor_freezes f WHERE f.account_id = $1),
        array_to_json(schools_of($1, ($3::timestamptz AT TIME ZONE 'UTC')::date))
)sql";
constexpr auto count_sponsors = R"sql(
    SELECT count(*) FROM sponsorships s
    WHERE s.vouching_id = $1 AND s.answer = 'confirmed' AND stands_by_roster(s.sponsor_id, $2)
)sql";
constexpr auto insert_freezes = R"sql(
    INSERT INTO sponsor_freezes (account_id, vouching_id, frozen_at, reason)
    SELECT s.sponsor_id, $1, $3, $2 FROM sponsorships s
    WHERE s.vouching_id = $1 AND s.answer = 'confirmed'
    ON CONFLICT (account_id) DO NOTHING
)sql";
constexpr auto delete_freeze = "DELETE FROM sponsor_freezes WHERE account_id = $1";
constexpr auto select_freezes =
    "SELECT account_id, frozen_at, reason FROM sponsor_freezes ORDER BY frozen_at";

VouchingState parse_state(std::string_view text) {
    for (std::size_t i = 0; i < states.size(); ++i)
        if (states[i] == text) return static_cast<VouchingState>(i);
    throw std::logic_error("vouchings: unknown state");
}

Vouching read(Columns c) {
    Vouching row;
    row.id = c.id<VouchingId>();
    row.candidate = c.id<AccountId>();
    row.kind = c.text();
    row.statement = c.text();
    row.state = parse_state(c.text());
    row.asked_at = c.time();
    row.until = c.maybe_time();
    row.short_since = c.maybe_time();
    row.ended_at = c.maybe_time();
    row.end_reason = c.text();
    return row;
}

Sponsorship read_sponsorship(Columns c) {
    Sponsorship row;
    row.vouching = c.id<VouchingId>();
    row.sponsor = c.id<AccountId>();
    row.answer = c.text();
    row.answered_at = c.maybe_time();
    return row;
}

SponsorStanding read_standing(Columns c) {
    SponsorStanding row;
    row.is_long_attested = c.flag();
    row.living = c.number();
    row.is_frozen = c.flag();
    row.schools = c.json().get<std::vector<std::string>>();
    return row;
}

SponsorFreeze read_freeze(Columns c) {
    SponsorFreeze row;
    row.account = c.id<AccountId>();
    row.frozen_at = c.time();
    row.reason = c.text();
    return row;
}

} // namespace

bool insert(Tx& tx, const Vouching& v, const std::vector<AccountId>& sponsors) {
    const auto rows = exec(tx, insert_vouching, v.candidate, v.kind, v.statement, v.asked_at);
    if (rows.empty()) return false;
    exec(tx, insert_sponsorships, Columns(rows.front()).id<VouchingId>(), sponsors);
    return true;
}

std::optional<Vouching> find_locked(Tx& tx, VouchingId id) {
    return first_of(exec(tx, select_locked, id), read);
}

std::optional<Vouching> find_in_state(Tx& tx, AccountId candidate, VouchingState state) {
    return first_of(
        exec(tx, select_in_state, candidate, states.at(static_cast<std::size_t>(state))), read);
}

std::int64_t count_asked_since(Tx& tx, AccountId candidate, Time since) {
    return Columns(exec(tx, count_asked, candidate, since).front()).number();
}

bool ended_for_cause_since(Tx& tx, AccountId candidate, Time since) {
    return !exec(tx, select_for_cause, candidate, since).empty();
}

std::vector<Vouching> list_living(Tx& tx) {
    return rows_of(exec(tx, select_living), read);
}

std::vector<Vouching> list_of_sponsor(Tx& tx, AccountId sponsor) {
    return rows_of(exec(tx, select_of_sponsor, sponsor), read);
}

std::int64_t count_waiting(Tx& tx, AccountId sponsor) {
    return Columns(exec(tx, count_unanswered, sponsor).front()).number();
}

void set_vouched(Tx& tx, VouchingId id, Time now, Time until) {
    exec(tx, update_vouched, id, now, until);
}

void set_short(Tx& tx, VouchingId id, std::optional<Time> since) {
    exec(tx, update_short, id, since);
}

bool set_end_told(Tx& tx, VouchingId id, Time now) {
    return exec(tx, update_end_told, id, now).affected_rows() == 1;
}

bool is_known_by_sponsors_only(Tx& tx, AccountId account, Time at) {
    return Columns(exec(tx, select_by_sponsors_only, account, at).front()).flag();
}

std::vector<AccountId> open_to_candidate(Tx& tx,
                                         AccountId candidate,
                                         const std::vector<AccountId>& others) {
    return ids_of<AccountId>(exec(tx, select_open, candidate, others));
}

void end(Tx& tx, VouchingId id, const VouchingEnd& end, Time now) {
    exec(tx, update_ended, id, end.by, end.reason, end.for_cause, now);
}

std::vector<Sponsorship> sponsors(Tx& tx, VouchingId id) {
    return rows_of(exec(tx, select_sponsors, id), read_sponsorship);
}

bool answer(Tx& tx, VouchingId id, AccountId sponsor, std::string_view answer, Time now) {
    return exec(tx, update_answer, id, sponsor, answer, now).affected_rows() == 1;
}

SponsorStanding standing_of(Tx& tx, AccountId sponsor, AccountId besides, Time now) {
    return read_standing(Columns(exec(tx, select_standing, sponsor, besides, now).front()));
}

std::int64_t count_standing(Tx& tx, VouchingId id, Time now) {
    return Columns(exec(tx, count_sponsors, id, now).front()).number();
}

void freeze(Tx& tx, VouchingId because_of, std::string_view reason, Time now) {
    exec(tx, insert_freezes, because_of, reason, now);
}

bool unfreeze(Tx& tx, AccountId sponsor) {
    return exec(tx, delete_freeze, sponsor).affected_rows() == 1;
}

std::vector<SponsorFreeze> list_frozen(Tx& tx) {
    return rows_of(exec(tx, select_freezes), read_freeze);
}

} // namespace db::vouchings
