#pragma once

#include "base/result.h"
#include "db/asked_posts.h"
#include "db/tx.h"
#include "outbox/publish.h"

#include <optional>
#include <string>
#include <string_view>

/// "Does this name a student?": a member is asked before a post goes out that the student-privacy
/// guard stops (POLICY section 2). An app shows the answer's text, with the address of the page
/// where the question is answered.
namespace outbox {

constexpr std::size_t max_students_reason = 1'000; ///< Characters.

/// Error::detail of what a filter keeps for a person to decide about.
constexpr auto held_for_review = "held for review";

/// Keeps the draft for a week and asks. The answer to the request: Unprocessable, `shown` says how
/// to go on.
Error ask_about_students(db::Tx& tx,
                         const Acting& acting,
                         const Draft& draft,
                         std::string_view reason,
                         std::optional<Time> scheduled_at);

/// The same of what was written already: a draft, or an edit (outbox/held_edits.h).
Error ask_about_students(db::Tx& tx,
                         const Acting& acting,
                         const Json& written,
                         std::string_view reason,
                         std::optional<Time> scheduled_at);

/// Whether a post was refused by a question: commit all the same, the question is a row.
bool is_question(const Error& error);

/// Whether a verb wrote rows though it refused, to be committed: a verdict for the audit log, a
/// held draft, a question. Verbs refuse before they write anything else.
bool has_left_rows(const Error& error);

/// How the member goes on.
struct Answer {
    std::string reason{};         ///< Why it is to go out as it is.
    bool no_student_seen = false; ///< On the pictures; only of "student-seen".
};

/// Goes on as publish() or schedule() would have, and forgets the question. True when it is out or
/// waits for its time; false when it waits for the privacy officer.
/// Errors: NotFound; Unprocessable (no reason, too long); what publish() says.
Result<bool> answer_question(db::Tx& tx,
                             const Acting& acting,
                             db::AskedPostId id,
                             const Answer& answer);

} // namespace outbox
