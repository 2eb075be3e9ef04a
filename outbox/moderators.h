#pragma once

#include "db/tx.h"
#include "jobs/worker.h"
#include "outbox/audience.h"
#include "outbox/policy_job.h"

#include <string>
#include <string_view>
#include <vector>

/// Where reports about other servers' people go: to the Group actor of their moderators where that
/// server names one, else to the person reported (POLICY section 3, decision 314).
namespace outbox {

/// Looks soon for the group of the server that `actor_uri` is on, unless that was done within a
/// day. A job, since it asks that server; until it has answered there is no group.
void look_for_moderators(db::Tx& tx, std::string_view actor_uri, Time now);
jobs::Kind find_moderators_kind(const PolicyReader& reader);

struct FlagAddress {
    std::string to{}; ///< The actor that the Flag is addressed to.
    std::vector<Inbox> inboxes{};
};
FlagAddress flag_address(db::Tx& tx, const db::Account& target);

} // namespace outbox
