#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "db/stay_requests.h"
#include "db/tx.h"
#include "educators/kinds.h"
#include "educators/terms.h"

#include <string>
#include <string_view>

/// Who left the district and asks to stay as something else. A roster officer decides; the account
/// opens again with a fresh attestation of the new kind (decision 210).
namespace educators {

constexpr std::size_t max_stay_text = 1'000;

/// Errors: Unprocessable, with a text to show: no such kind, or a request is open.
Result<Done> ask_to_stay(db::Tx& tx, db::StayRequest request, Time now);

struct StayDecision {
    db::StayRequestId request{};
    std::string by{};     ///< The officer's uri, for the audit log and the attestation.
    std::string reason{}; ///< Of a refusal; the leaver reads it.
};

/// The account is active again, attested as what was asked for (assurance `staff-check`), and its
/// address is the private one from now on: the district's mailbox is somebody else's. The roster
/// does not close it again, and opens it no more by itself.
///
/// Errors: NotFound (nobody asks this any more); Unprocessable: a moderator had shut them out
/// before the roster did, or what attest() says.
Result<Done> approve_stay(db::Tx& tx,
                          const Instance& instance,
                          const AttestationTerms& terms,
                          const StayDecision& decision,
                          Time now);
/// They stay a leaver and may ask again. Errors: NotFound; Unprocessable (no reason).
Result<Done> refuse_stay(db::Tx& tx, const StayDecision& decision, Time now);

} // namespace educators
