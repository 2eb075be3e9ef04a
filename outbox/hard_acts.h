#pragma once

#include "base/result.h"
#include "db/approvals.h"
#include "db/roster_imports.h"
#include "moderation/covenant.h"
#include "outbox/acting.h"

#include <string>
#include <string_view>

/// What an administrator whose password is stolen would do first, so that it takes a second one
/// (POLICY section 5): promise less, take a block back, let many in or out by the roster.
/// outbox/approvals.h asks and decides; here is what each is.
namespace outbox {

constexpr std::string_view covenant_kind = "covenant.weaken";
constexpr std::string_view unblock_kind = "peer.unblock";
constexpr std::string_view roster_kind = "roster.apply";

/// So many people one person lets in or out within a day by imports, without a second one.
constexpr std::int64_t most_released_alone = 20;

enum class CovenantEnd { Published, Asked };
/// Publishes what promises no less than the covenant that stands, and tells the peers; asks for
/// what promises less, with the draft's reason.
/// Errors: Unprocessable, with a text to show (moderation::change_covenant, ask_approval).
Result<CovenantEnd> write_covenant(db::Tx& tx,
                                   const Acting& acting,
                                   const moderation::CovenantDraft& draft);
/// Of the table of approvals. Errors: Unprocessable (another version stands by now).
Result<Done> publish_weaker(db::Tx& tx, const Acting& asker, const db::Approval& approval);

/// Errors: NotFound (not blocked, no owner); Unprocessable (ask_approval).
Result<db::ApprovalId> ask_to_unblock(db::Tx& tx,
                                      const Acting& acting,
                                      const std::string& host,
                                      std::string_view reason);
/// Of the table of approvals. Errors: Unprocessable (not blocked any more).
Result<Done> end_block_asked(db::Tx& tx, const Acting& asker, const db::Approval& approval);

/// Whether `by` needs a second person to apply a waiting import: it, and what they released within
/// a day, let more people in or out than most_released_alone.
bool needs_second(db::Tx& tx, const db::RosterImport& import, std::string_view by, Time now);
/// Whether `by` may accept one more review today. Errors: Unprocessable, with a text to show.
Result<Done> check_review(db::Tx& tx, std::string_view by, Time now);
std::string roster_subject(const db::RosterImport& import); ///< Of its approval.
/// What is approved is that import; who asked applies it within a day.
/// Errors: NotFound (no roster officer); Unprocessable (ask_approval).
Result<db::ApprovalId> ask_to_apply(db::Tx& tx,
                                    const Acting& acting,
                                    const db::RosterImport& import,
                                    std::string_view reason);

} // namespace outbox
