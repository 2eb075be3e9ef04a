#pragma once

#include "base/instance.h"
#include "db/cases.h"
#include "db/tx.h"

#include <optional>
#include <string_view>

/// The times to answer a report, as policies promise them (POLICY section 3, decision 314).
namespace outbox {

/// Ours, of the covenant in force. What it leaves open (0) is as shipped.
db::cases::Times own_times(db::Tx& tx, const Instance& instance);

/// What a peer promised in the version of its signed policy that a person here looked at, or in its
/// only one. Nothing of a server without a policy: it promised nothing.
std::optional<db::cases::Times> times_of(db::Tx& tx, std::string_view host);

} // namespace outbox
