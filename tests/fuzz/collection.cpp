// Collections and the walk through their pages.
#include "federation/collection.h"

#include "base/uri.h"
#include "tests/fuzz/planted.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = parse_json({reinterpret_cast<const char*>(data), size});
    if (!document) return 0;
    const auto collection = federation::parse_collection(*document);
    if (!collection) return 0;
    require(collection->items.size() <= federation::max_collection_items);
    planted_bug(!collection->items.empty() && collection->items.front().type == "Create");
    federation::CollectionWalk walk(collection->id);
    for (std::size_t pages = 0; const auto next = walk.take(*collection); ++pages) {
        require(same_origin(*next, collection->id));
        require(pages <= federation::max_collection_pages);
    }
    return 0;
}
