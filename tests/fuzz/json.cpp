// JSON from strangers, and the reader of its properties.
#include "base/json.h"

#include "base/json_reader.h"
#include "tests/fuzz/planted.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto json = parse_json(text);
    if (!json) return 0;
    const auto again = parse_json(dump_json(*json));
    require(again && *again == *json);

    JsonReader reader(*json, "root");
    reader.text_or("content", "");
    reader.lenient_text("name");
    reader.id_or_empty("actor");
    reader.ids("to", 50);
    reader.list("tag", 50);
    reader.number("totalItems");
    reader.flag_or("sensitive", false);
    const auto done = reader.finish(Done{});
    planted_bug(static_cast<bool>(done) && json->is_object() && json->contains("tag"));
    return 0;
}
