#pragma once

#include "db/follows.h"
#include "inbox/received.h"
#include "outbox/peering_answers.h"

#include <optional>

namespace inbox {

/// The Follow of one of ours that an Accept or Reject answers: named by its id, or by follower and
/// followed when some server lost the id. Only one whose followed account is the sender.
std::optional<db::Follow> find_our_follow(db::Tx& tx, const House& house, const Received& received);

/// The sender as a server actor that speaks for its house, about being peers.
outbox::House house_of(const House& house, const db::Account& sender);

} // namespace inbox
