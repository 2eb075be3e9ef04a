#pragma once

#include "moderation/draft.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

/// Commercial partners (POLICY section 1): under which name an organisation is counted, and what
/// those whom this district carries may send.
namespace moderation {

/// Under which strikes and caps of an account are counted: its organisation's actor id, or "host:"
/// and the host where that is a partner as a whole. Nothing for who is no partner.
std::optional<std::string> organisation_of(const db::Account& account, db::PeerLevel level);

/// Whether a link in clean HTML has a parameter that tells who clicked, or the campaign.
bool has_tracking_link(std::string_view html);

struct PartnerFacts {
    bool is_over = false;        ///< Ended, or no longer one of its people.
    bool is_stopped = false;     ///< By three "not wanted".
    std::set<AccountId> known{}; ///< Of those it concerns: who follows them, or wrote to them.
    AccountId self{};
    AccountId about_author{};    ///< Of the post it is about; 0: none.
    std::int64_t posts_left = 0; ///< Of the organisation's caps this week.
    std::int64_t mentions_left = 0;
};

/// A reason of explain(), when a partner may not. Pure.
std::optional<std::string_view> find_partner_fault(const Outgoing& outgoing,
                                                   const PartnerFacts& facts);

/// The same with facts that are loaded; nothing, and no query, for who is no partner.
std::optional<std::string_view> find_partner_fault(db::Tx& tx,
                                                   const db::Account& author,
                                                   const Outgoing& outgoing,
                                                   Time now);

/// Counts what a partner sends for its organisation's caps.
void note_partner_post(db::Tx& tx, const db::Account& author, const Outgoing& outgoing, Time now);

} // namespace moderation
