// Structured fields: Signature-Input, Accept-Signature, Content-Digest; and the older parameters.
#include "federation/structured_field.h"

#include "federation/digest.h"
#include "federation/parameters.h"
#include "tests/fuzz/planted.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace structured = federation::structured;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)federation::check_digest(text, "body");
    (void)federation::check_content_digest(text, "body");
    (void)federation::parse_parameters(text);

    const auto parsed = structured::parse_dictionary(text);
    if (!parsed) return 0;
    const std::string canonical = structured::serialize(*parsed);
    const auto again = structured::parse_dictionary(canonical);
    require(again && structured::serialize(*again) == canonical);
    planted_bug(parsed->size() > 1 && parsed->front().is_list);
    return 0;
}
