#pragma once

#include "actors/resolve.h"
#include "base/id.h"
#include "base/time.h"
#include "db/pool.h"

#include <stop_token>
#include <string_view>
#include <vector>

/// The receiver's side: what other districts attest of their people.
namespace educators {

struct CheckDeps {
    db::Pool& pool;
    actors::Resolver& resolver; ///< Speaks only with hosts that we allow.
    Clock clock = system_now;
};

/// Before these remote accounts are admitted: checks attestations that were not checked yet, and
/// reads their status lists when our copy is older than 15 minutes. Only for hosts at level member;
/// of the others nothing is believed, so nothing is asked. Uses the network: no transaction may be
/// open. What could not be had is not asked for again for 5 minutes; nothing is an error.
void check_attestations(const CheckDeps& deps, const std::vector<AccountId>& accounts);

/// Checks what is not checked yet, reads every status list in use that is older than 15 minutes,
/// brings up to date what is shown of everybody, and forgets lists that nobody names any more. For
/// a periodic task.
void refresh_statuses(const CheckDeps& deps, const std::stop_token& stop);

/// Whether that server actor may attest people of that actor's origin: its own. Whom a register
/// that we follow names for another origin is a question to the database, asked whenever it counts
/// (db::attestation_claims::may_issue_for). Pure.
bool may_issue_for(std::string_view issuer, std::string_view actor);

} // namespace educators
