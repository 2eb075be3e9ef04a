#pragma once

#include "base/result.h"
#include "db/shields.h"
#include "db/tx.h"
#include "moderation/filters.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// The shield against pile-ons (POLICY section 2). While it is up, what strangers do to a member is
/// put aside without a sound, their boosts stay out of timelines and their quotes are held; who is
/// known to the member comes through as always, and the profile is not found by searching.
namespace moderation {

constexpr std::chrono::hours shield_lasts{72};

/// Whether so many strangers are a pile, against what is normal for that member: a teacher with
/// 50,000 followers has applause, not an attack. Pure.
bool is_pile(const db::Approaches& approaches);

/// A member whom a stranger comes near by what they send: a mention, a reply, a quote, a boost.
struct Approached {
    AccountId member{};
    std::string uri{};
    bool is_shielded = false;
};
std::vector<Approached> approached(const Subject& subject, const Facts& facts); ///< Pure.

/// Remembers who came near whom by an activity that passed the filters, and raises shields where
/// that makes a pile.
void note_approaches(db::Tx& tx,
                     const std::vector<Approached>& approached,
                     AccountId sender,
                     Time now);

/// By the member's own or a moderator's hand; lasts 72 hours from now.
void raise_shield(db::Tx& tx, AccountId account, std::string_view by, Time now);
/// Errors: NotFound (there is none up).
Result<Done> lower_shield(db::Tx& tx, AccountId account, std::string_view by, Time now);

} // namespace moderation
