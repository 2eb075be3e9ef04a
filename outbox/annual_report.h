#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/annual_reports.h"
#include "db/tx.h"
#include "jobs/worker.h"

#include <chrono>

/// A member's year in a few numbers, as Mastodon 4.6 makes it (schema 2), from what they posted
/// publicly or unlisted. Made when the member asks, shown to the member alone, compared with
/// nobody. Source: https://docs.joinmastodon.org/entities/AnnualReport/
namespace outbox {

constexpr int annual_report_schema = 2;
/// One that was made before its year was over may be made again after that.
constexpr std::chrono::hours annual_report_lifetime{24};

enum class AnnualReportState { Available, Generating, Eligible, Ineligible };

/// Of the year `year` for one member. Eligible is who posted in it, where reports are on, for the
/// year that runs and the one before: school years end when calendar years do not, so there is no
/// campaign in December as in Mastodon.
AnnualReportState annual_report_state(db::Tx& tx, AccountId account, int year, Time now);

/// Has it made. Returns the state after that: anything but Generating says that nothing was begun.
AnnualReportState request_annual_report(db::Tx& tx, AccountId account, int year, Time now);

/// The report of a year up to `now`.
db::AnnualReport make_annual_report(db::Tx& tx, AccountId account, int year, Time now);

jobs::Kind annual_report_job(Clock clock = system_now);

} // namespace outbox
