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
    bool forward = false; ///< Also to the target's own moderators.
};

constexpr std::size_t max_report_comment = 1'000;

/// Stores a report for our moderators; forwarded, a Flag goes out that our server actor signs and
/// that does not say who reported (PROTOCOL section 21).
/// Errors: NotFound (no such account), Unprocessable (the comment is too long).
Result<ReportId> report(db::Tx& tx, const Acting& acting, const ReportDraft& draft);

} // namespace outbox
