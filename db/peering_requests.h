#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A host that asked to be let in: a Follow of our server actor, held for a person.
struct PeeringRequest {
    std::string host{};
    std::string actor_uri{};
    std::string follow_uri{};
    std::string inbox_uri{};
    Time received_at{};
};

} // namespace db

namespace db::peering_requests {

/// False when the host has one already: one per host.
bool insert(Tx& tx, const PeeringRequest& request);
std::optional<PeeringRequest> find(Tx& tx, std::string_view host);
std::vector<PeeringRequest> list(Tx& tx);
std::int64_t count_since(Tx& tx, Time since);
void remove(Tx& tx, std::string_view host);

} // namespace db::peering_requests
