// HTTP Message Signatures, RFC 9421, as the fediverse uses them: reading (PROTOCOL section 5).
#include "base/text.h"
#include "base/uri.h"
#include "federation/signature_scheme.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace federation {

namespace {

using structured::Item;
using structured::Member;
using structured::Parameters;

constexpr std::size_t max_labels = 3;
constexpr std::size_t max_components = 40;

std::string_view path_of(std::string_view target) {
    return target.substr(0, target.find('?'));
}
/// With its question mark, which stands alone when there is no query.
std::string_view query_of(std::string_view target) {
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? "?" : target.substr(mark);
}

std::string decode_form(std::string_view text) {
    std::string spaced(text);
    std::ranges::replace(spaced, '+', ' ');
    return percent_decode(spaced);
}

/// "@query-param";name="Pet": the one value of that name, encoded anew (section 2.2.8).
Result<std::string> query_parameter(std::string_view target, const Parameters& parameters) {
    const auto* name = structured::find<std::string>(parameters, "name");
    if (name == nullptr || parameters.size() != 1) return refused("@query-param without a name");
    const std::string wanted = percent_decode(*name);
    std::optional<std::string> found;
    auto rest = query_of(target).substr(1);
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        if (decode_form(pair.substr(0, equals)) != wanted) continue;
        if (found) return refused("@query-param is there twice");
        found = percent_encode(decode_form(pair.substr(std::min(equals + 1, pair.size()))));
    }
    if (!found) return refused("@query-param is absent");
    return std::move(*found);
}

Result<std::string> component_value(const Message& message,
                                    const std::string& name,
                                    const Parameters& parameters) {
    if (name == "@query-param") return query_parameter(message.target, parameters);
    // sf, bs, key, tr and req change what a line means; nobody here needs them.
    if (!parameters.empty()) return refused("a component with parameters");
    if (!name.starts_with('@')) return covered_value(message.headers, name);
    if (name == "@method") return message.method;
    if (name == "@target-uri") return message.origin + message.target;
    if (name == "@authority") return message.authority;
    if (name == "@scheme") return message.origin.substr(0, message.origin.find(':'));
    if (name == "@request-target") return message.target;
    if (name == "@path") return std::string(path_of(message.target));
    if (name == "@query") return std::string(query_of(message.target));
    return refused("unknown component");
}

Result<Done> check_coverage(const ParsedSignature& signature,
                            const Message& message,
                            bool digest_needed) {
    if (!signature.covers("@method")) return refused("@method is not covered");
    const bool has_query = message.target.find('?') != std::string::npos;
    const bool in_parts = signature.covers("@authority") && signature.covers("@path") &&
                          (!has_query || signature.covers("@query"));
    if (!signature.covers("@target-uri") && !in_parts) return refused("the target is not covered");
    if (digest_needed && !signature.covers("content-digest")) {
        return refused("content-digest is not covered");
    }
    return Done{};
}

Time from_seconds(std::int64_t seconds) {
    return Time(std::chrono::seconds(seconds)); // at most 15 digits, so that this cannot overflow
}

/// A parameter that may be absent but not of another type.
template <typename T>
Result<std::optional<T>> optional_parameter(const Parameters& parameters, std::string_view name) {
    if (!structured::has(parameters, name)) return std::optional<T>{};
    const T* value = structured::find<T>(parameters, name);
    if (value == nullptr) return refused(fmt::format("{} is of the wrong type", name));
    return std::optional<T>(*value);
}

/// Reads created, expires, keyid, alg and nonce, and checks the time.
Result<Done> read_parameters(const Parameters& parameters, Time now, ParsedSignature& signature) {
    const auto created = optional_parameter<std::int64_t>(parameters, "created");
    if (!created) return created.error();
    const auto expires = optional_parameter<std::int64_t>(parameters, "expires");
    if (!expires) return expires.error();
    const auto keyid = optional_parameter<std::string>(parameters, "keyid");
    if (!keyid) return keyid.error();
    const auto alg = optional_parameter<std::string>(parameters, "alg");
    if (!alg) return alg.error();
    const auto nonce = optional_parameter<std::string>(parameters, "nonce");
    if (!nonce) return nonce.error();
    if (!*created || !*keyid) return refused("created and keyid are required");
    signature.key_id = **keyid;
    signature.algorithm = alg->value_or("");
    signature.nonce = nonce->value_or("");
    signature.signed_at = from_seconds(**created);
    std::optional<Time> until;
    if (*expires) until = from_seconds(**expires);
    return check_time(signature.signed_at, until, now);
}

/// The bytes of the signature with that label, or nullptr.
const structured::Bytes* value_of(const structured::Dictionary& signatures,
                                  std::string_view label) {
    const auto found = std::ranges::find(signatures, label, &Member::name);
    if (found == signatures.end() || found->is_list) return nullptr;
    return std::get_if<structured::Bytes>(&found->items.front().value);
}

struct Request {
    const Message& message;
    const Receiver& receiver;
    bool digest_needed = false;
    Time now;
};

Result<ParsedSignature> parse_one(const Request& request,
                                  const Member& input,
                                  const structured::Dictionary& signatures) {
    const auto* value = value_of(signatures, input.name);
    if (!input.is_list || value == nullptr || value->value.empty()) {
        return refused("no signature of that label");
    }
    ParsedSignature signature{
        .scheme = Scheme::Rfc9421, .label = input.name, .value = value->value};
    auto read = read_parameters(input.parameters, request.now, signature);
    if (!read) return read.error();
    if (const auto ours = check_key_id(signature.key_id, request.receiver); !ours) {
        return ours.error();
    }
    auto base = signature_base(request.message, input.items, input.parameters);
    if (!base) return base.error();
    signature.texts.push_back(std::move(*base));
    for (const auto& item : input.items) {
        // A part of the query is not the query: it protects only itself.
        if (item.parameters.empty()) signature.covered.push_back(std::get<std::string>(item.value));
    }
    const auto covered = check_coverage(signature, request.message, request.digest_needed);
    if (!covered) return covered.error();
    return signature;
}

} // namespace

Result<std::string> signature_base(const Message& message,
                                   const std::vector<Item>& components,
                                   const Parameters& parameters) {
    if (components.size() > max_components) return refused("too many components");
    std::string base;
    for (const auto& component : components) {
        const auto* name = std::get_if<std::string>(&component.value);
        if (name == nullptr || *name != ascii_lower(*name)) return refused("malformed component");
        if (std::ranges::count(components, component) > 1) return refused("a component twice");
        const auto value = component_value(message, *name, component.parameters);
        if (!value) return value.error();
        base += fmt::format("{}: {}\n", structured::serialize(component), *value);
    }
    base += fmt::format("\"@signature-params\": {}",
                        structured::serialize_list(components, parameters));
    return base;
}

Result<std::vector<ParsedSignature>> parse_rfc9421(const Message& message,
                                                   const Receiver& receiver,
                                                   bool digest_needed,
                                                   Time now) {
    const auto inputs = structured::parse_dictionary(message.headers.get("signature-input"));
    const auto values = structured::parse_dictionary(message.headers.get("signature"));
    if (!inputs || !values || inputs->empty()) return refused("malformed header");
    const Request request{
        .message = message, .receiver = receiver, .digest_needed = digest_needed, .now = now};
    std::vector<ParsedSignature> good;
    std::optional<Error> first_error;
    const auto labels = std::min(inputs->size(), max_labels);
    for (const Member& input : std::span(*inputs).first(labels)) {
        auto parsed = parse_one(request, input, *values);
        if (parsed) {
            good.push_back(std::move(*parsed));
        } else if (!first_error) {
            first_error = parsed.error();
        }
    }
    if (good.empty()) return *first_error;
    return good;
}

} // namespace federation
