// Tokens of a district's sign-on and the key sets that they are checked with: a token, a line
// break, a key set.
#include "base/jws.h"

#include "base/json.h"
#include "tests/fuzz/planted.h"

#include <algorithm>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(text.find('\n'), text.size());
    const auto token = jws::parse(text.substr(0, end));
    if (token) {
        require(token->payload.is_object());
        // What is verified is what was read, with one dot between its two parts.
        require(text.starts_with(token->signing_input) && end > token->signing_input.size());
        require(std::ranges::count(token->signing_input, '.') == 1);
    }
    const auto document = parse_json(text.substr(std::min(end + 1, text.size())));
    if (!document) return 0;
    const auto keys = jws::parse_key_set(*document);
    if (!keys) return 0;
    require(keys->size() <= 64);
    for (const auto& key : *keys)
        require(!key.algorithms.empty() && key.verify);
    if (!token) return 0;
    const auto* key = jws::find_key(*keys, *token);
    if (key == nullptr) return 0;
    require(std::ranges::find(key->algorithms, token->algorithm) != key->algorithms.end());
    const bool is_good = key->verify(token->algorithm, token->signing_input, token->signature);
    // Another message never has the same signature.
    require(!key->verify(token->algorithm, token->signing_input + "x", token->signature));
    planted_bug(is_good);
    return 0;
}
