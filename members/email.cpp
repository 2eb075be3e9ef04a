#include "members/email.h"

#include "base/crypto.h"
#include "base/text.h"

#include <algorithm>

namespace members {
namespace {

constexpr std::size_t max_bytes = 254; ///< RFC 5321 section 4.5.3.1, less the brackets.

} // namespace

bool is_plain_email(std::string_view email) {
    const auto at = email.find('@');
    if (email.size() > max_bytes || at == 0 || at == std::string_view::npos) return false;
    if (email.find('@', at + 1) != std::string_view::npos) return false;
    const bool is_visible = std::ranges::all_of(email, [](char c) { return c > ' ' && c < 0x7f; });
    return is_visible && email.find_first_of("\"(),:;<>[\\]") == std::string_view::npos &&
           !host_to_ascii(email.substr(at + 1)).empty();
}

std::string host_of_email(std::string_view email) {
    if (!is_plain_email(email)) return "";
    return host_to_ascii(email.substr(email.find('@') + 1));
}

std::string canonical_email_hash(std::string_view email) {
    const auto folded = ascii_lower(email);
    const auto at = std::min(folded.find('@'), folded.size());
    auto local = folded.substr(0, std::min(folded.find('+'), at));
    std::erase(local, '.');
    return crypto::hex(crypto::sha256(local + folded.substr(at)));
}

} // namespace members
