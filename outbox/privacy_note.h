#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/time.h"
#include "db/tx.h"

#include <string_view>

namespace outbox {

/// Tells the server where a post comes from that it is held here, since it may name a student: an
/// Offer of our own type to its server actor, where one is known. At most one per host and hour
/// (POLICY section 2); nothing of the post is in it but its id.
void tell_privacy_contact(db::Tx& tx,
                          const Instance& instance,
                          AccountId server_actor,
                          std::string_view post,
                          std::string_view reason,
                          Time now);

} // namespace outbox
