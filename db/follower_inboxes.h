#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <string>
#include <vector>

/// Where the followers of an account are. Nobody writes here: triggers on `follows` and `accounts`
/// keep it.
namespace db::follower_inboxes {

struct HostDigest {
    std::string host{};
    std::string digest{}; ///< 64 hexadecimal digits, as federation::followers_digest makes them.
};

/// The digest of the accepted followers whose id is on a host, for these hosts (FEP-8fcf). A host
/// without a follower is left out.
std::vector<HostDigest> digests(Tx& tx, AccountId followed, const std::vector<std::string>& hosts);

} // namespace db::follower_inboxes
