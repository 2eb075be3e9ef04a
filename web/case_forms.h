#pragma once

#include "base/result.h"
#include "db/cases.h"
#include "http/router.h"
#include "outbox/acting.h"

/// What the forms of /admin/reports say, as verbs of outbox/.
namespace web {

/// By its field "do": assign, unassign, urgent, note, forward, act, post, close or reopen.
/// Errors: those of outbox/cases.h and outbox/moderate.h; Unprocessable (something else).
Result<Done> apply_case_form(db::Tx& tx,
                             const outbox::Acting& acting,
                             const db::Case& one,
                             const http::Form& form);

/// Days without school: adds `first` to `last`, or removes what begins on `remove`.
/// Errors: Unprocessable (no dates, or longer than half a year).
Result<Done> apply_break_form(db::Tx& tx, const outbox::Acting& acting, const http::Form& form);

} // namespace web
