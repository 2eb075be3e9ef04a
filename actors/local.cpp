#include "actors/local.h"

#include "actors/names.h"
#include "base/crypto.h"
#include "base/text.h"
#include "db/account_keys.h"
#include "db/account_pictures.h"
#include "db/attestations.h"
#include "db/leases.h"
#include "db/partners.h"
#include "db/registers.h"
#include "federation/actor.h"
#include "federation/attested_field.h"
#include "federation/commercial.h"
#include "federation/multikey.h"
#include "federation/register.h"
#include "federation/uris.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace actors {
namespace {

Error refused(const std::string& shown) {
    return Error{Error::Kind::Unprocessable, "account name: " + shown, shown};
}

void insert_key(
    db::Tx& tx, AccountId account, std::string key_uri, const crypto::PrivateKey& key, Time now) {
    db::account_keys::insert(
        tx,
        {
            .key_uri = std::move(key_uri),
            .account = account,
            .algorithm = key.type() == crypto::KeyType::Rsa ? "rsa" : "ed25519",
            .public_pem = key.public_key().pem(),
            .private_pem = key.pem(),
            .created_at = now,
        });
}

void insert_first_keys(db::Tx& tx, const db::Account& account, Time now) {
    insert_key(tx,
               account.id,
               federation::main_key_id(account.uri),
               crypto::PrivateKey::generate_rsa(),
               now);
    insert_key(tx,
               account.id,
               federation::ed25519_key_id(account.uri),
               crypto::PrivateKey::generate_ed25519(),
               now);
}

db::Account with_collections(const Instance& instance, std::string uri) {
    db::Account account;
    account.inbox = federation::inbox_uri(uri);
    account.shared_inbox = federation::shared_inbox_uri(instance);
    account.outbox = federation::outbox_uri(uri);
    account.followers_uri = federation::followers_uri(uri);
    account.following_uri = federation::following_uri(uri);
    account.featured_uri = federation::featured_uri(uri);
    account.uri = std::move(uri);
    return account;
}

std::string multikey_of(const std::string& public_pem) {
    const auto key = crypto::PublicKey::from_pem(public_pem);
    if (!key) throw std::runtime_error("account_keys: a public key of ours cannot be read");
    return federation::encode_multikey(*key);
}

struct PublishedKeys {
    db::AccountKey rsa;
    std::optional<db::AccountKey> ed25519;
};

PublishedKeys load_published(db::Tx& tx, const db::Account& account) {
    const auto rsa = db::account_keys::find_published(tx, account.id, "rsa");
    if (!rsa) throw std::runtime_error("account_keys: an account of ours has no key");
    return {*rsa, db::account_keys::find_published(tx, account.id, "ed25519")};
}

std::optional<federation::ActorImage> image_of(db::Tx& tx,
                                               const db::Account& account,
                                               std::string_view kind,
                                               const std::string& url) {
    if (url.empty()) return std::nullopt;
    const auto picture = db::account_pictures::find(tx, account.id, kind);
    if (!picture) return federation::ActorImage{.url = url};
    return federation::ActorImage{
        .url = url, .media_type = picture->media_type, .description = picture->description};
}

/// Of who is suspended only what is needed to know them again (PROTOCOL section 3).
federation::ActorDocument suspended_document_of(const db::Account& account) {
    return {.type = federation::parse_actor_type(account.actor_type)
                        .value_or(federation::ActorType::Person),
            .username = account.username,
            .published = account.created_at,
            .locked = account.locked,
            .suspended = true};
}

federation::ActorDocument document_of(db::Tx& tx, const db::Account& account) {
    if (account.suspended_at) return suspended_document_of(account);
    federation::ActorDocument document{
        .type = federation::parse_actor_type(account.actor_type)
                    .value_or(federation::ActorType::Person),
        .username = account.username,
        .name = account.display_name,
        .summary = account.note,
        .published = account.created_at,
        .locked = account.locked,
        .discoverable = account.discoverable,
        .indexable = account.indexable,
        .memorial = account.memorial,
        .icon = image_of(tx, account, "avatar", account.avatar_url),
        .image = image_of(tx, account, "header", account.header_url),
        .aliases = account.aliases,
        .attribution_domains = account.attribution_domains,
        .moved_to = account.moved_to_uri,
    };
    for (const Json& field : account.fields) {
        if (field.contains("attested")) continue; // add_attestation
        document.fields.push_back({.name = field.value("name", std::string{}),
                                   .value = field.value("value", std::string{})});
    }
    for (const Json& emoji : account.emojis) {
        document.emojis.push_back({.shortcode = emoji.value("shortcode", std::string{}),
                                   .url = emoji.value("url", std::string{})});
    }
    return document;
}

} // namespace

Result<db::Account> create_local_account(db::Tx& tx,
                                         const Instance& instance,
                                         const NewAccount& wanted,
                                         Time now) {
    if (!is_account_name(wanted.name)) {
        return refused("A name has 1 to 30 letters without accents, digits and underscores.");
    }
    if (is_reserved_name(wanted.name)) {
        return refused("This name is reserved.");
    }
    if (db::accounts::find_by_handle(tx, wanted.name, "")) {
        return refused("This name is taken, or was once.");
    }
    db::Account account = with_collections(instance, federation::actor_uri(instance, wanted.name));
    account.username = wanted.name;
    account.display_name = wanted.display_name;
    account.actor_type = wanted.actor_type;
    account.locked = wanted.locked;
    account.url = federation::profile_url(instance, wanted.name);
    account.created_at = now;
    account.id = db::accounts::insert(tx, account);
    insert_first_keys(tx, account, now);
    return account;
}

db::Account ensure_server_actor(db::Tx& tx, const Instance& instance, Time now) {
    const std::string uri = federation::server_actor_uri(instance);
    if (auto known = db::accounts::find_by_uri(tx, uri)) return *known;
    // Two servers that start over one new database: the second waits, and finds the first one's.
    db::leases::lock_founding(tx);
    if (auto known = db::accounts::find_by_uri(tx, uri)) return *known;
    db::Account account = with_collections(instance, uri);
    account.username = instance.host;
    account.actor_type = "Application";
    account.is_server_actor = true;
    account.display_name = instance.title;
    account.url = instance.origin + "/";
    account.created_at = now;
    account.id = db::accounts::insert(tx, account);
    insert_first_keys(tx, account, now);
    return account;
}

void rotate_keys(db::Tx& tx, const db::Account& account, Time now) {
    // A new id, so that a peer that cached the old key still verifies what the old one signed.
    const std::string name = fmt::format("{}#key-{}", account.uri, now.time_since_epoch().count());
    insert_key(tx, account.id, name, crypto::PrivateKey::generate_rsa(), now);
    insert_key(tx, account.id, name + "-ed25519", crypto::PrivateKey::generate_ed25519(), now);
    db::account_keys::retire_before(tx, account.id, now, now + key_overlap);
}

/// What the house says of its own people, beside what they say of themselves: signed, and in words
/// for software that knows no attestations.
static void add_attestation(db::Tx& tx,
                            const Instance& instance,
                            Json& document,
                            const db::Account& account) {
    if (account.suspended_at) return;
    const auto standing = db::attestations::find_standing(tx, account.id);
    if (!standing || !standing->is_good(system_now())) return;
    auto text = federation::attested_text({.kind = standing->kind,
                                           .assurance = standing->assurance,
                                           .issuer = instance.host,
                                           .until = format_date(standing->valid_until)});
    Json field = {{"type", "PropertyValue"},
                  {"name", federation::attested_field_name},
                  {"value", std::move(text)}};
    Json& attachment = document["attachment"];
    attachment.insert(attachment.begin(), std::move(field));
    attachment.push_back(Json::parse(standing->credential));
}

Json render_local_actor(db::Tx& tx, const Instance& instance, const db::Account& account) {
    const PublishedKeys keys = load_published(tx, account);
    const std::string multikey = keys.ed25519 ? multikey_of(keys.ed25519->public_pem) : "";
    Json document;
    if (account.is_server_actor) {
        document = federation::render_server_actor(instance, keys.rsa.public_pem, multikey);
        if (db::own_register::is_open(tx))
            federation::add_register_link(document, account.uri + "/register");
    } else {
        auto description = document_of(tx, account);
        description.public_key_pem = keys.rsa.public_pem;
        description.ed25519_multikey = multikey;
        document = federation::render_actor(instance, description);
        add_attestation(tx, instance, document, account);
        if (const auto mark = db::mark_of(account); mark && !account.suspended_at) {
            federation::add_commercial(document,
                                       federation::Commercial{.organisation = mark->organisation,
                                                              .name = mark->name,
                                                              .stopped = mark->stopped});
        }
    }
    // After a rotation a key has another id than the first one had.
    document["publicKey"]["id"] = keys.rsa.key_uri;
    if (keys.ed25519) document["assertionMethod"][0]["id"] = keys.ed25519->key_uri;
    return document;
}

Json render_local_actor_stub(db::Tx& tx, const Instance& instance, const db::Account& account) {
    const PublishedKeys keys = load_published(tx, account);
    Json document = federation::render_actor_stub(
        instance,
        federation::parse_actor_type(account.actor_type).value_or(federation::ActorType::Person),
        account.username,
        keys.rsa.public_pem);
    document["publicKey"]["id"] = keys.rsa.key_uri;
    return document;
}

} // namespace actors
