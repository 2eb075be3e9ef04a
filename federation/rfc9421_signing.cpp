// HTTP Message Signatures, RFC 9421: signing, and answering who asks for more (PROTOCOL section 5).
#include "federation/digest.h"
#include "federation/signature_scheme.h"

#include <algorithm>
#include <utility>

namespace federation {

namespace {

using structured::Item;
using structured::Member;
using structured::Parameters;

constexpr std::size_t max_components = 40;
constexpr std::chrono::seconds lifetime{300};
constexpr std::string_view default_label = "sig1";
constexpr std::string_view rsa_algorithm = "rsa-v1_5-sha256";
constexpr std::string_view ed25519_algorithm = "ed25519";

std::string_view algorithm_of(const Signer& signer) {
    return signer.key.type() == crypto::KeyType::Rsa ? rsa_algorithm : ed25519_algorithm;
}

/// Our minimum, then what the caller and the challenge want on top.
std::vector<Item> make_components(bool has_digest, const SigningOptions& options) {
    std::vector<std::string> names = {"@method", "@target-uri", "@authority"};
    if (has_digest) names.emplace_back("content-digest");
    const auto cover = [&](const std::string& name) {
        // A challenge names it for any request; one without a body has none.
        if (name == "content-digest" && !has_digest) return;
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    };
    std::ranges::for_each(options.also, cover);
    if (options.challenge) std::ranges::for_each(options.challenge->covered, cover);
    std::vector<Item> components;
    components.reserve(names.size());
    for (auto& name : names)
        components.push_back({.value = std::move(name)});
    return components;
}

Parameters make_parameters(const Signer& signer,
                           Time now,
                           const std::optional<Challenge>& challenge) {
    const std::int64_t created =
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    Parameters parameters = {
        {.name = "created", .value = created},
        {.name = "keyid", .value = signer.key_id},
        {.name = "alg", .value = std::string(algorithm_of(signer))},
        {.name = "expires", .value = created + lifetime.count()},
    };
    if (!challenge) return parameters;
    if (!challenge->nonce.empty())
        parameters.push_back({.name = "nonce", .value = challenge->nonce});
    if (!challenge->tag.empty()) parameters.push_back({.name = "tag", .value = challenge->tag});
    return parameters;
}

/// What `member` asks for, if `signer` can give it.
std::optional<Challenge> fulfillable(const Member& member, const Signer& signer) {
    if (!member.is_list || member.items.size() > max_components) return std::nullopt;
    const auto* algorithm = structured::find<std::string>(member.parameters, "alg");
    if (algorithm != nullptr && *algorithm != algorithm_of(signer)) return std::nullopt;
    const auto* key_id = structured::find<std::string>(member.parameters, "keyid");
    if (key_id != nullptr && *key_id != signer.key_id) return std::nullopt;
    Challenge challenge{.label = member.name, .covered = {}, .nonce = {}, .tag = {}};
    for (const auto& item : member.items) {
        const auto* name = std::get_if<std::string>(&item.value);
        if (name == nullptr || !item.parameters.empty()) return std::nullopt;
        challenge.covered.push_back(*name);
    }
    if (const auto* nonce = structured::find<std::string>(member.parameters, "nonce")) {
        challenge.nonce = *nonce;
    }
    if (const auto* tag = structured::find<std::string>(member.parameters, "tag")) {
        challenge.tag = *tag;
    }
    return challenge;
}

} // namespace

Result<Done> sign_rfc9421(http::Outgoing& request,
                          const Signer& signer,
                          Time now,
                          const SigningOptions& options) {
    auto draft = prepare(request);
    if (!draft) return draft.error();
    const bool has_digest = needs_digest(request.method, request.body);
    if (has_digest) {
        const auto digest = make_content_digest(request.body);
        request.headers.set("Content-Digest", digest);
        draft->headers.set("Content-Digest", digest);
    }
    const auto components = make_components(has_digest, options);
    const auto parameters = make_parameters(signer, now, options.challenge);
    const Message message{.method = request.method,
                          .origin = draft->origin,
                          .authority = draft->authority,
                          .target = draft->target,
                          .headers = draft->headers};
    const auto base = signature_base(message, components, parameters);
    if (!base) return Error{.kind = Error::Kind::Invalid, .detail = base.error().detail};

    const std::string label(options.challenge ? options.challenge->label : default_label);
    const Member input{
        .name = label, .is_list = true, .items = components, .parameters = parameters};
    const Member value{.name = label,
                       .items = {{.value = structured::Bytes{signer.key.sign(*base)}}}};
    request.headers.set("Signature-Input", structured::serialize({input}));
    request.headers.set("Signature", structured::serialize({value}));
    return Done{};
}

std::string make_challenge(std::string_view nonce) {
    Member member{
        .name = std::string(default_label),
        .is_list = true,
        .parameters = {{.name = "created", .value = true}, {.name = "keyid", .value = true}}};
    for (const char* name : {"@method", "@target-uri", "@authority", "content-digest"}) {
        member.items.push_back({.value = std::string(name)});
    }
    if (!nonce.empty()) member.parameters.push_back({.name = "nonce", .value = std::string(nonce)});
    return structured::serialize({member});
}

std::optional<Challenge> read_challenge(std::string_view header, const Signer& signer) {
    const auto members = structured::parse_dictionary(header);
    if (!members) return std::nullopt;
    for (const Member& member : *members) {
        if (auto challenge = fulfillable(member, signer)) return challenge;
    }
    return std::nullopt;
}

} // namespace federation
