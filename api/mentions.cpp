#include "api/mentions.h"

#include "actors/resolve.h"
#include "db/accounts.h"
#include "outbox/format.h"

#include <spdlog/spdlog.h>

namespace api {
namespace {

// A post waits for this many servers at most.
constexpr std::size_t most_lookups = 10;

std::vector<outbox::Handle> unknown_among(const Api& api,
                                          const std::vector<outbox::Handle>& handles) {
    std::vector<outbox::Handle> unknown;
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    for (const auto& handle : handles) {
        const bool is_ours = handle.host.empty() || handle.host == api.instance().handle_host;
        if (is_ours || unknown.size() == most_lookups) continue;
        if (!db::accounts::find_by_handle(tx, handle.user, handle.host)) unknown.push_back(handle);
    }
    return unknown;
}

} // namespace

void resolve_mentions(const Api& api, std::string_view text) {
    const auto handles = outbox::find_mentions(text);
    if (handles.empty()) return;
    for (const auto& handle : unknown_among(api, handles)) {
        const auto account = api.deps.resolver.resolve_handle(handle.user + "@" + handle.host);
        if (!account) spdlog::debug("api: mention not resolved: {}", account.error().detail);
    }
}

} // namespace api
