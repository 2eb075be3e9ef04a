#include "educators/id_token.h"

#include "base/crypto.h"

#include <cmath>
#include <optional>

namespace educators {
namespace {

constexpr std::size_t max_subject_bytes = 255;

Error wrong(std::string why) {
    return {Error::Kind::Unauthorized, "id token: " + std::move(why)};
}

std::string text_of(const Json& claims, const char* name) {
    const auto found = claims.find(name);
    if (found == claims.end() || !found->is_string()) return "";
    return found->get<std::string>();
}

/// A NumericDate (RFC 7519 section 2); nothing for what is none, or lies beyond all calendars.
std::optional<Time> time_of(const Json& claims, const char* name) {
    const auto found = claims.find(name);
    if (found == claims.end() || !found->is_number()) return std::nullopt;
    const double seconds = found->get<double>();
    constexpr double year_9999 = 253'402'300'799.0;
    if (!std::isfinite(seconds) || seconds < 0 || seconds > year_9999) return std::nullopt;
    return Time{} + std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

/// OpenID Connect lets a client refuse further audiences that it does not trust; we trust none.
bool is_for(const Json& claims, const std::string& client) {
    const auto audience = claims.find("aud");
    if (audience == claims.end()) return false;
    if (audience->is_string()) return *audience == client;
    return audience->is_array() && audience->size() == 1 && audience->front() == client;
}

Result<Done> check_times(const Json& claims, Time now) {
    const auto expires = time_of(claims, "exp");
    if (!expires) return wrong("has no exp");
    if (*expires + id_token_skew <= now) return wrong("is expired");
    const auto issued = time_of(claims, "iat");
    if (!issued) return wrong("has no iat");
    if (*issued > now + id_token_skew) return wrong("is from the future");
    if (*issued + id_token_max_age + id_token_skew < now) return wrong("was made long ago");
    if (claims.contains("nbf")) {
        const auto begins = time_of(claims, "nbf");
        if (!begins || *begins > now + id_token_skew) return wrong("is not valid yet");
    }
    return Done{};
}

} // namespace

Result<Done> check_claims(const Json& claims, const IdTokenRules& rules) {
    if (text_of(claims, "iss") != rules.issuer) return wrong("is of another issuer");
    if (!is_for(claims, rules.client_id)) return wrong("is for somebody else");
    if (claims.contains("azp") && text_of(claims, "azp") != rules.client_id)
        return wrong("was given to another party");
    const auto subject = text_of(claims, "sub");
    if (subject.empty() || subject.size() > max_subject_bytes) return wrong("names nobody");
    if (rules.nonce.empty() || !crypto::equal_constant_time(text_of(claims, "nonce"), rules.nonce))
        return wrong("answers another sign-on");
    return check_times(claims, rules.now);
}

} // namespace educators
