#pragma once

#include "base/instance.h"
#include "db/roster_people.h"
#include "db/tx.h"
#include "educators/terms.h"

/// What the roster does to accounts. Everything else of the import knows none.
namespace educators {

struct AccountRules {
    const Instance* instance = nullptr; ///< Nothing is attested without one.
    AttestationTerms terms{};
};

/// Carries a change of standing over to the account that the person claimed; without one it does
/// nothing. Educator: the account is open, if it was the roster that closed it, and attested.
/// Disabled: no sign-in and no attestation. Removed: it has left, with posts and profile. Review:
/// nothing held is lost. Sets `after.closed_account`.
void settle_account(db::Tx& tx,
                    const AccountRules& rules,
                    const db::RosterPerson& before,
                    db::RosterPerson& after,
                    Time now);

/// Attests the account if it is that of an educator of the roster. What is attested stays.
void attest_bound(db::Tx& tx, const AccountRules& rules, AccountId account, Time now);

/// Attests whom a snapshot confirmed for the present school year. What is attested stays.
void attest_educators(db::Tx& tx, const AccountRules& rules, Time now);

} // namespace educators
