// Object proofs, the canonical form of JSON, and Multikeys.
#include "federation/proof.h"

#include "base/json.h"
#include "federation/jcs.h"
#include "federation/multikey.h"
#include "tests/fuzz/planted.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto key = crypto::PrivateKey::generate_ed25519().public_key();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto multikey = federation::decode_multikey(text)) {
        require(federation::encode_multikey(*multikey) == text);
    }
    const auto json = parse_json(text);
    if (!json) return 0;
    if (const auto canonical = federation::canonicalize(*json)) {
        const auto reread = parse_json(*canonical);
        require(static_cast<bool>(reread));
        require(*federation::canonicalize(*reread) == *canonical);
    }
    const auto proof = federation::parse_proof(*json);
    if (!proof) return 0;
    const auto& method = proof->verification_method;
    require(!federation::verify_proof(*proof, method, method, key)); // nobody has this key
    planted_bug(json->contains("actor"));
    return 0;
}
