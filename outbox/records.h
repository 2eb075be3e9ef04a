#pragma once

#include "base/result.h"
#include "db/approvals.h"
#include "db/records.h"
#include "outbox/acting.h"

#include <optional>
#include <string>
#include <string_view>

/// Public records, for owners and records officers (docs/records.md): how long our posts are kept,
/// legal holds, search and export. Posts that were written to few are never found here; the way to
/// them is outbox/break_glass.h. Every call is in the audit log. Whoever is neither owner nor
/// records officer hears NotFound.
namespace outbox {

constexpr int least_retention_days = 30;
constexpr int most_retention_days = 36'500;
constexpr int most_exported = 20'000; ///< Posts in one file.

/// Without days that kind is kept for good.
/// Errors: NotFound; Unprocessable (no such kind, days out of bounds).
Result<Done> set_retention(db::Tx& tx,
                           const Acting& acting,
                           std::string_view kind,
                           std::optional<int> days);
/// Deletes posts whose time is over, here and everywhere, at most `most`. Returns how many.
int delete_past(db::Tx& tx, Time now, int most);

/// What they delete from now on is only hidden. Errors: NotFound; Unprocessable (nobody of that id
/// here, no reason or matter).
struct HoldDraft {
    AccountId account{};
    std::string matter{};
    std::string reason{};
};
Result<Done> set_legal_hold(db::Tx& tx, const Acting& acting, const HoldDraft& draft);
/// What it alone kept is deleted for good. Errors: NotFound (also of one about oneself);
/// Unprocessable (no reason).
Result<Done> lift_legal_hold(db::Tx& tx,
                             const Acting& acting,
                             db::LegalHoldId id,
                             std::string_view reason);

/// Whether an account speaks for the district, so that its open posts are official records.
/// Errors: NotFound; Unprocessable (no such member).
Result<Done> mark_official(db::Tx& tx, const Acting& acting, AccountId account, bool is_official);

/// Errors: NotFound; Unprocessable (nothing is looked for).
Result<std::vector<db::RecordPost>> search_records(db::Tx& tx,
                                                   const Acting& acting,
                                                   const db::records::RecordSearch& search);
/// Asks for the file of what a search finds; a second person approves (outbox/approvals.h).
/// Errors: as ask_approval.
Result<db::ApprovalId> ask_export(db::Tx& tx,
                                  const Acting& acting,
                                  const db::records::RecordSearch& search,
                                  std::string_view reason);
/// The approved file: a JSON object a line, each post with its SHA-256; the last line is the
/// manifest, with the SHA-256 of all bytes before it. Commit before it is given out.
/// Errors: NotFound (not theirs, not open).
Result<std::string> export_records(db::Tx& tx, const Acting& acting, db::ApprovalId id);

/// The SHA-256, in hex, of these lines, each ended by LF: uri, kind, published, edited, deleted (or
/// empty), warning, content; in UTF-8.
std::string hash_of(const db::RecordPost& post);

} // namespace outbox
