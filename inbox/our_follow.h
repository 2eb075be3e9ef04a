#pragma once

#include "db/follows.h"
#include "inbox/received.h"

#include <optional>

namespace inbox {

/// The Follow of one of ours that an Accept or Reject answers: named by its id, or by follower and
/// followed when some server lost the id. Only one whose followed account is the sender.
std::optional<db::Follow> find_our_follow(db::Tx& tx, const House& house, const Received& received);

/// Whether it answers the Follow that our server actor sent to the sender's house.
bool answers_our_peering(db::Tx& tx, const Received& received);

} // namespace inbox
