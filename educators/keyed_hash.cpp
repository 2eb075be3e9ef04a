#include "educators/keyed_hash.h"

#include "base/crypto.h"
#include "base/names.h"
#include "base/text.h"

namespace educators {
namespace {

constexpr std::size_t kept_bytes = 16;

std::string normal_name(std::string_view name) {
    std::string out;
    for (const char c : fold(drop_invisible(name))) {
        const bool is_blank = c == ' ' || c == '\t';
        if (is_blank && (out.empty() || out.back() == ' ')) continue;
        out += is_blank ? ' ' : c;
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

} // namespace

std::string KeyedHash::digest(std::string_view purpose, std::string_view text) const {
    std::string message(purpose);
    message += '\0';
    message += text;
    return crypto::hmac_sha256(key_, message);
}

std::string KeyedHash::of(std::string_view purpose, std::string_view text) const {
    return crypto::hex(digest(purpose, text).substr(0, kept_bytes));
}

std::int64_t KeyedHash::mark_of(std::string_view purpose, std::string_view text) const {
    std::uint64_t mark = 0;
    for (const unsigned char byte : digest(purpose, text).substr(0, sizeof mark))
        mark = mark << 8U | byte;
    return static_cast<std::int64_t>(mark);
}

std::string KeyedHash::of_id(std::string_view sourced_id) const {
    return of("id", sourced_id);
}

std::string KeyedHash::of_email(std::string_view email) const {
    const auto plain = fold(trim(email));
    return plain.empty() ? "" : of("email", plain);
}

std::string KeyedHash::of_name(std::string_view given, std::string_view family) const {
    const auto first = normal_name(given);
    const auto last = normal_name(family);
    return first.empty() || last.empty() ? "" : of("name", first + " " + last);
}

} // namespace educators
