#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/attestation_surges.h"
#include "db/tx.h"

#include <string>
#include <vector>

/// The alarm of POLICY section 5 against an administrator who attests whomever they like: districts
/// take on few people by hand, and few on one day outside of a school year's beginning.
namespace educators {

/// Ten by hand within a day; or fifty in all, and more than stood before.
bool is_surge(const db::AttestationGrowth& growth);

/// Looks at the last day. Of each district with a surge, ours among them, a line in the audit log
/// and a letter to our owners, once in a day. Returns their hosts; our own is `instance.host`.
std::vector<std::string> watch_attestations(db::Tx& tx, const Instance& instance, Time now);

} // namespace educators
