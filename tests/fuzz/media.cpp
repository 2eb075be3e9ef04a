// What the server itself reads of media: the box's answer, Range headers, names of stored files.
// The first byte chooses.
#include "media/processed.h"
#include "media/serve.h"
#include "media/store.h"
#include "tests/fuzz/planted.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 3 == 1) {
        constexpr std::uint64_t length = 1000;
        const auto range = media::parse_range(text, length);
        if (range) require(range->first + range->size <= length);
        return 0;
    }
    if (data[0] % 3 == 2) {
        if (media::is_name(text)) require(text.find("..") == std::string_view::npos);
        return 0;
    }
    const auto made = media::parse_answer(text);
    if (!made) return 0;
    require(!media::extension_of(made->original.media_type).empty());
    require(made->original.width >= 0 && made->original.width <= 30'000);
    require(made->blurhash.find('<') == std::string::npos);
    require(made->duration_ms >= 0);
    planted_bug(made->type == "video");
    return 0;
}
