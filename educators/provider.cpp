#include "educators/provider.h"

#include "base/crypto.h"
#include "base/uri.h"

#include <fmt/format.h>

#include <algorithm>

namespace educators {
namespace {

constexpr std::size_t max_answer_bytes = 256 * 1024;

Error invalid(std::string why) {
    return {Error::Kind::Invalid, "sign-on: " + std::move(why)};
}

std::string text_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return "";
    return found->get<std::string>();
}

bool lists(const Json& document, const char* name, const char* wanted) {
    const auto list = document.find(name);
    return list != document.end() && list->is_array() &&
           std::ranges::find(*list, Json(wanted)) != list->end();
}

bool is_endpoint(const std::string& url, const SignOnTerms& terms) {
    const auto uri = parse_uri(url);
    return uri && uri->fragment.empty() && (uri->scheme == "https" || terms.allow_http);
}

std::string query_of(const std::vector<std::pair<std::string_view, std::string>>& fields) {
    std::string query;
    for (const auto& [name, value] : fields) {
        if (!query.empty()) query += '&';
        query += fmt::format("{}={}", name, percent_encode(value));
    }
    return query;
}

} // namespace

Result<ProviderFacts> parse_discovery(const Json& document, const SignOnTerms& terms) {
    if (!document.is_object()) return invalid("the discovery document is no object");
    // Byte for byte: who answers for another issuer could send us anybody.
    if (text_of(document, "issuer") != terms.issuer)
        return invalid("the discovery document is of another issuer");
    ProviderFacts facts{
        .authorization_endpoint = text_of(document, "authorization_endpoint"),
        .token_endpoint = text_of(document, "token_endpoint"),
        .userinfo_endpoint = text_of(document, "userinfo_endpoint"),
        .jwks_uri = text_of(document, "jwks_uri"),
        .secret_in_body =
            document.contains("token_endpoint_auth_methods_supported") &&
            !lists(document, "token_endpoint_auth_methods_supported", "client_secret_basic"),
        .names_issuer =
            document.value("authorization_response_iss_parameter_supported", Json()) == true};
    for (const auto& url : {facts.authorization_endpoint, facts.token_endpoint, facts.jwks_uri}) {
        if (!is_endpoint(url, terms))
            return invalid("the discovery document lacks an endpoint, or it is not https");
    }
    if (!facts.userinfo_endpoint.empty() && !is_endpoint(facts.userinfo_endpoint, terms))
        return invalid("the userinfo endpoint is not https");
    if (document.contains("response_types_supported") &&
        !lists(document, "response_types_supported", "code"))
        return invalid("the provider has no authorisation code flow");
    return facts;
}

Provider::Provider(http::Client& client, SignOnTerms terms, std::string redirect_uri)
    : client_(client), terms_(std::move(terms)), redirect_uri_(std::move(redirect_uri)) {}

Result<Json> Provider::fetch_json(const http::Outgoing& request) {
    auto response = client_.send(request, {.max_bytes = max_answer_bytes});
    if (!response) return response.error();
    if (response->status >= 500)
        return Error{Error::Kind::Unavailable,
                     fmt::format("sign-on: {} answered {}", request.url, response->status)};
    if (response->status != 200)
        return invalid(fmt::format("{} answered {}", request.url, response->status));
    auto document = parse_json(response->body);
    if (!document) return document.error();
    if (!document->is_object()) return invalid(request.url + " answered no object");
    return std::move(*document);
}

Result<ProviderFacts> Provider::load_facts(Time now) {
    const auto known = known_.with([&](Known& k) {
        const bool is_fresh = k.facts && now - k.facts_at < provider_facts_good_for;
        return is_fresh ? k.facts : std::nullopt;
    });
    if (known) return *known;
    const auto slash = terms_.issuer.ends_with('/') ? "" : "/";
    const auto document =
        fetch_json({.url = terms_.issuer + slash + ".well-known/openid-configuration",
                    .headers = {{"Accept", "application/json"}}});
    if (!document) return document.error();
    auto facts = parse_discovery(*document, terms_);
    if (!facts) return facts;
    known_.with([&](Known& k) {
        k.facts = *facts;
        k.facts_at = now;
        return 0;
    });
    return facts;
}

Result<std::vector<jws::Key>> Provider::fetch_keys(const std::string& uri, Time now) {
    const auto document = fetch_json(
        {.url = uri, .headers = {{"Accept", "application/json, application/jwk-set+json"}}});
    if (!document) return document.error();
    auto keys = jws::parse_key_set(*document);
    if (!keys) return keys;
    known_.with([&](Known& k) {
        k.keys = *keys;
        k.keys_at = now;
        return 0;
    });
    return keys;
}

Result<std::vector<jws::Key>> Provider::find_keys(const ProviderFacts& facts, Time now) {
    auto known = known_.with([&](Known& k) {
        return now - k.keys_at < provider_facts_good_for ? k.keys : std::vector<jws::Key>();
    });
    if (!known.empty()) return known;
    return fetch_keys(facts.jwks_uri, now);
}

bool Provider::may_refetch(Time now) {
    return known_.with([&](Known& k) {
        if (now - k.refetched_at < key_refetch_pause) return false;
        k.refetched_at = now;
        return true;
    });
}

Result<std::string> Provider::authorization_url(const Challenge& challenge, Time now) {
    const auto facts = load_facts(now);
    if (!facts) return facts.error();
    std::string scope = "openid";
    for (const auto& one : terms_.scopes) {
        if (one != "openid") scope += " " + one;
    }
    std::vector<std::pair<std::string_view, std::string>> fields{
        {"response_type", "code"},
        {"client_id", terms_.client_id},
        {"redirect_uri", redirect_uri_},
        {"scope", scope},
        {"state", challenge.state},
        {"nonce", challenge.nonce},
        {"code_challenge", challenge.code_challenge},
        {"code_challenge_method", "S256"}};
    // Google shows only accounts of the domain; what comes back is checked all the same.
    if (terms_.preset == Preset::Google && terms_.tenants.size() == 1)
        fields.emplace_back("hd", terms_.tenants.front());
    const auto& endpoint = facts->authorization_endpoint;
    const char join = endpoint.find('?') == std::string::npos ? '?' : '&';
    return fmt::format("{}{}{}", endpoint, join, query_of(fields));
}

Result<Json> Provider::redeem(const ProviderFacts& facts, const Answer& answer) {
    http::Outgoing request{.method = "POST",
                           .url = facts.token_endpoint,
                           .headers = {{"Accept", "application/json"},
                                       {"Content-Type", "application/x-www-form-urlencoded"}}};
    std::vector<std::pair<std::string_view, std::string>> fields{
        {"grant_type", "authorization_code"},
        {"code", answer.code},
        {"redirect_uri", redirect_uri_},
        {"code_verifier", answer.verifier}};
    const bool is_public = terms_.client_secret.empty();
    if (is_public || facts.secret_in_body) {
        fields.emplace_back("client_id", terms_.client_id);
        if (!is_public) fields.emplace_back("client_secret", terms_.client_secret);
    } else {
        // RFC 6749 section 2.3.1: both are encoded as in a form first.
        request.headers.add("Authorization",
                            "Basic " + crypto::base64(percent_encode(terms_.client_id) + ":" +
                                                      percent_encode(terms_.client_secret)));
    }
    request.body = query_of(fields);
    return fetch_json(request);
}

Result<Json> Provider::verified_claims(const ProviderFacts& facts,
                                       std::string_view id_token,
                                       const std::string& nonce,
                                       Time now) {
    auto token = jws::parse(id_token);
    if (!token) return token.error();
    auto keys = find_keys(facts, now);
    if (!keys) return keys.error();
    const auto* key = jws::find_key(*keys, *token);
    if (key == nullptr && may_refetch(now)) {
        // The provider has changed its keys.
        keys = fetch_keys(facts.jwks_uri, now);
        if (!keys) return keys.error();
        key = jws::find_key(*keys, *token);
    }
    if (key == nullptr)
        return Error{Error::Kind::Unauthorized, "id token: signed by no key of the provider"};
    if (!key->verify(token->algorithm, token->signing_input, token->signature))
        return Error{Error::Kind::Unauthorized, "id token: the signature does not fit"};
    const auto fine = check_claims(
        token->payload,
        {.issuer = terms_.issuer, .client_id = terms_.client_id, .nonce = nonce, .now = now});
    if (!fine) return fine.error();
    return std::move(token->payload);
}

Result<Json> Provider::with_userinfo(const ProviderFacts& facts,
                                     Json claims,
                                     const std::string& access_token) {
    if (facts.userinfo_endpoint.empty() || access_token.empty()) return claims;
    const auto more = fetch_json(
        {.url = facts.userinfo_endpoint,
         .headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + access_token}}});
    if (!more) return more.error();
    // Section 5.3.2: somebody else's, otherwise. ClassLink's own answer has no `sub`.
    const bool may_lack_sub = terms_.preset == Preset::ClassLink && !more->contains("sub");
    if (!may_lack_sub && text_of(*more, "sub") != text_of(claims, "sub"))
        return Error{Error::Kind::Unauthorized, "userinfo: is somebody else's"};
    // What is signed counts.
    for (const auto& [name, value] : more->items()) {
        if (!claims.contains(name)) claims[name] = value;
    }
    return claims;
}

Result<SignOnIdentity> Provider::identify(const Answer& answer, Time now) {
    const auto facts = load_facts(now);
    if (!facts) return facts.error();
    // Another provider's answer to our question (RFC 9207).
    if ((facts->names_issuer || !answer.issuer.empty()) && answer.issuer != terms_.issuer)
        return Error{Error::Kind::Unauthorized, "sign-on: answered by another issuer"};
    const auto tokens = redeem(*facts, answer);
    if (!tokens) return tokens.error();
    auto claims = verified_claims(*facts, text_of(*tokens, "id_token"), answer.nonce, now);
    if (!claims) return claims.error();
    if (needs_userinfo(terms_, *claims)) {
        claims = with_userinfo(*facts, std::move(*claims), text_of(*tokens, "access_token"));
        if (!claims) return claims.error();
    }
    return read_identity(terms_, *claims);
}

Result<Done> Provider::check(Time now) {
    const auto facts = load_facts(now);
    if (!facts) return facts.error();
    const auto keys = fetch_keys(facts->jwks_uri, now);
    if (!keys) return keys.error();
    if (keys->empty()) return invalid("the provider has no key that signs as we can check");
    return Done{};
}

} // namespace educators
