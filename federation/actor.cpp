#include "federation/actor.h"

#include "base/html.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/attestation.h"
#include "federation/attested_field.h"
#include "federation/tags.h"
#include "federation/values.h"
#include "federation/webfinger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace federation {

namespace {

constexpr std::size_t max_name = 500;
constexpr std::size_t max_summary = 5'000;
constexpr std::size_t max_field_value = 2'048;
constexpr std::size_t max_fields = 16;
constexpr std::size_t max_aliases = 10;
constexpr std::size_t max_domains = 10;
constexpr std::size_t max_keys = 10;
constexpr std::size_t max_key_bytes = 16'384;
constexpr std::string_view rfc9421 = "https://datatracker.ietf.org/doc/html/rfc9421";

const std::vector<std::string> languages{"en"};

struct TypeRow {
    std::string_view text;
    ActorType type = ActorType::Person;
};

constexpr std::array type_rows{
    TypeRow{"Person", ActorType::Person},
    TypeRow{"Service", ActorType::Service},
    TypeRow{"Application", ActorType::Application},
    TypeRow{"Group", ActorType::Group},
    TypeRow{"Organization", ActorType::Organization},
};

Error invalid(std::string detail) {
    return {.kind = Error::Kind::Invalid, .detail = "actor: " + std::move(detail)};
}

std::optional<ActorType> actor_type_of(const Json& document) {
    for (const auto& type : types_of(document)) {
        if (const auto known = parse_actor_type(type)) return known;
    }
    return std::nullopt;
}

bool knows_key(const std::vector<ActorKey>& keys, std::string_view id) {
    return std::ranges::find(keys, id, &ActorKey::id) != keys.end();
}

/// Keys for requests. Errors: Invalid: the key belongs to somebody else (ATTACKS A10).
Result<std::vector<ActorKey>> read_request_keys(JsonReader& json, const std::string& actor) {
    std::vector<ActorKey> keys;
    for (const Json* entry : json.list("publicKey", max_keys)) {
        if (!entry->is_object()) continue; // Only its URL: it can be fetched when it signs.
        JsonReader key(*entry);
        ActorKey read{.id = id_of(*entry),
                      .owner = first_id_in(key, "owner"),
                      .pem = key.lenient_text("publicKeyPem")};
        if (read.owner.empty()) read.owner = actor;
        if (read.owner != actor || !same_origin(read.id, actor)) {
            return invalid("publicKey: belongs to another");
        }
        const bool usable = !read.pem.empty() && read.pem.size() <= max_key_bytes;
        if (usable && !knows_key(keys, read.id)) keys.push_back(std::move(read));
    }
    return keys;
}

/// Keys for proofs (FEP-521a); what is not such a key is passed over.
void add_proof_keys(std::vector<ActorKey>& keys, JsonReader& json, const std::string& actor) {
    for (const Json* entry : json.list("assertionMethod", max_keys)) {
        if (!has_type(*entry, "Multikey")) continue;
        JsonReader key(*entry);
        ActorKey read{.id = id_of(*entry),
                      .owner = first_id_in(key, "controller"),
                      .multikey = key.lenient_text("publicKeyMultibase")};
        const bool usable = read.owner == actor && same_origin(read.id, actor) &&
                            !read.multikey.empty() && read.multikey.size() <= max_key_bytes;
        if (usable && !knows_key(keys, read.id)) keys.push_back(std::move(read));
    }
}

Result<std::vector<ActorKey>> read_keys(JsonReader& json, const std::string& actor) {
    auto keys = read_request_keys(json, actor);
    if (keys) add_proof_keys(*keys, json, actor);
    return keys;
}

/// An icon or image: an object, a list of them (the largest wins), or a URL.
ActorImage read_image(JsonReader& json, std::string_view key) {
    constexpr std::size_t most = 10;
    ActorImage best;
    std::int64_t best_size = -1;
    for (const Json* entry : json.list(key, most)) {
        ActorImage image;
        std::int64_t size = 0;
        if (entry->is_object()) {
            JsonReader object(*entry);
            auto links = links_in(object, "url");
            if (links.empty()) links = links_in(object, "href"); // A Link.
            if (links.empty()) continue;
            image.url = links.front().url;
            image.media_type = ascii_lower(object.lenient_text("mediaType"));
            if (image.media_type.empty()) image.media_type = links.front().media_type;
            image.description = plain_text(object.lenient_text("name"), max_name);
            constexpr std::int64_t max_pixels = 100'000;
            size = std::min(count_in(object, "width").value_or(0), max_pixels) *
                   std::min(count_in(object, "height").value_or(0), max_pixels);
        } else if (entry->is_string()) {
            image.url = web_url(entry->get<std::string>());
            if (image.url.empty()) continue;
        }
        if (size > best_size) {
            best = std::move(image);
            best_size = size;
        }
    }
    return best;
}

std::vector<ProfileField> read_fields(JsonReader& json) {
    std::vector<ProfileField> fields;
    for (const Json* entry : json.list("attachment", 100)) {
        if (!has_type(*entry, "PropertyValue")) continue;
        JsonReader field(*entry);
        const std::string value = field.lenient_text("value");
        std::string name = plain_text(field.lenient_text("name"), max_name);
        // Ours is made from the attestation, when that was checked.
        if (imitates_attested_field(name)) continue;
        fields.push_back(
            {.name = std::move(name),
             .value = sanitize_html(truncate(std::string_view(value), max_field_value))});
        if (fields.size() == max_fields) break;
    }
    return fields;
}

/// The page for people: the first text/html link, else the first one.
std::string read_page(JsonReader& json, const std::string& id) {
    const auto links = links_in(json, "url");
    const auto page = std::ranges::find(links, "text/html", &Link::media_type);
    if (page != links.end()) return page->url;
    return links.empty() ? id : links.front().url;
}

bool implements_rfc9421(JsonReader& json) {
    const Json* generator = json.find("generator");
    if (!generator || !generator->is_object()) return false;
    JsonReader software(*generator);
    for (const Json* entry : software.list("implements", 20)) {
        if (entry->is_string() && *entry == rfc9421) return true;
        if (!entry->is_object()) continue;
        JsonReader standard(*entry);
        if (standard.lenient_text("href") == rfc9421 || standard.lenient_text("id") == rfc9421) {
            return true;
        }
    }
    return false;
}

void read_profile(Actor& actor, JsonReader& json) {
    actor.name = plain_text(text_in(json, "name", languages).text, max_name);
    if (actor.name.empty()) actor.name = actor.username;
    const std::string summary = text_in(json, "summary", languages).text;
    actor.summary = sanitize_html(truncate(std::string_view(summary), max_summary));
    actor.url = read_page(json, actor.id);
    actor.icon = read_image(json, "icon");
    actor.image = read_image(json, "image");
    actor.locked = is_set(json, "manuallyApprovesFollowers");
    actor.discoverable = is_set(json, "discoverable");
    actor.indexable = is_set(json, "indexable") && !is_set(json, "noindex");
    actor.memorial = is_set(json, "memorial");
    actor.suspended = is_set(json, "suspended");
    actor.takes_rfc9421 = implements_rfc9421(json);
    actor.published = time_in(json, "published");
    actor.fields = read_fields(json);
    actor.emojis = read_emojis(json);
    actor.aliases = ids_in(json, "alsoKnownAs", max_aliases);
    actor.moved_to = first_id_in(json, "movedTo");
    for (const Json* domain : json.list("attributionDomains", max_domains)) {
        const auto authority =
            domain->is_string() ? parse_authority(domain->get<std::string>()) : invalid("domain");
        if (authority) actor.attribution_domains.push_back(*authority);
    }
    const auto handle = parse_handle(json.lenient_text("webfinger"));
    if (handle) actor.webfinger = handle->text();
    const Json* owner = json.find("attributedTo");
    if (actor.group() && owner && owner->is_string()) actor.moderators = id_of(*owner);
    if (!same_origin(actor.moderators, actor.id)) actor.moderators.clear();
}

/// Errors: Invalid: a place that would take what is not its own.
Result<Done> read_endpoints(Actor& actor, JsonReader& json) {
    actor.inbox = first_id_in(json, "inbox");
    if (!same_origin(actor.inbox, actor.id)) return invalid("inbox: missing or on another origin");
    actor.followers = first_id_in(json, "followers");
    // Posts for followers would go to somebody else's.
    if (!actor.followers.empty() && !same_origin(actor.followers, actor.id)) {
        return invalid("followers: on another origin");
    }
    const auto own = [&](JsonReader& reader, std::string_view key) {
        std::string id = first_id_in(reader, key);
        return same_origin(id, actor.id) ? id : std::string{};
    };
    actor.outbox = own(json, "outbox");
    actor.following = own(json, "following");
    actor.featured = own(json, "featured");
    actor.featured_tags = own(json, "featuredTags");
    const Json* endpoints = json.find("endpoints");
    if (endpoints && endpoints->is_object()) {
        JsonReader reader(*endpoints);
        actor.shared_inbox = own(reader, "sharedInbox");
    }
    if (actor.shared_inbox.empty()) actor.shared_inbox = own(json, "sharedInbox");
    return Done{};
}

} // namespace

std::string_view to_string(ActorType type) {
    return std::ranges::find(type_rows, type, &TypeRow::type)->text;
}

std::optional<ActorType> parse_actor_type(std::string_view text) {
    const auto row = std::ranges::find(type_rows, text, &TypeRow::text);
    return row == type_rows.end() ? std::nullopt : std::optional(row->type);
}

Result<Actor> parse_actor(const Json& document) {
    if (const auto plain = check_plain(document); !plain) return plain.error();
    JsonReader json(document);
    Actor actor{.id = id_of(document)};
    if (actor.id.empty()) return invalid("id: no http(s) URI");
    const auto type = actor_type_of(document);
    if (!type) return invalid("type: not an actor's");
    actor.type = *type;
    actor.username = json.lenient_text("preferredUsername");
    if (!is_username(actor.username)) return invalid("preferredUsername: missing or not ASCII");
    const auto endpoints = read_endpoints(actor, json);
    if (!endpoints) return endpoints.error();
    auto keys = read_keys(json, actor.id);
    if (!keys) return keys.error();
    actor.keys = std::move(*keys);
    read_profile(actor, json);
    actor.attestation = find_attestation(document);
    return json.finish(std::move(actor));
}

std::string claimed_handle(const Actor& actor) {
    if (!actor.webfinger.empty()) return actor.webfinger;
    return fmt::format("{}@{}", actor.username, host_of(actor.id));
}

Result<KeyDocument> parse_key_document(const Json& document) {
    if (const auto plain = check_plain(document); !plain) return plain.error();
    JsonReader json(document);
    KeyDocument key{.id = id_of(document)};
    if (key.id.empty()) return invalid("key: no id");
    const std::string pem = json.lenient_text("publicKeyPem");
    const std::string multikey = json.lenient_text("publicKeyMultibase");
    if (!pem.empty() || !multikey.empty()) {
        key.owner = first_id_in(json, pem.empty() ? "controller" : "owner");
        key.keys = {{.id = key.id, .owner = key.owner, .pem = pem, .multikey = multikey}};
    } else {
        key.owner = key.id;
        auto keys = read_keys(json, key.owner);
        if (!keys) return keys.error();
        key.keys = std::move(*keys);
        key.is_actor = actor_type_of(document).has_value() && json.find("inbox") != nullptr;
    }
    if (key.keys.empty()) return invalid("key: none");
    if (!same_origin(key.id, key.owner)) return invalid("key: belongs to another origin");
    return json.finish(std::move(key));
}

} // namespace federation
