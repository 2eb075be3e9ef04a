#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/recalls.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <string>
#include <string_view>

/// Withdrawing a post everywhere (POLICY section 2): a privacy officer or a moderator does it, not
/// the author. The Delete goes to every inbox that ever got the post, before everything else in
/// the queue; servers with a server actor are asked to confirm, again and again for a week.
namespace outbox {

constexpr std::size_t max_recall_reason = 1'000; ///< Characters.

/// Whether this moderator may withdraw that post: a privacy officer any, others those of members
/// below them. Errors: NotFound (no post of ours), Forbidden.
Result<Done> check_recall(db::Tx& tx, const Acting& acting, std::string_view object);

/// `object`: the id or the page of a post of ours. `by`: as the audit log names them. The author
/// gets a letter with the reason.
///
/// Errors: NotFound (no post of ours, or erased before); Unprocessable (no reason, too long,
/// recalled before).
Result<db::RecallId> recall(db::Tx& tx,
                            const Instance& instance,
                            std::string_view object,
                            std::string_view by,
                            std::string_view reason,
                            Time now);

/// Makes the recall an act against its author, by whom the officer chose to: a strike that they can
/// appeal within 20 days. The letter of the recall has the reason. Nothing for who withdrew a post
/// of their own.
void strike_for_recall(db::Tx& tx, const Acting& acting, db::RecallId id);

/// Asks whose next question is due. Periodic.
void ask_for_confirmations(db::Tx& tx, const Instance& instance, Time now);

/// All that have not confirmed are asked once more, now. Errors: NotFound.
Result<int> ask_again(db::Tx& tx, db::RecallId id, std::string_view by, Time now);

/// What is known of a server: "confirmed", "sending", "taken, cannot confirm", "taken, not
/// confirmed", "no answer".
std::string_view recall_state(const db::RecallHost& host);

} // namespace outbox
