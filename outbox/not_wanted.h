#pragma once

#include "base/id.h"
#include "base/result.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// "Not wanted": three different members within a month stop a commercial partner, as an
/// organisation, whoever of its people had written (POLICY section 1, decision 350).
namespace outbox {

constexpr std::int64_t strikes_to_stop = 3;
constexpr std::chrono::hours strikes_count{30 * 24};

/// A member says so of a partner, for a post or the profile; once in a month of an organisation.
/// The district that carries it is told, not by whom.
/// Errors: NotFound, Unprocessable (no partner), Forbidden (a partner or guest says so).
Result<Done> not_wanted(db::Tx& tx, const Acting& acting, AccountId whom);
/// Whether that account is one of which this can be said.
bool is_partner(const db::Account& account, moderation::Peers& peers);

/// Another district's people said so of one of ours.
struct ToldNotWanted {
    AccountId whom{};
    std::string host{};
    std::string uri{}; ///< Of its Flag.
};
/// False when `whom` is no partner of ours, or it told enough this month.
bool take_not_wanted(db::Tx& tx, const Instance& instance, const ToldNotWanted& told, Time now);

} // namespace outbox
