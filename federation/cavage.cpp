// draft-cavage-http-signatures-12, as the fediverse sends it (PROTOCOL section 4).
#include "base/text.h"
#include "base/uri.h"
#include "federation/digest.h"
#include "federation/parameters.h"
#include "federation/signature_scheme.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace federation {

namespace {

constexpr std::size_t max_covered = 40;

/// Seconds since 1970, at most 11 digits.
std::optional<Time> parse_seconds(std::string_view text) {
    std::int64_t seconds = 0;
    const auto* end = text.data() + text.size();
    if (text.empty() || text.size() > 11 || text.front() == '-') return std::nullopt;
    const auto read = std::from_chars(text.data(), end, seconds);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return Time(std::chrono::seconds(seconds));
}

/// The lower-case names of the headers parameter.
Result<std::vector<std::string>> parse_names(std::string_view text) {
    std::vector<std::string> names;
    const std::string lower = ascii_lower(text);
    std::string_view rest = lower;
    while (!(rest = trim(rest)).empty()) {
        const auto name = rest.substr(0, rest.find(' '));
        rest.remove_prefix(name.size());
        if (std::ranges::find(names, name) != names.end()) return refused("a name is listed twice");
        if (names.size() == max_covered) return refused("too many names");
        names.emplace_back(name);
    }
    return names;
}

/// The parameters, as far as they are there.
struct Parts {
    ParsedSignature signature;
    CavageText text;
};

Result<Parts> read_parameters(std::string_view header) {
    const auto parameters = parse_parameters(header);
    if (!parameters) return refused("malformed header");
    const auto get = [&](std::string_view name) {
        const std::string* value = find(*parameters, name);
        return value == nullptr ? std::string{} : *value;
    };
    const auto value = crypto::base64_decode(get("signature"));
    if (!value || value->empty()) return refused("no signature value");
    auto names = parse_names(get("headers"));
    if (!names) return names.error();
    Parts parts;
    parts.signature.scheme = Scheme::Cavage;
    parts.signature.key_id = get("keyid");
    parts.signature.algorithm = get("algorithm");
    parts.signature.covered = *names;
    parts.signature.value = *value;
    parts.text = {
        .covered = std::move(*names), .created = get("created"), .expires = get("expires")};
    return parts;
}

Result<Done> check_coverage(const Parts& parts, bool digest_needed) {
    const auto& signature = parts.signature;
    for (const char* name : {"(request-target)", "host"}) {
        if (!signature.covers(name)) return refused(fmt::format("{} is not covered", name));
    }
    if (!signature.covers("date") && !signature.covers("(created)")) return refused("no time");
    if (digest_needed && !signature.covers("digest")) return refused("digest is not covered");
    const auto& label = signature.algorithm;
    if (!label.empty() && label != "hs2019" && label != "rsa-sha256") return refused("algorithm");
    const bool pseudo = signature.covers("(created)") || signature.covers("(expires)");
    if (pseudo && label != "hs2019") return refused("(created) without hs2019");
    return Done{};
}

/// Every signed time must be near; the latest statement of the signer is the time that counts.
Result<Time> check_times(const Parts& parts, const http::Headers& headers, Time now) {
    std::optional<Time> expires;
    if (!parts.text.expires.empty()) {
        expires = parse_seconds(parts.text.expires);
        if (!expires) return refused("malformed expires");
    }
    std::optional<Time> signed_at;
    for (const char* name : {"date", "(created)"}) {
        if (!parts.signature.covers(name)) continue;
        signed_at = std::string_view(name) == "date" ? parse_http_date(headers.get("date"))
                                                     : parse_seconds(parts.text.created);
        if (!signed_at) return refused("malformed time");
        if (const auto near = check_time(*signed_at, expires, now); !near) return near.error();
    }
    return *signed_at; // check_coverage saw one of the two
}

} // namespace

Result<std::string> cavage_text(const Message& message, const CavageText& parts) {
    std::string text;
    for (const auto& name : parts.covered) {
        if (!text.empty()) text += '\n';
        if (name == "(request-target)") {
            text += fmt::format("{}: {} {}", name, ascii_lower(message.method), message.target);
        } else if (name == "(created)" || name == "(expires)") {
            const auto& value = name == "(created)" ? parts.created : parts.expires;
            if (value.empty()) return refused(fmt::format("{} without the parameter", name));
            text += fmt::format("{}: {}", name, value);
        } else {
            const auto value = covered_value(message.headers, name);
            if (!value) return value.error();
            text += fmt::format("{}: {}", name, *value);
        }
    }
    return text;
}

Result<ParsedSignature> parse_cavage(const Message& message,
                                     const Receiver& receiver,
                                     bool digest_needed,
                                     Time now) {
    auto parts = read_parameters(message.headers.get("signature"));
    if (!parts) return parts.error();
    auto& signature = parts->signature;
    if (const auto ours = check_key_id(signature.key_id, receiver); !ours) return ours.error();
    if (const auto all = check_coverage(*parts, digest_needed); !all) return all.error();
    const auto time = check_times(*parts, message.headers, now);
    if (!time) return time.error();
    signature.signed_at = *time;

    auto text = cavage_text(message, parts->text);
    if (!text) return text.error();
    signature.texts.push_back(std::move(*text));
    // Some servers leave the query out of (request-target), some put it in.
    if (const auto query = message.target.find('?'); query != std::string::npos) {
        Message bare = message;
        bare.target.resize(query);
        signature.texts.push_back(*cavage_text(bare, parts->text));
    }
    return std::move(signature);
}

Result<Done> sign_cavage(http::Outgoing& request,
                         const Signer& signer,
                         Time now,
                         const SigningOptions& options) {
    auto draft = prepare(request);
    if (!draft) return draft.error();
    const auto set = [&](const char* name, const std::string& value) {
        request.headers.set(name, value);
        draft->headers.set(name, value);
    };
    std::vector<std::string> names = {"(request-target)", "host", "date"};
    set("Date", format_http_date(now));
    if (needs_digest(request.method, request.body)) {
        set("Digest", make_digest(request.body));
        names.emplace_back("digest");
    }
    for (const char* name : {"content-type", "accept"}) {
        if (request.headers.count(name) > 0) names.emplace_back(name);
    }
    for (const auto& name : options.also) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    if (options.query == SigningOptions::Query::LeftOut) {
        draft->target.resize(std::min(draft->target.find('?'), draft->target.size()));
    }
    const Message message{.method = request.method,
                          .origin = draft->origin,
                          .authority = draft->authority,
                          .target = draft->target,
                          .headers = draft->headers};
    const auto text = cavage_text(message, {.covered = names});
    if (!text) return Error{.kind = Error::Kind::Invalid, .detail = text.error().detail};
    // Everybody takes the label rsa-sha256; for Ed25519 there is none but hs2019.
    const bool rsa = signer.key.type() == crypto::KeyType::Rsa;
    request.headers.set("Signature",
                        fmt::format(R"(keyId="{}",algorithm="{}",headers="{}",signature="{}")",
                                    signer.key_id,
                                    rsa ? "rsa-sha256" : "hs2019",
                                    fmt::join(names, " "),
                                    crypto::base64(signer.key.sign(*text))));
    return Done{};
}

} // namespace federation
