#pragma once

#include "db/tx.h"
#include "inbox/received.h"

#include <string_view>

namespace inbox {

/// Takes a post's author's word on an answer or boost of ours, which the activity names by its id
/// or that of its Create or Announce: `stamp_uri`, or "" for no. False when it is about something
/// else, and when nothing of ours waits for the sender's word.
bool answer_our_leave(db::Tx& tx,
                      const House& house,
                      const Received& received,
                      std::string_view stamp_uri);

/// The sender does not take a Like of ours: it goes. False when it is about something else.
bool end_refused_like(db::Tx& tx, const House& house, const Received& received);

} // namespace inbox
