#pragma once

#include "base/result.h"
#include "federation/signature.h"

#include <string>
#include <string_view>
#include <vector>

namespace federation {

/// The value of a Collection-Synchronization header (FEP-8fcf).
struct FollowersSync {
    std::string collection_id; ///< The sender's followers collection.
    std::string url;           ///< Lists those followers that are on the receiver's server.
    std::string digest;        ///< followers_digest of that list.
};

/// XOR of the SHA-256 of every follower id on `origin`, each once, as lower-case hex; 64 zeros for
/// none. Ids are hashed as they are stored. Pure.
///
/// Source: FEP-8fcf.
std::string followers_digest(const std::vector<std::string>& followers, std::string_view origin);

std::string format_followers_sync(const FollowersSync& sync);

/// Reads the header of a request whose signature was verified. Used only when the signature covers
/// it, `collectionId` is the sender's followers collection, and `url` is on the sender's origin
/// (ATTACKS B19). Pure.
///
/// Errors: NotFound (no header); Unauthorized (not signed); Invalid (anything else). All three mean
/// to go on as if it were not there.
Result<FollowersSync> read_followers_sync(const http::Request& request,
                                          const ParsedSignature& signature,
                                          std::string_view sender_followers);

} // namespace federation
