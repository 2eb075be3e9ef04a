// Status lists and their bits: base64, GZIP and what it becomes.
#include "base/json.h"
#include "federation/attestation.h"
#include "federation/status_bits.h"
#include "tests/fuzz/planted.h"

#include <cstdint>

namespace {

void look_into(std::string_view encoded) {
    const auto bits = federation::decode_status_bits(encoded);
    if (!bits) return;
    const auto length = static_cast<std::int64_t>(bits->size()) * 8;
    require(length >= federation::status_list_bits && bits->size() <= 1024UL * 1024);
    require(static_cast<bool>(federation::status_bit(*bits, length - 1)));
    require(!federation::status_bit(*bits, length));
    require(!federation::status_bit(*bits, -1));
    planted_bug(*federation::status_bit(*bits, 5));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    look_into(text);
    const auto json = parse_json(text);
    if (!json) return 0;
    if (const auto list = federation::parse_status_list(*json)) look_into(list->encoded_list);
    return 0;
}
