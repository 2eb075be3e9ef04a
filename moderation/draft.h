#pragma once

#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "moderation/filters.h"
#include "moderation/peers.h"

#include <optional>
#include <string>
#include <vector>

namespace moderation {

/// What one of ours is about to send: a post, or an interaction with somebody's post or account.
struct Outgoing {
    std::string type = "Create"; ///< Create, Like, Announce, Follow, QuoteRequest, ...
    db::Visibility visibility = db::Visibility::Public;
    bool local_only = false;
    std::vector<db::Account> mentioned{};
    std::vector<std::string> addressed{}; ///< Of an edit: actor ids that the post reached before.
    std::string edited{};                 ///< Of an edit: the id of the post.
    std::optional<db::Status> about{};    ///< The parent, or the post liked, boosted or quoted.
    std::optional<db::Account> whom{};    ///< Its author, or who is followed.
    std::size_t body_bytes = 0;
    std::string html{}; ///< Of a post: as it will be read.
    std::string spoiler_text{};
    std::vector<std::string> media_types{};
    bool has_undescribed_media = false;
    std::string more_text{};      ///< Of its media, and a poll's choices.
    bool no_student_seen = false; ///< The author said so of the pictures.
};

/// The filter chain, outgoing. A verdict other than accept is written to the audit log in `tx`:
/// commit it also when the answer is a refusal. Loads its facts in a fixed number of queries.
Decision check_draft(
    db::Tx& tx, Peers& peers, const db::Account& author, const Outgoing& outgoing, Time now);

/// Whether filter 9 would have the author asked: its reason, or "". Writes nothing.
std::string_view find_student_named(
    db::Tx& tx, Peers& peers, const db::Account& author, const Outgoing& outgoing, Time now);

/// What a refused draft is answered with: a guest can address it to somebody else.
Error::Kind kind_of_refusal(const Decision& decision);

/// Keeps a draft of `author` that a filter holds. `payload` is what the outbox goes on with.
HeldId hold_draft(
    db::Tx& tx, const db::Account& author, const Decision& decision, std::string payload, Time now);

} // namespace moderation
