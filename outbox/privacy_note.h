#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/time.h"
#include "db/tx.h"

#include <string_view>

namespace outbox {

/// Tells the server where a post comes from that it is held here, since it may name a student: an
/// Offer of our own type to the privacy contact of its policy, else to its server actor, where one
/// is known. At most one per host and hour (POLICY section 2); nothing of the post is in it but its
/// id.
void tell_privacy_contact(db::Tx& tx,
                          const Instance& instance,
                          AccountId server_actor,
                          std::string_view post,
                          std::string_view reason,
                          Time now);

/// Tells our own privacy officers by mail that posts wait for them: one letter for what came since
/// the last. Where nobody has that duty, owners hear that it is missing. Periodic.
void tell_privacy_officers(db::Tx& tx, Time now);

} // namespace outbox
