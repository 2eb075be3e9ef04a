#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct Poll {
    PollId id{};
    StatusId status{};
    std::vector<std::string> options{};
    std::vector<std::int64_t> tallies{}; ///< As many as options.
    bool multiple = false;
    bool hide_totals = false;
    std::optional<std::int64_t> voters_count{}; ///< Nothing: the origin does not say.
    std::optional<Time> expires_at{};           ///< Nothing: open end.
    std::optional<Time> closed_at{};
    std::optional<Time> announced_at{}; ///< Ours: when tallies were last sent.

    bool is_over(Time now) const {
        return closed_at.has_value() || (expires_at.has_value() && *expires_at <= now);
    }
};

struct PollVote {
    PollId poll{};
    AccountId account{};
    int choice = 0;
};

} // namespace db

namespace db::polls {

/// Inserts for `poll.status` and sets statuses.poll_id of it. Returns the new id.
PollId insert(Tx& tx, const Poll& poll);
/// Options, multiple, tallies and end from the origin.
void update(Tx& tx, const Poll& poll);
void remove_votes(Tx& tx, PollId id);
/// Only what the origin counts: tallies, voters, closed.
void set_tallies(Tx& tx, const Poll& poll);

std::optional<Poll> find(Tx& tx, PollId id);
std::optional<Poll> find_by_status(Tx& tx, StatusId status);
std::vector<Poll> list_all(Tx& tx, const std::vector<StatusId>& statuses);
/// Locks the row until the transaction ends, so that two votes of one account are seen one after
/// the other. Call before votes_of and cast.
std::optional<Poll> lock(Tx& tx, PollId id);

/// Writes the choices of one voter and counts those that are new, and the voter if it is the first.
/// Returns how many were new. The caller has checked the choices' range and `multiple`.
/// `count`: ours is counted here; a remote poll's tallies come from its owner only.
enum class Tally { Count, Leave };
int cast(Tx& tx,
         PollId id,
         AccountId account,
         const std::vector<std::int64_t>& choices,
         std::string_view uri,
         Tally tally);
/// Ascending.
std::vector<int> votes_of(Tx& tx, PollId id, AccountId account);
std::vector<PollVote> votes_among(Tx& tx, AccountId account, const std::vector<PollId>& polls);
/// Our members who voted.
std::vector<AccountId> local_voters(Tx& tx, PollId id);

/// Our polls whose tallies changed and were last sent before `sent_before`. Locks the rows; those
/// that another process holds are left out.
std::vector<Poll> claim_dirty(Tx& tx, Time sent_before, int limit);
/// Polls, ours and theirs, that are over and whose end was not handled. Locks likewise.
std::vector<Poll> claim_ended(Tx& tx, Time now, int limit);
void mark_announced(Tx& tx, PollId id, Time now);
void mark_end_handled(Tx& tx, PollId id);

} // namespace db::polls
