#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "statuses/policy.h"

#include <string_view>

/// What the author of a post asks of who answers, likes or boosts it (PROTOCOL section 15).
namespace outbox {

/// Whether the author must be asked. Errors: Forbidden, when the answer is known to be no.
Result<statuses::QuoteAnswer> ask_policy(db::Tx& tx,
                                         statuses::Interaction interaction,
                                         const db::Status& status,
                                         const db::Account& self);

/// An answer that needs leave goes to the parent's author alone.
void ask_for_leave(db::Tx& tx,
                   const db::Status& status,
                   const db::Status& parent,
                   const Json& object);

/// That author's word on an answer or a boost: with the stamp it goes to everybody whom it is for;
/// "" is no, and ends the boost. False, and nothing written, when nothing waits for that author's
/// word, or the stamp is not on their origin.
bool answer_leave_request(db::Tx& tx,
                          const Instance& instance,
                          StatusId status,
                          const db::Account& author,
                          std::string_view stamp_uri,
                          Time now);

} // namespace outbox
