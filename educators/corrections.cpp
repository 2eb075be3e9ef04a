#include "educators/corrections.h"

#include "base/text.h"
#include "db/audit_log.h"

namespace educators {
namespace {

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "correction: " + shown, shown};
}

} // namespace

Result<Done> ask_correction(db::Tx& tx, AccountId account, const std::string& text, Time now) {
    const db::CorrectionRequest request{
        .account = account,
        .text = std::string(trim(clean_text(text, max_correction_text, Lines::Keep))),
        .asked_at = now};
    if (request.text.empty()) return refused("Please say what is wrong.");
    if (!db::correction_requests::insert(tx, request))
        return refused("Your last request waits for an answer.");
    return Done{};
}

Result<Done> answer_correction(db::Tx& tx,
                               db::CorrectionId request,
                               const std::string& by,
                               const std::string& answer,
                               Time now) {
    const auto text = std::string(trim(clean_text(answer, max_correction_answer, Lines::Keep)));
    if (text.empty()) return refused("Please write an answer; the member reads it.");
    const auto account =
        db::correction_requests::answer(tx, {.request = request, .by = by, .text = text}, now);
    if (!account)
        return Error{Error::Kind::NotFound, "no open correction", "This request is answered."};
    db::audit_log::insert(tx,
                          {.at = now,
                           .actor = by,
                           .act = "correction.answer",
                           .subject = to_string(*account),
                           .reason = text});
    return Done{};
}

} // namespace educators
