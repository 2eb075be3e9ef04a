#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/tx.h"
#include "db/vouchings.h"
#include "educators/attestation.h"

#include <string>
#include <string_view>
#include <vector>

/// Two educators of different schools stand for a third whom no roster lists (POLICY section 1,
/// decision 220). Each act is written to the audit log. All texts of errors may be shown.
namespace educators {

struct VouchingWish {
    AccountId candidate{};
    std::string kind{};                ///< As parse_kind takes it.
    std::string statement{};           ///< Who they are; the sponsors read it.
    std::vector<AccountId> sponsors{}; ///< Two.
};
/// Asks two sponsors; also to renew a vouching that is soon over or lacks a sponsor.
///
/// Errors: Invalid (a wrong wish), Unprocessable (the roster attests them; one is asked for;
/// asked too often; ended for cause within a year; a sponsor who may not, without saying why).
Result<Done> ask_for_vouching(db::Tx& tx, const VouchingWish& wish, Time now);

/// The candidate no longer asks. False when nothing was asked for.
bool cancel_asking(db::Tx& tx, AccountId candidate, Time now);

enum class Confirmed { Waits, Vouched };
/// A sponsor stands for the candidate. The second one, of a school that the first is not at, makes
/// the attestation, for a year.
///
/// Errors: NotFound (was not asked, or it is over), Unprocessable (may not sponsor; no other
/// school).
Result<Confirmed> confirm_vouching(
    db::Tx& tx, const Issuer& issuer, db::VouchingId id, AccountId sponsor, Time now);

/// Says no to what is asked, which ends it; or stands for them no longer, which leaves the
/// candidate 30 days to find another. Errors: NotFound.
Result<Done> decline_vouching(db::Tx& tx, db::VouchingId id, AccountId sponsor, Time now);

/// A moderator takes it back for cause: the attestation ends at once, and those who vouched may not
/// sponsor until unfreeze_sponsor(). Errors: NotFound (nobody vouches for them), Invalid (no
/// reason).
Result<Done> revoke_vouching(
    db::Tx& tx, AccountId candidate, std::string_view reason, std::string_view by, Time now);

/// Errors: NotFound (was not frozen), Invalid (no reason).
Result<Done> unfreeze_sponsor(db::Tx& tx,
                              AccountId sponsor,
                              std::string_view reason,
                              std::string_view by);

/// What time does: questions that nobody answered for 30 days, years that are over, candidates whom
/// something else attests by now, sponsors who left and were not replaced. For a periodic task.
void settle_vouchings(db::Tx& tx, Time now);

} // namespace educators
