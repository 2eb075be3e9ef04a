#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "db/accounts.h"
#include "db/quote_requests.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <cstdint>
#include <string_view>

/// Requests to quote a post of a member who wants to be asked (FEP-044f, PROTOCOL section 15).
namespace outbox {

/// Keeps the request until the author decides, and tells them. False, and nothing kept, when the
/// same was asked before, or too much of what the asker asked this author waits.
bool keep_quote_request(db::Tx& tx, const db::QuoteRequest& request);

/// The word of the post's author, to an asker of another server: an Accept with a stamp, or a
/// Reject. A stamp that was withdrawn is not given again.
void answer_quote_request_of(db::Tx& tx,
                             const Instance& instance,
                             const db::Account& author,
                             const db::Account& asker,
                             const db::QuoteRequest& request,
                             Time now);

enum class QuoteDecision { Accept, Reject };

/// The member decides, and the asker gets to know; the first word stands.
/// Errors: NotFound (not a request to the member, or who asked is gone).
Result<db::QuoteRequest> decide_quote_request(db::Tx& tx,
                                              const Acting& acting,
                                              std::int64_t id,
                                              QuoteDecision decision);

} // namespace outbox
