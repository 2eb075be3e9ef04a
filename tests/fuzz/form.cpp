// Forms in every encoding: the first byte chooses it, the first line is the query.
#include "http/form.h"

#include "tests/fuzz/planted.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr const char* types[] = {"application/x-www-form-urlencoded",
                                     "application/json",
                                     "multipart/form-data; boundary=b",
                                     "multipart/form-data; boundary=\"a b\""};
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto line = std::min(text.find('\n'), text.size());
    const auto query = text.substr(0, line);
    const auto body = text.substr(std::min(line + 1, text.size()));
    const http::FormLimits limits;
    const auto form = http::parse_form(query, types[data[0] % 4], body, limits);
    if (!form) return 0;

    require(form->tree().is_object());
    bool has_nested = false;
    for (const auto& [key, value] : form->tree().items()) {
        form->flag(key);
        form->number(key);
        form->child(key).text(key);
        require(form->list(key).size() <= limits.max_fields);
        require(form->text(key).find('\0') == std::string::npos);
        has_nested |= form->children(key).size() > 1;
    }
    planted_bug(has_nested);
    return 0;
}
