#pragma once

#include "base/result.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"
#include "outbox/publish.h"

#include <optional>
#include <string_view>

/// Quotes with consent (FEP-044f, PROTOCOL section 15).
namespace outbox {

/// The post that a draft quotes, when its author may. A quote of one's own followers-only post
/// becomes followers-only itself. Nothing when the draft quotes nothing.
/// Errors: NotFound (not there for the author, or its policy says no: the same answer),
/// Unprocessable (a post of another server, quoted where its author would not see it), Forbidden
/// (a filter).
Result<std::optional<db::Status>> find_quoted(db::Tx& tx,
                                              const Acting& acting,
                                              const db::Account& self,
                                              Draft& draft);

/// Writes the quote into a status that is not stored yet. Of one's own post it stands; of a post of
/// ours it stands by a stamp given at once; of another server's it waits for an answer.
void write_quote(db::Tx& tx, const Acting& acting, db::Status& status, const db::Status& quoted);

/// After the post is stored and sent: tells the quoted author here, or asks the one elsewhere by a
/// QuoteRequest with `object`, the post as it is sent.
void ask_for_quote(db::Tx& tx,
                   const Acting& acting,
                   const db::Status& status,
                   const db::Status& quoted,
                   const Json& object);

/// The quoted author answered the QuoteRequest about our post `status`: with the stamp's uri, or
/// with "" for no. Readers of the post are told by an Update. False, and nothing written, when no
/// quote waits for that author's word, or the stamp is not on their origin.
bool answer_quote_request(db::Tx& tx,
                          const Instance& instance,
                          StatusId status,
                          const db::Account& quoted_author,
                          std::string_view stamp_uri,
                          Time now);

/// Takes back that `quoting` quotes the member's post: the stamp is withdrawn, and whoever may have
/// it is told. Returns the quoting post. Errors: NotFound.
Result<db::Status> revoke_quote(db::Tx& tx,
                                const Acting& acting,
                                StatusId quoted,
                                StatusId quoting);

/// Who may quote the member's post from now on: public, followers, nobody or ask. Quotes that stand
/// stay. Errors: NotFound, Unprocessable (another word; a post that is not open can be quoted by
/// nobody).
Result<db::Status> set_quote_policy(db::Tx& tx,
                                    const Acting& acting,
                                    StatusId id,
                                    std::string_view policy);

} // namespace outbox
