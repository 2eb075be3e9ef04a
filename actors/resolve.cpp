#include "actors/resolve.h"

#include "actors/commercial.h"
#include "base/crypto.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/account_keys.h"
#include "db/attestation_claims.h"
#include "db/discovery_budgets.h"
#include "db/jobs.h"
#include "db/peers.h"
#include "federation/attested_field.h"
#include "federation/keys.h"
#include "federation/uris.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace actors {
namespace {

constexpr auto webfinger_types = "application/jrd+json, application/json";
// PROTOCOL section 19: new accounts that one host, or all hosts of one domain, may show us.
constexpr std::chrono::minutes budget_window{10};
constexpr std::int64_t guest_budget = 300;
constexpr std::int64_t member_budget = 20'000;

Error wrong(std::string_view uri, std::string_view why) {
    return Error{Error::Kind::Invalid, fmt::format("actor {}: {}", uri, why)};
}

Time window_of(Time now) {
    return Time{now.time_since_epoch() - now.time_since_epoch() % budget_window};
}

// "a.evil.example" and "b.evil.example" share the budget of ".evil.example": wildcard sub-domains
// cost nothing (ATTACKS D10).
std::string domain_group(std::string_view host) {
    const auto last = host.rfind('.');
    if (last == std::string_view::npos || last == 0) return {};
    const auto before = host.rfind('.', last - 1);
    return std::string(before == std::string_view::npos ? "." : "") +
           std::string(before == std::string_view::npos ? host : host.substr(before));
}

std::int64_t budget_of(const std::optional<db::Peer>& peer) {
    return peer && peer->level >= db::PeerLevel::Partner ? member_budget : guest_budget;
}

Json fields_of(const federation::Actor& actor) {
    Json fields = Json::array();
    for (const auto& field : actor.fields)
        fields.push_back({{"name", field.name}, {"value", field.value}});
    return fields;
}

Json emojis_of(const federation::Actor& actor) {
    Json emojis = Json::array();
    for (const auto& emoji : actor.emojis)
        emojis.push_back({{"shortcode", emoji.shortcode}, {"url", emoji.url}});
    return emojis;
}

db::Account described(db::Account account, const federation::Actor& actor, Time now) {
    account.actor_type = federation::to_string(actor.type);
    account.is_server_actor = is_server_actor(actor);
    // The badge is ours to show; who writes one into the name is shown without a display name.
    account.display_name = federation::imitates_badge(actor.name) ? std::string{} : actor.name;
    account.note = actor.summary;
    account.fields = fields_of(actor);
    account.emojis = emojis_of(actor);
    account.url = actor.url;
    account.avatar_url = actor.icon.url;
    account.header_url = actor.image.url;
    account.inbox = actor.inbox;
    account.shared_inbox = actor.shared_inbox;
    account.outbox = actor.outbox;
    account.followers_uri = actor.followers;
    account.following_uri = actor.following;
    account.featured_uri = actor.featured;
    account.moderators_uri = actor.moderators;
    account.locked = actor.locked;
    account.discoverable = actor.discoverable;
    account.indexable = actor.indexable;
    account.memorial = actor.memorial;
    account.attribution_domains = actor.attribution_domains;
    account.aliases = actor.aliases;
    account.moved_to_uri = actor.moved_to;
    account.origin_suspended = actor.suspended;
    account.fetched_at = now;
    return account;
}

void store_keys(db::Tx& tx, const db::Account& account, const federation::Actor& actor) {
    std::vector<std::string> kept;
    const auto before = db::account_keys::list(tx, account.id);
    for (const auto& listed : actor.keys) {
        // A key that we cannot use, or of another owner, is as good as none (ATTACKS A10, B08).
        const auto key = federation::find_key(actor.keys, actor.id, listed.id);
        if (!key) continue;
        db::AccountKey row{
            .key_uri = listed.id,
            .account = account.id,
            .algorithm = key->type() == crypto::KeyType::Rsa ? "rsa" : "ed25519",
            .public_pem = key->pem(),
        };
        if (!db::account_keys::put_remote(tx, row)) continue;
        kept.push_back(listed.id);
        for (const auto& old : before) {
            if (old.algorithm == row.algorithm && old.public_pem != row.public_pem) {
                db::account_keys::record_change(tx, account.id, old.public_pem, row.public_pem);
                break;
            }
        }
    }
    db::account_keys::remove_others(tx, account.id, kept);
}

// What its district says of it is checked by a job: that needs the network.
void put_attestation(db::Tx& tx,
                     const db::Account& account,
                     const federation::Actor& actor,
                     Time now) {
    if (!db::attestation_claims::put(tx, account.id, actor.attestation, now)) return;
    db::jobs::insert(tx,
                     {{.kind = db::attestation_claims::check_job,
                       .lane = "attestation:" + to_string(account.id),
                       .payload = to_string(account.id)}});
    db::jobs::notify(tx);
}

} // namespace

bool is_server_actor(const federation::Actor& actor) {
    const auto id = parse_uri(actor.id);
    return actor.type == federation::ActorType::Application && id &&
           ascii_lower(actor.username) == id->host; // A user name has no port.
}

db::Account store_actor(db::Tx& tx, db::Account account, const federation::Actor& actor, Time now) {
    account = described(std::move(account), actor, now);
    db::accounts::update_profile(tx, account);
    store_keys(tx, account, actor);
    put_attestation(tx, account, actor, now);
    return account;
}

Result<db::Account> Resolver::resolve_actor(const std::string& uri) {
    const auto& deps = fetcher_.deps();
    std::optional<db::Account> known;
    {
        db::Tx tx(deps.pool);
        known = db::accounts::find_by_uri(tx, uri);
    }
    if (federation::is_local(deps.instance, uri)) {
        if (!known) return Error{Error::Kind::NotFound, "no account of ours: " + uri};
        return *known;
    }
    if (known && known->fetched_at && deps.clock() - *known->fetched_at < actor_lifetime)
        return *known;
    auto fresh = refresh(uri);
    if (!fresh && known) return *known;
    return fresh;
}

Result<db::Account> Resolver::refresh(const std::string& uri) {
    const auto host = host_of(uri);
    bool is_known = false;
    {
        db::Tx tx(fetcher_.deps().pool);
        is_known = db::accounts::find_by_uri(tx, uri).has_value();
    }
    // Before the network, so that a flood of invented actors does not become a flood of fetches.
    if (!is_known) {
        const auto allowed = check_budget(host);
        if (!allowed) return allowed.error();
    }
    const auto fetched = fetcher_.fetch(uri);
    if (!fetched) return fetched.error();
    return take(*fetched);
}

Result<db::Account> Resolver::take(const Fetched& fetched) {
    const auto& deps = fetcher_.deps();
    const auto actor = federation::parse_actor(fetched.document);
    if (!actor) return actor.error();
    {
        db::Tx tx(deps.pool);
        const auto known = db::accounts::find_by_uri(tx, actor->id);
        if (known && known->is_local()) return wrong(actor->id, "is ours");
        if (known) {
            const auto account = store_actor(tx, *known, *actor, deps.clock());
            put_commercial(tx, *known, fetched.document);
            tx.commit();
            return account;
        }
    }
    const auto handle = confirm_handle(*actor);
    if (!handle) return handle.error();
    auto account = insert_new(*actor, *handle);
    if (account && is_about_commercial(*account, fetched.document)) {
        db::Tx tx(deps.pool);
        put_commercial(tx, *account, fetched.document);
        tx.commit();
    }
    return account;
}

Result<db::Account> Resolver::insert_new(const federation::Actor& actor,
                                         const federation::Handle& handle) {
    const auto& deps = fetcher_.deps();
    const std::string host = host_of(actor.id);
    const Time now = deps.clock();
    try {
        db::Tx tx(deps.pool);
        const auto bound = db::accounts::find_by_handle(tx, handle.user, handle.host);
        if (bound && bound->uri != actor.id) {
            return wrong(actor.id, "its handle belongs to another actor");
        }
        const auto allowed = check_budget(host);
        if (!allowed) return allowed.error();
        db::discovery_budgets::add(tx, host, window_of(now));
        const std::string group = domain_group(host);
        if (!group.empty()) db::discovery_budgets::add(tx, group, window_of(now));

        db::Account account = described({}, actor, now);
        account.uri = actor.id;
        account.username = handle.user;
        account.domain = handle.host;
        account.host = host;
        account.created_at = std::min(actor.published.value_or(now), now);
        account.id = db::accounts::insert(tx, account);
        store_keys(tx, account, actor);
        put_attestation(tx, account, actor, now);
        tx.commit();
        return account;
    } catch (const db::Unavailable&) {
        throw;
    } catch (const std::exception&) {
        // Another thread or process met the same actor at the same time: its row is as good.
        db::Tx tx(deps.pool);
        if (const auto stored = db::accounts::find_by_uri(tx, actor.id)) return *stored;
        throw;
    }
}

Result<Done> Resolver::check_budget(const std::string& host) {
    const auto& deps = fetcher_.deps();
    const Time now = deps.clock();
    const Time window = window_of(now);
    db::Tx tx(deps.pool);
    const auto budget = budget_of(db::peers::find(tx, host));
    const std::string group = domain_group(host);
    const bool is_spent =
        db::discovery_budgets::count(tx, host, window) >= budget ||
        (!group.empty() && db::discovery_budgets::count(tx, group, window) >= budget);
    if (!is_spent) return Done{};
    const auto left = std::chrono::ceil<std::chrono::seconds>(window + budget_window - now);
    return Error{.kind = Error::Kind::RateLimited,
                 .detail = "too many new accounts of " + host,
                 .reason = "rate-limit-exceeded",
                 .retry_after_s = static_cast<int>(left.count())};
}

Result<federation::Webfinger> Resolver::ask_webfinger(const federation::Handle& handle,
                                                      std::string_view origin) {
    const std::string path =
        "/.well-known/webfinger?resource=" + percent_encode("acct:" + handle.text());
    auto answer = fetcher_.fetch_json(std::string(origin) + path, webfinger_types);
    if (!answer) return answer.error();
    return federation::parse_webfinger(*answer);
}

// The origin of a handle's host: that of the id when both are the same host, else https.
static std::string origin_for(const federation::Handle& handle, std::string_view actor_id) {
    if (host_of(actor_id) == handle.host) return origin_of(actor_id);
    return "https://" + handle.host;
}

static bool names(const federation::Webfinger& answer, const std::string& actor_id) {
    return std::ranges::find(answer.actors, actor_id) != answer.actors.end();
}

Result<federation::Handle> Resolver::confirm_handle(const federation::Actor& actor) {
    // Nobody is ever addressed by a server actor's handle, and old ones have no WebFinger.
    if (is_server_actor(actor)) return federation::Handle{actor.username, host_of(actor.id)};

    auto handle = federation::parse_handle(federation::claimed_handle(actor));
    if (!handle) return handle;
    auto answer = ask_webfinger(*handle, origin_for(*handle, actor.id));
    if (!answer) return answer.error();
    if (!names(*answer, actor.id)) return wrong(actor.id, "WebFinger names another actor");
    if (federation::needs_second_lookup(*answer, *handle)) {
        const federation::Handle subject = *answer->subject;
        answer = ask_webfinger(subject, origin_for(subject, actor.id));
        if (!answer) return answer.error();
        if (!names(*answer, actor.id) || federation::needs_second_lookup(*answer, subject))
            return wrong(actor.id, "the handle's host does not confirm it");
        handle = subject;
    }
    if (answer->subject && iequals(answer->subject->user, handle->user)) return *answer->subject;
    return handle;
}

Result<db::Account> Resolver::resolve_handle(std::string_view text) {
    const auto& deps = fetcher_.deps();
    const std::string_view bare = text.starts_with('@') ? text.substr(1) : text;
    const std::string full = bare.find('@') == std::string_view::npos && !bare.starts_with("acct:")
                                 ? fmt::format("{}@{}", bare, deps.instance.handle_host)
                                 : std::string(text);
    const auto handle = federation::parse_handle(full);
    if (!handle) return handle.error();
    const bool is_ours =
        handle->host == deps.instance.handle_host || handle->host == deps.instance.host;
    std::optional<db::Account> known;
    {
        db::Tx tx(deps.pool);
        known = db::accounts::find_by_handle(tx, handle->user, is_ours ? "" : handle->host);
    }
    if (is_ours && !known) return Error{Error::Kind::NotFound, "no account of ours: " + full};
    if (known) return resolve_actor(known->uri);

    auto answer = ask_webfinger(*handle, "https://" + handle->host);
    if (!answer && deps.allow_http) answer = ask_webfinger(*handle, "http://" + handle->host);
    if (!answer) return answer.error();
    if (answer->actors.empty()) return wrong(full, "WebFinger names no actor");
    auto account = resolve_actor(answer->actors.front());
    if (!account) return account;
    // resolve_actor confirmed the actor's own handle; it may be on the host of the answer's
    // subject.
    const bool is_asked = iequals(account->username, handle->user) &&
                          (account->domain == handle->host ||
                           (answer->subject && account->domain == answer->subject->host));
    if (!is_asked) return wrong(full, "the actor has another handle");
    return account;
}

std::vector<db::Account> Resolver::resolve_all(const std::vector<std::string>& uris,
                                               int most_fetches) {
    std::vector<db::Account> accounts;
    {
        db::Tx tx(fetcher_.deps().pool);
        accounts = db::accounts::find_all_by_uri(tx, uris);
    }
    for (const auto& uri : uris) {
        if (most_fetches == 0) break;
        if (std::ranges::find(accounts, uri, &db::Account::uri) != accounts.end()) continue;
        if (federation::is_local(fetcher_.deps().instance, uri)) continue;
        --most_fetches;
        if (const auto account = resolve_actor(uri)) accounts.push_back(*account);
    }
    return accounts;
}

} // namespace actors
