#pragma once

#include "db/accounts.h"
#include "db/tx.h"
#include "moderation/explanation.h"
#include "moderation/peers.h"

#include <string_view>
#include <vector>

namespace moderation {

/// What a member is told of "why did this not arrive": of their own posts everything that had an
/// effect; of others' what the filters did, but not whom somebody blocked, who is shielded, whom a
/// moderator limited, or what is only counted; of a server whether it is on the list. Newest first.
/// `what`: the id of a post or of an activity, or a host.
std::vector<Reason> why_for_member(
    db::Tx& tx, Peers& peers, const db::Account& me, std::string_view what, Time now);

} // namespace moderation
