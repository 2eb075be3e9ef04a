#include "federation/signature.h"

#include "base/text.h"
#include "base/uri.h"
#include "federation/digest.h"
#include "federation/signature_scheme.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace federation {

namespace {

constexpr std::chrono::minutes max_ahead{60};
constexpr std::chrono::minutes max_age{65};

/// Two such lines would let us and a proxy, or two parts of us, read different ones (ATTACKS B04).
constexpr std::array single_headers = {
    "host", "date", "digest", "content-digest", "signature", "signature-input"};

/// Left behind by an earlier attempt, perhaps of the other scheme.
constexpr std::array signing_headers = {
    "date", "digest", "content-digest", "signature", "signature-input"};

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

/// The host that the request names, as our own origin would be written.
std::string origin_of_host(std::string_view host, std::string_view our_origin) {
    return origin_of(fmt::format("{}://{}", our_origin.substr(0, our_origin.find(':')), host));
}

Result<Done> check_headers(const http::Headers& headers, const Receiver& receiver) {
    for (const char* name : single_headers) {
        if (headers.count(name) > 1) return refused(fmt::format("{} is given twice", name));
    }
    if (origin_of_host(headers.get("host"), receiver.origin) != receiver.origin) {
        return refused("the host is not ours");
    }
    return Done{};
}

Result<Done> check_body(const ParsedSignature& signature, const http::Request& request) {
    const bool cavage = signature.scheme == Scheme::Cavage;
    const char* name = cavage ? "digest" : "content-digest";
    if (!signature.covers(name)) return Done{}; // coverage was checked where it is needed
    const auto value = request.headers.get(name);
    return cavage ? check_digest(value, request.body) : check_content_digest(value, request.body);
}

} // namespace

Error refused(std::string_view why) {
    return {.kind = Error::Kind::Unauthorized, .detail = fmt::format("signature: {}", why)};
}

Result<std::string> covered_value(const http::Headers& headers, std::string_view name) {
    const auto values = headers.all(name);
    if (values.empty()) return refused(fmt::format("{} is covered but absent", name));
    if (std::ranges::any_of(values, has_control)) {
        return refused(fmt::format("control character in {}", name));
    }
    return fmt::format("{}", fmt::join(values, ", "));
}

bool needs_digest(std::string_view method, std::string_view body) {
    return !body.empty() || (method != "GET" && method != "HEAD");
}

Result<Done> check_key_id(std::string_view key_id, const Receiver& receiver) {
    const auto uri = parse_uri(key_id);
    if (!uri) return refused("the key id is no URI");
    if (uri->scheme != "https" && !receiver.allow_http_keys) return refused("key id is not https");
    if (uri->origin() == receiver.origin) return refused("the key id is one of ours");
    return Done{};
}

Result<Done> check_time(Time signed_at, std::optional<Time> expires, Time now) {
    if (signed_at > now + max_ahead) return refused("signed in the future");
    if (signed_at < now - max_age) return refused("too old");
    if (expires && (*expires < now || *expires < signed_at)) return refused("expired");
    return Done{};
}

bool ParsedSignature::covers(std::string_view name) const {
    return std::ranges::find(covered, name) != covered.end();
}

std::string ParsedSignature::fingerprint() const {
    return crypto::hex(crypto::sha256(value));
}

bool has_signature(const http::Request& request) {
    return request.headers.count("signature") > 0;
}

Result<std::vector<ParsedSignature>> parse_signatures(const http::Request& request,
                                                      const Receiver& receiver,
                                                      Time now) {
    if (!has_signature(request)) return refused("none");
    const auto& headers = request.headers;
    if (const auto checked = check_headers(headers, receiver); !checked) return checked.error();
    if (!request.target.starts_with('/') || has_control(request.target)) {
        return refused("the target is no path");
    }
    const Message message{.method = request.method,
                          .origin = receiver.origin,
                          .authority = host_of(receiver.origin),
                          .target = request.target,
                          .headers = headers};
    const bool digest_needed = needs_digest(request.method, request.body);

    std::vector<ParsedSignature> signatures;
    if (headers.count("signature-input") > 0) {
        auto parsed = parse_rfc9421(message, receiver, digest_needed, now);
        if (!parsed) return parsed.error();
        signatures = std::move(*parsed);
    } else {
        auto parsed = parse_cavage(message, receiver, digest_needed, now);
        if (!parsed) return parsed.error();
        signatures.push_back(std::move(*parsed));
    }
    for (const auto& signature : signatures) {
        if (const auto checked = check_body(signature, request); !checked) return checked.error();
    }
    return signatures;
}

Result<Done> verify(const ParsedSignature& signature, const crypto::PublicKey& key) {
    const bool rsa = key.type() == crypto::KeyType::Rsa;
    const std::string& label = signature.algorithm;
    const bool fits = signature.scheme == Scheme::Cavage
                          ? label == "hs2019" || (rsa && (label.empty() || label == "rsa-sha256"))
                          : label.empty() || label == (rsa ? "rsa-v1_5-sha256" : "ed25519");
    if (!fits) return refused("the algorithm does not fit the key");
    const auto verifies = [&](const std::string& text) {
        return key.verify(text, signature.value);
    };
    if (!std::ranges::any_of(signature.texts, verifies)) return refused("made by another key");
    return Done{};
}

Result<Draft> prepare(http::Outgoing& request) {
    const auto uri = parse_uri(request.url);
    if (!uri) return uri.error();
    Draft draft{
        .origin = uri->origin(), .authority = uri->authority(), .target = {}, .headers = {}};
    for (const char c : uri->target()) {
        if (static_cast<unsigned char>(c) < 0x80) {
            draft.target += c;
        } else {
            draft.target += percent_encode({&c, 1});
        }
    }
    request.url = draft.origin + draft.target;
    for (const auto& line : request.headers.lines()) {
        const auto is_old = [&](std::string_view name) { return iequals(line.name, name); };
        if (is_old("host") || std::ranges::any_of(signing_headers, is_old)) continue;
        draft.headers.add(line.name, line.value);
    }
    request.headers = draft.headers;
    draft.headers.add("Host", draft.authority);
    return draft;
}

} // namespace federation
