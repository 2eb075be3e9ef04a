#pragma once

#include "moderation/draft.h"

#include <optional>
#include <set>
#include <string_view>

/// What a guest of one circle may send (POLICY section 1). The first thing that the outgoing chain
/// asks.
namespace moderation {

struct GuestFacts {
    bool is_over = false;          ///< The day of the invitation has come.
    std::set<AccountId> reached{}; ///< Of those it concerns: the circle, and who wrote first.
    AccountId about_author{};      ///< Of the post it is about; 0: none.
};

/// A reason of explain(), when a guest may not. Pure.
std::optional<std::string_view> find_guest_fault(const Outgoing& outgoing, const GuestFacts& facts);

/// The same with facts that are loaded; nothing for who is no guest.
std::optional<std::string_view> find_guest_fault(db::Tx& tx,
                                                 AccountId author,
                                                 const Outgoing& outgoing,
                                                 Time now);

} // namespace moderation
