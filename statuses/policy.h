#pragma once

#include "base/json.h"
#include "base/result.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <string_view>

namespace federation {
struct InteractionPolicy;
}

/// Who may quote, answer, like and boost a post (PROTOCOL section 15).
///
/// In `statuses.interaction_policy` the policy on quotes stands as {"automatic": [...], "manual":
/// [...]}; each entry is "public", "followers", "following" or an actor id, an empty list is
/// nobody. The others stand beside it as "reply", "like" and "announce", where they are stated.
namespace statuses {

/// What a post of ours begins with: open ones may be quoted by everybody, others by nobody.
Json usual_policy(db::Visibility visibility);
/// By the words of clients: public, followers, nobody, and ask, which is ours: the author decides
/// about each. Only open posts can be quoted by others.
/// Errors: Unprocessable.
Result<Json> policy_named(std::string_view name, db::Visibility visibility);
/// null when the note states nothing.
Json policy_row(const federation::InteractionPolicy& policy, const db::Account& author);
/// As it goes on the wire. Ours without a row: public and unlisted posts may be quoted by
/// everybody, others by nobody.
federation::InteractionPolicy wire_policy(const db::Status& status, const db::Account& author);

enum class QuoteAnswer { Accept, Ask, Reject };
/// How a request to quote one of our posts is answered. Posts that are not open are never quoted,
/// but by their author; what `asker` may not see is answered as if it were not there (the caller's
/// question to may_see).
QuoteAnswer answer_quote(db::Tx& tx,
                         const db::Status& status,
                         const db::Account& author,
                         const db::Account& asker);

enum class Interaction { Reply, Like, Announce };
/// May `asker` answer, like or boost a post? Who states nothing asks nobody; the author, and for
/// answers whom the post mentions or answers, always may (PROTOCOL section 15).
QuoteAnswer answer_interaction(db::Tx& tx,
                               Interaction interaction,
                               const db::Status& status,
                               const db::Account& author,
                               const db::Account& asker);
/// Whether nobody needs leave for it.
bool takes_all(const db::Status& status, Interaction interaction);

} // namespace statuses
