#pragma once

#include "base/id.h"
#include "base/result.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <optional>
#include <string>
#include <string_view>

/// What moderators do to accounts. `acting` is the moderator, whose permission the door has
/// checked; here it is checked that they may act on this one. Every act is in the audit log.
namespace outbox {

/// `None` only tells the member; `Disable` takes the sign-in away and nothing else.
enum class Sanction { None, Sensitive, Disable, Silence, Suspend };
std::optional<Sanction> parse_sanction(std::string_view text); ///< "none", "sensitive", ...

struct SanctionDraft {
    AccountId target{};
    Sanction sanction = Sanction::None;
    std::string text{}; ///< The reason: for the audit log, and for the member when told.
    ReportId report{};  ///< Resolved by this, with all others about the account; 0: none.
    bool tells = true;  ///< One of ours gets a mail.
};

/// Takes effect with the next request, here and in every process; peers are told of a suspension.
/// Errors: NotFound; Forbidden for equals, superiors and oneself, and what does not fit (Disable of
/// somebody who is not ours); Unprocessable (the text is too long).
Result<Done> sanction(db::Tx& tx, const Acting& acting, const SanctionDraft& draft);
/// Takes one back; nothing changes when it does not stand.
/// Errors: NotFound, Forbidden.
Result<Done> lift(db::Tx& tx, const Acting& acting, AccountId target, Sanction sanction);

/// The same, whoever acts: for what two other districts decided (outbox/appeal_reviews.h).
Result<Done> relieve(db::Tx& tx, const Acting& acting, AccountId target, Sanction sanction);

/// Whether `acting` may act on that account at all: a higher role than its own, and not oneself.
/// Errors: NotFound, Forbidden.
Result<Done> check_outranks(db::Tx& tx, const Acting& acting, AccountId target);

/// Lets a new member in, or sends them away; then the name is free of them but stays taken.
/// Errors: NotFound; Forbidden when they do not wait.
Result<Done> approve(db::Tx& tx, const Acting& acting, AccountId target);
Result<Done> reject(db::Tx& tx, const Acting& acting, AccountId target);

/// Deletes somebody suspended, with all posts, for good; of our own people peers are told.
/// Errors: NotFound; Forbidden, also while they are not suspended.
/// Two people decide about it: outbox/approvals.h is its only caller besides the command line.
Result<Done> remove_account(db::Tx& tx, const Acting& acting, AccountId target);

/// Whether remove_account would do it. Errors: its.
Result<Done> check_removal(db::Tx& tx, const Acting& acting, AccountId target);

/// A line of the audit log: this moderator did that to `subject` (a uri or host).
void audit(db::Tx& tx,
           const Acting& acting,
           std::string_view act,
           std::string_view subject,
           std::string_view reason = {},
           Json details = Json::object());

} // namespace outbox
