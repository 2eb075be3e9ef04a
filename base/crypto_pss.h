#pragma once

#include "base/crypto.h"

#include <string_view>

namespace crypto {

/// PS256 (RFC 7518 section 3.5): RSASSA-PSS with SHA-256, MGF1 with SHA-256, 32 bytes of salt.
/// False for anything that does not fit, also for a key that is not RSA.
bool verify_ps256(const PublicKey& key, std::string_view message, std::string_view signature);

} // namespace crypto
