#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/result.h"
#include "db/cases.h"
#include "db/reports.h"
#include "db/tx.h"
#include "federation/case.h"
#include "outbox/acting.h"

#include <string>
#include <string_view>

/// Reports become cases, moderators decide about cases, and whoever reported hears of it (POLICY
/// section 3, decision 310). The pages and the client API come here both.
namespace outbox {

/// Stores a report in the open case about its target; the first one opens it. Copies of the posts
/// are kept. When moderators found all its posts to be no breach, and none was edited since, it
/// joins that closed case instead: it is resolved already, and nobody is troubled.
/// `is_urgent`: hours instead of school days. The times are those of our covenant.
db::Report file_report(db::Tx& tx, const Instance& instance, db::Report report, bool is_urgent);

/// The case of a report; of one that was decided before there were cases, a new one.
db::CaseId case_of(db::Tx& tx, const Instance& instance, const db::Report& report);

// What moderators do; each is in the audit log. Errors: NotFound; Forbidden where the moderator is
// who was reported.
Result<Done> assign_case(db::Tx& tx, const Acting& acting, db::CaseId id);
Result<Done> unassign_case(db::Tx& tx, const Acting& acting, db::CaseId id);
Result<Done> mark_case_urgent(db::Tx& tx, const Acting& acting, db::CaseId id);
/// Errors also: Unprocessable (empty, or longer than 5,000 characters).
Result<Done> note_on_case(db::Tx& tx, const Acting& acting, db::CaseId id, const std::string& text);

struct CaseForward {
    std::string comment{};
    std::string clause{}; ///< moderation::known_clauses(); "": none in particular.
};
/// Sends a Flag about it to the moderators of who was reported, or to them (outbox/moderators.h).
/// Our server actor signs it; who reported is not named, and only `forward` is said. By when that
/// server is to answer is what its own policy says.
/// Errors also: Unprocessable (somebody of ours, sent already, the comment is too long, no clause).
Result<Done> forward_case(db::Tx& tx,
                          const Acting& acting,
                          db::CaseId id,
                          const CaseForward& forward);

struct CaseDecision {
    std::string outcome = "no-breach"; ///< federation::is_outcome.
    std::string note{};                ///< Who reported reads it.
};
/// Decides: all its reports are resolved, members who reported get a mail, servers an Update of the
/// case that they were given. "no-breach" clears the posts until they are edited.
/// Errors also: Unprocessable (decided already, no such outcome, the note is too long).
Result<Done> close_case(db::Tx& tx,
                        const Acting& acting,
                        db::CaseId id,
                        const CaseDecision& decision);
/// Errors also: Unprocessable (it is open, or another one about the account is).
Result<Done> reopen_case(db::Tx& tx, const Acting& acting, db::CaseId id);
/// Closes what is open about that account, if anything is: a moderator acted on it.
void close_case_about(db::Tx& tx,
                      const Acting& acting,
                      AccountId target,
                      const CaseDecision& decision);

/// A case as the server that made this report is shown it: nothing of other reporters.
federation::Case shown_case(const Instance& instance,
                            const db::Report& report,
                            const db::Case& one);
/// Answers another server's Flag with the case that it became.
void accept_flag(db::Tx& tx, const Instance& instance, const db::Report& report);

/// Another server decided about what we sent it: noted, and told to who reported here.
void hear_outcome(db::Tx& tx, const db::Case& one, const federation::Case& theirs, Time now);

/// Tells moderators by mail of cases whose time is over, each once.
void remind_of_cases(db::Tx& tx, Time now);

} // namespace outbox
