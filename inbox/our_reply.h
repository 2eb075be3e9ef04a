#pragma once

#include "db/tx.h"
#include "inbox/received.h"

#include <string_view>

namespace inbox {

/// Takes a post's author's word on an answer of ours, which the activity names by the answer's id
/// or that of its Create: `stamp_uri`, or "" for no. False when it is about something else, and
/// when no answer of ours waits for the sender's word.
bool answer_our_reply(db::Tx& tx,
                      const House& house,
                      const Received& received,
                      std::string_view stamp_uri);

} // namespace inbox
