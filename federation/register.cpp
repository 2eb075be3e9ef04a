#include "federation/register.h"

#include "base/json_reader.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/jcs.h"
#include "federation/multikey.h"
#include "federation/proof.h"
#include "federation/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace federation {
namespace {

constexpr std::string_view head_type = "RegisterHead";
constexpr std::string_view page_type = "RegisterPage";
constexpr std::string_view did_prefix = "did:key:";
constexpr std::size_t hash_digits = 64;
constexpr std::size_t longest_address = 300;
constexpr std::array<std::string_view, 4> types{"recommendation", "retraction", "tombstone", "key"};
constexpr std::array<std::string_view, 2> kinds{"domain", "link-domain"};
constexpr std::array<std::string_view, 4> words{"accept", "filter", "reject", "drop"};

constexpr std::string_view terms = R"json({
    "RegisterHead": "https://staffroom.example/ns/v1#RegisterHead",
    "RegisterPage": "https://staffroom.example/ns/v1#RegisterPage",
    "register": {"@id": "https://staffroom.example/ns/v1#register", "@type": "@json"},
    "entries": {"@id": "https://staffroom.example/ns/v1#entries", "@type": "@json"}
})json";

Json context() {
    return Json::array({"https://www.w3.org/ns/activitystreams",
                        "https://w3id.org/security/data-integrity/v2",
                        Json::parse(terms)});
}

Error refused(Error::Kind kind, std::string_view what) {
    return {.kind = kind, .detail = fmt::format("register: {}", what)};
}

Error invalid(std::string_view what) {
    return refused(Error::Kind::Invalid, what);
}

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool is_hash(std::string_view text) {
    return text.size() == hash_digits && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// A host as we write it, and not a whole top-level domain, which would be half the world.
bool is_host(const std::string& text) {
    const auto host = parse_authority(text);
    return host && *host == text && text.substr(0, text.find(':')).find('.') != std::string::npos;
}

bool is_address(std::string_view text) {
    return text.size() <= longest_address && !text.empty() && canonical_id(text) == text;
}

std::optional<RegisterEntryType> type_of(std::string_view name) {
    const auto at = std::ranges::find(types, name);
    if (at == types.end()) return std::nullopt;
    return static_cast<RegisterEntryType>(at - types.begin());
}

/// What only a type of entry has. Errors: Invalid.
Result<Done> check_parts(const RegisterEntry& entry) {
    if (entry.type == RegisterEntryType::Key) {
        const auto key = parse_register_key(entry.key);
        const bool is_alone = entry.kind.empty() && entry.subject.empty() && entry.word.empty() &&
                              entry.issuer.empty();
        if (!key || *key != entry.key || !is_alone) return invalid("a key entry");
        return Done{};
    }
    if (!entry.key.empty()) return invalid("publicKeyMultibase");
    if (!is_one_of(kinds, entry.kind)) return invalid("entityKind");
    if (!is_host(entry.subject)) return invalid("entityKey");
    if (entry.type != RegisterEntryType::Recommendation) {
        if (!entry.word.empty() || !entry.issuer.empty()) return invalid("policy of a retraction");
        return Done{};
    }
    if (!is_one_of(words, entry.word)) return invalid("policy");
    const bool is_about_sender = entry.kind == "domain";
    if (!is_about_sender && (entry.word == "accept" || entry.word == "drop"))
        return invalid("policy of a link");
    if (entry.issuer.empty()) return Done{};
    if (entry.word != "accept" || !is_address(entry.issuer)) return invalid("issuer");
    return Done{};
}

} // namespace

void add_register_link(Json& actor_document, std::string_view uri) {
    actor_document["@context"].push_back(
        {{"registerDocument",
          {{"@id", "https://staffroom.example/ns/v1#registerDocument"}, {"@type", "@id"}}}});
    actor_document["registerDocument"] = uri;
}

std::string_view to_string(RegisterEntryType type) {
    return types.at(static_cast<std::size_t>(type));
}

Result<std::string> parse_register_key(std::string_view text) {
    if (text.starts_with(did_prefix)) text.remove_prefix(did_prefix.size());
    const auto key = decode_multikey(text);
    if (!key || key->type() != crypto::KeyType::Ed25519) return invalid("not an Ed25519 multikey");
    return encode_multikey(*key);
}

Json render_register_entry(const RegisterEntry& entry) {
    Json out = {{"number", entry.number},
                {"at", format_iso8601(entry.at)},
                {"type", to_string(entry.type)}};
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty()) out[key] = value;
    };
    add("previous", entry.previous);
    add("entityKind", entry.kind);
    add("entityKey", entry.subject);
    add("policy", entry.word);
    add("issuer", entry.issuer);
    add("reason", entry.reason);
    add("publicKeyMultibase", entry.key);
    return out;
}

Result<RegisterEntry> parse_register_entry(const Json& document) {
    if (!document.is_object()) return invalid("an entry is no object");
    JsonReader json(document);
    const auto type = type_of(json.text("type"));
    const auto at = time_in(json, "at");
    const auto number = json.number("number").value_or(0);
    RegisterEntry entry{.number = number,
                        .previous = json.text_or("previous", ""),
                        .at = at.value_or(Time{}),
                        .type = type.value_or(RegisterEntryType::Key),
                        .kind = json.text_or("entityKind", ""),
                        .subject = json.text_or("entityKey", ""),
                        .word = json.text_or("policy", ""),
                        .issuer = json.text_or("issuer", ""),
                        .reason = clean_text(json.text_or("reason", ""), max_register_reason),
                        .key = json.text_or("publicKeyMultibase", "")};
    if (const auto read = json.finish(Done{}); !read) return read.error();
    if (!type) return invalid("type");
    if (!at) return invalid("at");
    if (number < 1 || number > max_register_entries) return invalid("number");
    if (number == 1 ? !entry.previous.empty() : !is_hash(entry.previous))
        return invalid("previous");
    if (const auto good = check_parts(entry); !good) return good.error();
    auto hash = hash_register_entry(document);
    if (!hash) return hash.error();
    entry.hash = std::move(*hash);
    return entry;
}

Result<std::string> hash_register_entry(const Json& document) {
    const auto text = canonicalize(document);
    if (!text) return text.error();
    return crypto::hex(crypto::sha256(*text));
}

Json render_register_head(const RegisterHead& head) {
    Json stands = {{"version", head.version},
                   {"pages", head.pages},
                   {"pageSize", register_page_size},
                   {"publicKeyMultibase", head.key}};
    if (!head.last.empty()) stands["last"] = head.last;
    return {{"@context", context()},
            {"id", head.id},
            {"type", head_type},
            {"attributedTo", head.actor},
            {"published", format_iso8601(head.at)},
            {"register", std::move(stands)}};
}

Result<RegisterHead> parse_register_head(const Json& document) {
    if (!document.is_object() || !has_type(document, head_type)) return invalid("no register");
    JsonReader json(document);
    RegisterHead head{.id = id_of(document), .actor = first_id_in(json, "attributedTo")};
    const auto at = time_in(json, "published");
    const Json* part = json.find("register");
    if (!at || part == nullptr || !part->is_object()) return invalid("published or register");
    head.at = *at;
    JsonReader stands(*part);
    head.version = stands.number("version").value_or(-1);
    head.last = stands.text_or("last", "");
    head.pages = stands.text("pages");
    const auto size = stands.number("pageSize").value_or(0);
    const auto key = parse_register_key(stands.text("publicKeyMultibase"));
    if (const auto read = stands.finish(Done{}); !read) return read.error();
    if (!key) return key.error();
    head.key = *key;
    if (head.version < 0) return invalid("version");
    if (head.version > max_register_entries)
        return refused(Error::Kind::TooLarge, "more than 20,000 entries");
    if (size != static_cast<std::int64_t>(register_page_size)) return invalid("pageSize");
    if (head.version == 0 ? !head.last.empty() : !is_hash(head.last)) return invalid("last");
    if (!is_address(head.pages)) return invalid("pages");
    if (!same_origin(head.id, head.actor) || !same_origin(head.id, head.pages))
        return refused(Error::Kind::Unauthorized, "an address on another origin");
    return head;
}

Json render_register_page(std::string_view id, Json entries) {
    return {
        {"@context", context()}, {"id", id}, {"type", page_type}, {"entries", std::move(entries)}};
}

Result<std::vector<Json>> parse_register_page(const Json& document) {
    if (!document.is_object() || !has_type(document, page_type)) return invalid("no page");
    const auto entries = document.find("entries");
    if (entries == document.end() || !entries->is_array() || entries->size() > register_page_size)
        return invalid("entries of a page");
    return std::vector<Json>(entries->begin(), entries->end());
}

Result<Json> sign_register(Json document, const crypto::PrivateKey& key, Time now) {
    const auto multikey = encode_multikey(key.public_key());
    return add_proof(
        std::move(document), key, fmt::format("{}{}#{}", did_prefix, multikey, multikey), now);
}

Result<Done> verify_register(const Json& document, std::string_view multikey) {
    const auto key = decode_multikey(multikey);
    if (!key || key->type() != crypto::KeyType::Ed25519) return invalid("key");
    const auto proof = parse_proof(document);
    if (!proof) return refused(Error::Kind::Unauthorized, proof.error().detail);
    // Whatever the proof calls its key, only the one that a person confirmed counts.
    if (!key->verify(proof->signed_bytes, proof->value))
        return refused(Error::Kind::Unauthorized, "signed by another key");
    return Done{};
}

Result<RegisterEntry> extend_register(RegisterChain& chain, const Json& document) {
    auto entry = parse_register_entry(document);
    if (!entry) return entry;
    if (entry->number != chain.version + 1 || entry->previous != chain.last)
        return refused(Error::Kind::Forbidden, "an entry does not follow the one before");
    if (entry->type == RegisterEntryType::Key) {
        if (const auto proven = verify_register(document, chain.key); !proven)
            return refused(Error::Kind::Unauthorized, "a new key that the old one does not prove");
        chain.key = entry->key;
    }
    chain.version = entry->number;
    chain.last = entry->hash;
    return entry;
}

} // namespace federation
