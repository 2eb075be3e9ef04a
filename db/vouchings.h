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

using VouchingId = Id<struct VouchingTag>;

enum class VouchingState { Asked, Vouched, Ended };

/// A row of `vouchings`.
struct Vouching {
    VouchingId id{};
    AccountId candidate{};
    std::string kind{};
    std::string statement{};
    VouchingState state = VouchingState::Asked;
    Time asked_at{};
    std::optional<Time> until{};
    std::optional<Time> short_since{};
    std::optional<Time> ended_at{};
    std::string end_reason{};
};

/// A row of `sponsorships`.
struct Sponsorship {
    VouchingId vouching{};
    AccountId sponsor{};
    std::string answer{}; ///< "", "confirmed", "declined", "withdrawn".
    std::optional<Time> answered_at{};
};

/// What makes a sponsor.
struct SponsorStanding {
    bool is_long_attested = false; ///< By the roster, for 90 days.
    std::int64_t living = 0;       ///< Other people for whom they stand.
    bool is_frozen = false;
    std::vector<std::string> schools{}; ///< Sourced ids of the roster's orgs.
};

struct SponsorFreeze {
    AccountId account{};
    Time frozen_at{};
    std::string reason{};
};

/// How one ends.
struct VouchingEnd {
    std::string by{}; ///< As in audit_log.actor.
    std::string reason{};
    bool for_cause = false;
};

} // namespace db

namespace db::vouchings {

/// False when the candidate already waits for answers.
bool insert(Tx& tx, const Vouching& vouching, const std::vector<AccountId>& sponsors);
/// Locked until the end of the transaction.
std::optional<Vouching> find_locked(Tx& tx, VouchingId id);
/// The one that is asked for, or the one that holds.
std::optional<Vouching> find_in_state(Tx& tx, AccountId candidate, VouchingState state);
/// How many the candidate asked for since then.
std::int64_t count_asked_since(Tx& tx, AccountId candidate, Time since);
/// One of the candidate ended for cause since then.
bool ended_for_cause_since(Tx& tx, AccountId candidate, Time since);
/// Asked for and in force; oldest first.
std::vector<Vouching> list_living(Tx& tx);
/// Of those that did not end, where that account is asked or stands.
std::vector<Vouching> list_of_sponsor(Tx& tx, AccountId sponsor);

/// How many wait for the answer of that account.
std::int64_t count_waiting(Tx& tx, AccountId sponsor);

void set_vouched(Tx& tx, VouchingId id, Time now, Time until);
void set_short(Tx& tx, VouchingId id, std::optional<Time> since);
/// That the candidate and the sponsors were told of its end. False when they were before.
bool set_end_told(Tx& tx, VouchingId id, Time now);
void end(Tx& tx, VouchingId id, const VouchingEnd& end, Time now);

std::vector<Sponsorship> sponsors(Tx& tx, VouchingId id);
/// Only of somebody who was asked. False when the answer was the same.
bool answer(Tx& tx, VouchingId id, AccountId sponsor, std::string_view answer, Time now);

/// `besides`: a candidate who does not count, since it is about them.
SponsorStanding standing_of(Tx& tx, AccountId sponsor, AccountId besides, Time now);
/// How many confirmed sponsors are still attested by the roster.
std::int64_t count_standing(Tx& tx, VouchingId id, Time now);

/// One of ours whom sponsors vouched for at any time, and whom nothing stronger attests now.
bool is_known_by_sponsors_only(Tx& tx, AccountId account, Time at);
/// Of `others` the moderators here, and who was asked to stand for the candidate and did not say
/// no.
std::vector<AccountId> open_to_candidate(Tx& tx,
                                         AccountId candidate,
                                         const std::vector<AccountId>& others);

void freeze(Tx& tx, VouchingId because_of, std::string_view reason, Time now);
bool unfreeze(Tx& tx, AccountId sponsor);
std::vector<SponsorFreeze> list_frozen(Tx& tx);

} // namespace db::vouchings
