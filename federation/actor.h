#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace federation {

enum class ActorType { Person, Service, Application, Group, Organization };

std::string_view to_string(ActorType type);
std::optional<ActorType> parse_actor_type(std::string_view text);

/// Either a PEM or a Multikey, never both.
struct ActorKey {
    std::string id{};
    std::string owner{};
    std::string pem{};      ///< From publicKey; SPKI or PKCS#1, not yet checked.
    std::string multikey{}; ///< publicKeyMultibase, from assertionMethod; not yet decoded.
};

/// A custom emoji, named by its shortcode on its own host.
struct Emoji {
    std::string shortcode{}; ///< Without colons, [A-Za-z0-9_]{1,64}.
    std::string url{};
    std::string media_type{}; ///< As claimed; may be empty.
    std::string id{};
    std::optional<Time> updated{};
};

struct ProfileField {
    std::string name{};  ///< Plain text.
    std::string value{}; ///< Sanitised HTML.
};

struct ActorImage {
    std::string url{};
    std::string media_type{};
    std::string description{};
};

/// What a foreign actor document says, cleaned and bounded. All URIs are https (or http, where the
/// configuration lets loopback peers be), all collections are on the id's origin.
struct Actor {
    std::string id{};
    ActorType type = ActorType::Person;
    std::string username{};
    std::string webfinger{}; ///< "user@host" as claimed by FEP-2c59; "" when not.
    std::string name{};      ///< Plain text; the username when there is none.
    std::string summary{};   ///< Sanitised HTML.
    std::string url{};       ///< Profile page; may be on another host. The id when there is none.
    std::string inbox{};
    std::string shared_inbox{}; ///< The rest may be empty.
    std::string outbox{};
    std::string followers{};
    std::string following{};
    std::string featured{};
    std::string featured_tags{};
    std::string moderators{}; ///< A Group's attributedTo when it is one URI.
    std::string moved_to{};
    ActorImage icon{};
    ActorImage image{};
    bool locked = false;
    bool discoverable = false;
    bool indexable = false;
    bool memorial = false;
    bool suspended = false;
    bool takes_rfc9421 = false; ///< Its generator implements it (FEP-844e).
    std::optional<Time> published{};
    std::vector<std::string> aliases{}; ///< alsoKnownAs
    std::vector<std::string> attribution_domains{};
    std::vector<ActorKey> keys{};
    std::vector<ProfileField> fields{};
    std::vector<Emoji> emojis{};
    std::string attestation{}; ///< As it stands there, not checked (federation/attestation.h).

    bool bot() const { return type == ActorType::Service || type == ActorType::Application; }
    bool group() const { return type == ActorType::Group; }
};

/// Reads an actor by PROTOCOL section 3. That the document came from its own id is the fetcher's
/// check; that handle and id agree is WebFinger's.
///
/// Errors: Invalid: unknown type, user name outside [A-Za-z0-9_.-], inbox missing or on another
/// origin, a followers collection on another origin, a publicKey that names another owner.
Result<Actor> parse_actor(const Json& document);

/// The host that stands behind the @ when the actor itself tells: webfinger's, else the id's.
std::string claimed_handle(const Actor& actor); ///< "alice@mastodon.example"

/// A key by its URL: an actor, a stub of one, or a key document of its own.
struct KeyDocument {
    std::string id{};    ///< The document's own id.
    std::string owner{}; ///< Whom to fetch; the actor must list the key (PROTOCOL section 6).
    std::vector<ActorKey> keys{};
    bool is_actor = false; ///< Has what an actor needs; a stub has not.
};

/// Errors: Invalid (no key, or key, document and owner are not on one origin).
Result<KeyDocument> parse_key_document(const Json& document);

/// What render_actor needs of one of our actors.
struct ActorDocument {
    ActorType type = ActorType::Person;
    std::string username{};
    std::string name{};
    std::string summary{}; ///< HTML.
    Time published{};
    bool locked = false;
    bool discoverable = false;
    bool indexable = false;
    bool memorial = false;
    bool suspended = false;
    std::optional<ActorImage> icon{};
    std::optional<ActorImage> image{};
    std::vector<ProfileField> fields{};
    std::vector<Emoji> emojis{};
    std::vector<std::string> hashtags{}; ///< Without "#".
    std::vector<std::string> aliases{};
    std::vector<std::string> attribution_domains{};
    std::string moved_to{};
    std::string public_key_pem{};
    std::string ed25519_multikey{}; ///< "z6Mk..."; empty: no assertionMethod.
};

Json render_actor(const Instance& instance, const ActorDocument& actor);

/// origin/actor, the Application that signs for the house; served to everybody, unsigned.
Json render_server_actor(const Instance& instance,
                         std::string_view public_key_pem,
                         std::string_view ed25519_multikey);

/// Id, type, name, inbox and key: what an unsigned key fetch may see.
Json render_actor_stub(const Instance& instance,
                       ActorType type,
                       std::string_view username,
                       std::string_view public_key_pem);

} // namespace federation
