#pragma once

#include "base/time.h"
#include "db/accounts.h"
#include "db/tx.h"

namespace moderation {
struct Outgoing;
}

/// The other side of the shield (POLICY section 2): our own people make up a pile on somebody
/// elsewhere. Nothing is stopped; who took part is asked to slow down, and our moderators see it
/// before that person's do.
namespace outbox {

/// After something of `author` passed the filters. Whom it mentions, answers, quotes or boosts and
/// who does not know the author is counted, and when that makes a pile (moderation::is_pile), those
/// of ours who took part in the last six hours get a letter, each once in 72 hours, and the
/// moderators one.
void note_pile(db::Tx& tx,
               const db::Account& author,
               const moderation::Outgoing& outgoing,
               Time now);

/// Moderators get a letter about each shield that went up by itself. Periodic.
void tell_of_shields(db::Tx& tx, Time now);

} // namespace outbox
