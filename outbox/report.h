#pragma once

#include "base/id.h"
#include "base/result.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <string>
#include <vector>

namespace outbox {

struct ReportDraft {
    AccountId target{};
    std::vector<StatusId>
        statuses{}; ///< Of the target, that the reporter may read; others are left out.
    std::string comment{};
    std::string category = "other";
    bool forward = false;   ///< The reporter would have it sent to the target's own moderators.
    bool is_urgent = false; ///< Threats, students: two hours instead of five school days.
};

constexpr std::size_t max_report_comment = 1'000;

/// Stores a report for our moderators (outbox/cases.h). Whether it leaves the house, they decide.
/// Errors: NotFound (no such account), Unprocessable (the comment is too long).
Result<ReportId> report(db::Tx& tx, const Acting& acting, const ReportDraft& draft);

} // namespace outbox
