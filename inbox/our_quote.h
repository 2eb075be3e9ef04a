#pragma once

#include "db/tx.h"
#include "inbox/received.h"

#include <string_view>

namespace inbox {

/// Takes the quoted author's word on a QuoteRequest of ours, which the activity names by its id or
/// carries: `stamp_uri`, or "" for no. False when it is about something else, and when no quote of
/// ours waits for the sender's word.
bool answer_our_quote(db::Tx& tx,
                      const House& house,
                      const Received& received,
                      std::string_view stamp_uri);

} // namespace inbox
