#pragma once

#include "base/id.h"
#include "base/result.h"
#include "db/cases.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <string>

/// Deciding a case by an act on one of its posts (POLICY section 3).
namespace outbox {

struct CasePostAct {
    StatusId status{};
    std::string measure{}; ///< "remove-media", "mark-sensitive", "label" or "delete".
    std::string label{};   ///< Of "label": the content warning.
    std::string text{};    ///< The reason: for the audit log and the author.
    std::string answer{};  ///< Who reported reads it; "": what was done is said in our words.
};

/// Does it to the post and closes the case with what that comes to: "removed" for what is gone,
/// else "warned" of ours and "limited" of others'. A post of ours is deleted everywhere, of others'
/// our copy; the author of ours gets a strike. Errors: those of measure_post() and close_case();
/// NotFound (no such post in the case, or it is deleted); Unprocessable (closed before, no such
/// measure).
Result<Done> act_on_case_post(db::Tx& tx,
                              const Acting& acting,
                              db::CaseId id,
                              const CasePostAct& act);

} // namespace outbox
