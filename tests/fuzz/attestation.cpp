// Attestations as an actor's document carries them.
#include "federation/attestation.h"

#include "base/json.h"
#include "tests/fuzz/planted.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto json = parse_json(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!json) return 0;
    const auto carried = federation::find_attestation(*json);
    require(carried.size() <= 8UL * 1024);
    const auto inner = carried.empty() ? Result<Json>(*json) : parse_json(carried);
    require(static_cast<bool>(inner));
    const auto attestation = federation::parse_attestation(*inner);
    if (!attestation) return 0;
    require(attestation->status_index >= 0);
    // What was read says the same when it is written and read again.
    const auto again = federation::parse_attestation(federation::render_attestation(*attestation));
    require(static_cast<bool>(again));
    require(again->id == attestation->id && again->subject == attestation->subject &&
            again->status_list == attestation->status_list);
    planted_bug(!attestation->region.empty());
    return 0;
}
