#include "federation/keys.h"

#include "base/uri.h"
#include "federation/multikey.h"

#include <fmt/format.h>

#include <algorithm>

namespace federation {

namespace {

Error refused(std::string_view why) {
    return {.kind = Error::Kind::Unauthorized, .detail = fmt::format("key: {}", why)};
}

/// Two texts that do not parse are no equal ids.
bool same_id(std::string_view a, std::string_view b) {
    const std::string canonical = canonical_id(a);
    return !canonical.empty() && canonical == canonical_id(b);
}

} // namespace

Result<crypto::PublicKey> load_key(const ActorKey& key) {
    return key.multikey.empty() ? crypto::PublicKey::from_pem(key.pem)
                                : decode_multikey(key.multikey);
}

Result<crypto::PublicKey> find_key(std::span<const ActorKey> keys,
                                   std::string_view actor_id,
                                   std::string_view key_id) {
    const auto is_asked_for = [&](const ActorKey& key) { return same_id(key.id, key_id); };
    const auto found = std::ranges::find_if(keys, is_asked_for);
    if (found == keys.end()) return refused("the actor does not list it");
    if (!same_id(found->owner, actor_id)) return refused("it names another owner");
    if (!same_origin(key_id, actor_id)) return refused("it is on another origin than its owner");
    return load_key(*found);
}

Result<std::string> owner_of_key(const KeyDocument& document, std::string_view key_id) {
    const auto is_asked_for = [&](const ActorKey& key) { return same_id(key.id, key_id); };
    if (!same_id(document.id, key_id) && !std::ranges::any_of(document.keys, is_asked_for)) {
        return refused("the document is about another key");
    }
    if (!same_origin(document.owner, key_id)) return refused("the owner is on another origin");
    return document.owner;
}

} // namespace federation
