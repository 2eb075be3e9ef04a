#include "outbox/asking.h"

#include "base/crypto.h"
#include "base/text.h"
#include "moderation/filters.h"
#include "outbox/draft_json.h"
#include "outbox/held_edits.h"
#include "outbox/schedule.h"

#include <fmt/format.h>

namespace outbox {
namespace {

constexpr auto asked_about_students = "asked about students";
constexpr int most_questions = 50; ///< Of one member.

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

} // namespace

Error ask_about_students(db::Tx& tx,
                         const Acting& acting,
                         const Draft& draft,
                         std::string_view reason,
                         std::optional<Time> scheduled_at) {
    return ask_about_students(tx, acting, write_draft(draft), reason, scheduled_at);
}

Error ask_about_students(db::Tx& tx,
                         const Acting& acting,
                         const Json& written,
                         std::string_view reason,
                         std::optional<Time> scheduled_at) {
    db::asked_posts::put(tx,
                         {.account = acting.account,
                          .draft = written,
                          .reason = std::string(reason),
                          .scheduled_at = scheduled_at,
                          .asked_at = acting.now},
                         crypto::hex(crypto::sha256(dump_json(written))));
    db::asked_posts::trim(tx, acting.account, most_questions);
    return {.kind = Error::Kind::Unprocessable,
            .detail = asked_about_students,
            .shown =
                fmt::format("This was not posted. {} Change it, or answer at {}/settings/waiting",
                            moderation::explain(reason),
                            acting.instance.origin),
            .reason = std::string(reason)};
}

bool is_question(const Error& error) {
    return error.kind == Error::Kind::Unprocessable && error.detail == asked_about_students;
}

bool has_left_rows(const Error& error) {
    return error.kind == Error::Kind::Forbidden || !error.reason.empty();
}

Result<bool> answer_question(db::Tx& tx,
                             const Acting& acting,
                             db::AskedPostId id,
                             const Answer& answer) {
    const auto asked = db::asked_posts::take(tx, acting.account, id);
    if (!asked) return Error{Error::Kind::NotFound, "no such question of the member's"};
    auto draft = read_draft(asked->draft);
    const bool is_about_pictures = asked->reason == "student-seen";
    draft.no_student_seen = is_about_pictures && answer.no_student_seen;
    if (!draft.no_student_seen) {
        draft.students_reason = trim(answer.reason);
        if (draft.students_reason.empty())
            return unprocessable("Say why it is to go out as it is.");
        if (count_code_points(draft.students_reason) > max_students_reason)
            return unprocessable("The reason is too long.");
    }
    if (auto waiting = read_edit(asked->draft)) {
        waiting->changes.students_reason = draft.students_reason;
        waiting->changes.no_student_seen = draft.no_student_seen;
        const auto edited = edit(tx, acting, waiting->status, waiting->changes);
        if (edited) return true;
        if (is_held(edited.error())) return false;
        return edited.error();
    }
    if (asked->scheduled_at && *asked->scheduled_at >= acting.now + min_schedule_ahead) {
        const auto scheduled = schedule(tx, acting, draft, *asked->scheduled_at);
        if (!scheduled) return scheduled.error();
        return true;
    }
    const auto published = publish(tx, acting, draft);
    if (published) return true;
    if (is_held(published.error())) return false;
    return published.error();
}

} // namespace outbox
