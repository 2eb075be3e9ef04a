#include "outbox/report.h"

#include "base/text.h"
#include "db/reports.h"
#include "outbox/cases.h"
#include "outbox/not_wanted.h"
#include "statuses/may_see.h"

namespace outbox {
namespace {

constexpr std::size_t max_reported_statuses = 50;

/// Only the target's posts that the reporter may read: nobody can pull out others' (ATTACKS P07).
std::vector<db::Status> evidence(db::Tx& tx, const Acting& acting, const ReportDraft& draft) {
    auto ids = draft.statuses;
    if (ids.size() > max_reported_statuses) ids.resize(max_reported_statuses);
    const auto visible = statuses::visible_among(tx, acting.account, ids);
    std::vector<db::Status> found;
    for (auto& status : db::statuses::find_all(tx, visible)) {
        if (status.author == draft.target) found.push_back(std::move(status));
    }
    return found;
}

} // namespace

Result<ReportId> report(db::Tx& tx, const Acting& acting, const ReportDraft& draft) {
    const auto target = find_other(tx, draft.target);
    if (!target) return target.error();
    if (!is_valid_utf8(draft.comment) || count_code_points(draft.comment) > max_report_comment) {
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = "comment",
                     .shown = "Validation failed: Comment is too long"};
    }
    const auto posts = evidence(tx, acting, draft);
    db::Report report{.target = target->id,
                      .reporter = acting.account,
                      .comment = draft.comment,
                      .category = draft.category,
                      .created_at = acting.now,
                      .asks_forward = draft.forward && !target->is_local()};
    for (const db::Status& status : posts)
        report.statuses.push_back(status.id);
    const auto id = file_report(tx, acting.instance, std::move(report), draft.is_urgent).id;
    // Of a commercial partner "spam" says what it says: not wanted (decision 350). Whose word does
    // not count for that has reported all the same.
    if (draft.category == "spam" && is_partner(*target, acting.peers))
        (void)not_wanted(tx, acting, target->id);
    return id;
}

} // namespace outbox
