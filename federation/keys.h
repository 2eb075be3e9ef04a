#pragma once

#include "base/crypto.h"
#include "base/result.h"
#include "federation/actor.h"

#include <span>
#include <string>
#include <string_view>

namespace federation {

/// The key that a document lists, decoded. Errors: Invalid (not one that we take).
Result<crypto::PublicKey> load_key(const ActorKey& key);

/// The key of that id, if `keys`, read from the actor's own document, list it and it names this
/// very actor as its owner and all are on one origin (ATTACKS A10, A11). Pure.
///
/// Errors: Unauthorized (not listed, or bound to somebody else); Invalid (not one that we take).
Result<crypto::PublicKey> find_key(std::span<const ActorKey> keys,
                                   std::string_view actor_id,
                                   std::string_view key_id);

/// Whose key the document is that was fetched from `key_id`: the id of the actor to fetch, which
/// then must list the key (find_key). The document is the actor, a stub of it that lists the key,
/// or the key itself.
///
/// Errors: Unauthorized (it is about another key than the one asked for, ATTACKS A12; its owner is
/// on another origin, ATTACKS A11).
Result<std::string> owner_of_key(const KeyDocument& document, std::string_view key_id);

} // namespace federation
