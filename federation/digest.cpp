#include "federation/digest.h"

#include "base/crypto.h"
#include "base/text.h"
#include "federation/structured_field.h"

#include <fmt/format.h>

#include <optional>

namespace federation {

namespace {

Error refused(const char* why) {
    return {.kind = Error::Kind::Unauthorized, .detail = fmt::format("digest: {}", why)};
}

/// The digest that `bytes` must equal; nothing for an algorithm that we do not know.
std::optional<std::string> expected(std::string_view algorithm, std::string_view body) {
    if (algorithm == "sha-256") return crypto::sha256(body);
    if (algorithm == "sha-512") return crypto::sha512(body);
    return std::nullopt;
}

} // namespace

std::string make_digest(std::string_view body) {
    return fmt::format("SHA-256={}", crypto::base64(crypto::sha256(body)));
}

std::string make_content_digest(std::string_view body) {
    return fmt::format("sha-256=:{}:", crypto::base64(crypto::sha256(body)));
}

Result<Done> check_digest(std::string_view header, std::string_view body) {
    bool any_known = false;
    while (!header.empty()) {
        const auto comma = header.find(',');
        const auto part = trim(header.substr(0, comma));
        header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
        const auto equals = part.find('=');
        if (equals == std::string_view::npos || equals == 0) return refused("malformed");
        const auto wanted = expected(ascii_lower(part.substr(0, equals)), body);
        if (!wanted) continue;
        if (crypto::base64_decode(part.substr(equals + 1)) != wanted) return refused("mismatch");
        any_known = true;
    }
    if (!any_known) return refused("no known algorithm");
    return Done{};
}

Result<Done> check_content_digest(std::string_view header, std::string_view body) {
    const auto members = structured::parse_dictionary(header);
    if (!members) return refused("malformed");
    bool any_known = false;
    for (const auto& member : *members) {
        const auto wanted = expected(member.name, body);
        if (!wanted) continue;
        const auto* bytes =
            member.is_list ? nullptr : std::get_if<structured::Bytes>(&member.items.front().value);
        if (bytes == nullptr || bytes->value != *wanted) return refused("mismatch");
        any_known = true;
    }
    if (!any_known) return refused("no known algorithm");
    return Done{};
}

} // namespace federation
