// Actor and key documents.
#include "federation/actor.h"

#include "base/text.h"
#include "base/uri.h"
#include "tests/fuzz/planted.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = parse_json({reinterpret_cast<const char*>(data), size});
    if (!document) return 0;
    (void)federation::parse_key_document(*document);
    const auto actor = federation::parse_actor(*document);
    if (!actor) return 0;
    require(same_origin(actor->id, actor->inbox) && is_valid_utf8(actor->name));
    require(actor->fields.size() <= 16 && count_code_points(actor->name) <= 500);
    for (const auto& key : actor->keys)
        require(key.owner == actor->id);
    planted_bug(actor->group() && !actor->moderators.empty());
    return 0;
}
