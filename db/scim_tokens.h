#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using ScimTokenId = Id<struct ScimTokenTag>;

/// A row of `scim_tokens`.
struct ScimToken {
    ScimTokenId id{};
    std::string note{};
    Time created_at{};
    std::optional<Time> used_at{};
    std::optional<Time> revoked_at{};
};

} // namespace db

namespace db::scim_tokens {

ScimTokenId insert(Tx& tx, std::string_view token_hash, std::string_view note, Time now);
/// Of those that are not revoked.
std::optional<ScimToken> find(Tx& tx, std::string_view token_hash);
void set_used(Tx& tx, ScimTokenId id, Time now);
std::vector<ScimToken> list(Tx& tx);
/// False when there is none that is still good.
bool revoke(Tx& tx, ScimTokenId id, Time now);

} // namespace db::scim_tokens
