// Registers: heads, pages and entries.
#include "federation/register.h"

#include "base/json.h"
#include "tests/fuzz/planted.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto json = parse_json(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!json) return 0;
    if (const auto head = federation::parse_register_head(*json)) {
        require(head->version >= 0 && head->version <= federation::max_register_entries);
        require(head->last.empty() == (head->version == 0));
        require(static_cast<bool>(
            federation::parse_register_head(federation::render_register_head(*head))));
        require(!federation::verify_register(*json, "z6Mk"));
        return 0;
    }
    const auto page = federation::parse_register_page(*json);
    if (!page) return 0;
    federation::RegisterChain chain;
    for (const auto& entry : *page) {
        const auto before = chain;
        const auto read = federation::extend_register(chain, entry);
        if (!read) {
            require(chain.version == before.version && chain.last == before.last &&
                    chain.key == before.key);
            continue;
        }
        require(read->number == before.version + 1 && chain.last == read->hash);
        // Nothing pinned a key here, so nobody may hand the register over.
        require(read->type != federation::RegisterEntryType::Key);
        // What was read says the same when it is written and read again.
        const auto again =
            federation::parse_register_entry(federation::render_register_entry(*read));
        require(static_cast<bool>(again));
        require(again->subject == read->subject && again->word == read->word);
        planted_bug(read->number == 2);
    }
    return 0;
}
