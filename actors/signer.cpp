#include "actors/signer.h"

#include "base/uri.h"
#include "db/account_keys.h"
#include "db/failed_lookups.h"
#include "federation/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace actors {
namespace {

constexpr std::size_t most_known = 50'000; // About 25 MB when full; keys of active peers.
constexpr std::size_t most_hosts = 10'000;
constexpr std::chrono::minutes known_for{10};
constexpr std::chrono::minutes refetch_pause{5};
constexpr std::chrono::minutes mismatch_stands_for{10};
constexpr int fetches_per_minute = 60;

Error refused(const std::string& key_id, std::string_view why) {
    return Error{Error::Kind::Unauthorized, fmt::format("key {}: {}", key_id, why)};
}

// What the peer should try again stays; everything else is an unusable signature.
Error as_refusal(const std::string& key_id, const Error& error) {
    if (error.kind == Error::Kind::Unavailable || error.kind == Error::Kind::RateLimited)
        return error;
    return refused(key_id, error.detail);
}

// Forgets everything at once when full: rare, cheap, and bounded whatever strangers send.
template <typename Map>
void make_room(Map& map, std::size_t most) {
    if (map.size() >= most) map.clear();
}

} // namespace

std::optional<KeyOwner> Signers::find_known(const std::string& key_id) {
    const auto& fetcher = deps_.resolver.fetcher().deps();
    const Time now = fetcher.clock();
    auto known = known_.with([&](auto& map) -> std::optional<KeyOwner> {
        const auto entry = map.find(key_id);
        if (entry == map.end() || now - entry->second.read_at > known_for) return std::nullopt;
        return entry->second.owner;
    });
    if (known) return known;

    db::Tx tx(fetcher.pool);
    const auto row = db::account_keys::find(tx, key_id);
    // A private half makes it ours, and nobody outside signs with our keys (ATTACKS A19).
    if (!row || !row->private_pem.empty()) return std::nullopt;
    const auto account = db::accounts::find(tx, row->account);
    const auto key = crypto::PublicKey::from_pem(row->public_pem);
    if (!account || account->is_local() || account->deleted_at || !key) return std::nullopt;
    KeyOwner owner{account->id, account->uri, account->host, *key};
    remember(key_id, owner);
    return owner;
}

void Signers::remember(const std::string& key_id, const KeyOwner& owner) {
    const Time now = deps_.resolver.fetcher().deps().clock();
    known_.with([&](auto& map) {
        make_room(map, most_known);
        map.insert_or_assign(key_id, Known{owner, now});
    });
}

void Signers::forget(const std::string& key_id) {
    known_.with([&](auto& map) { map.erase(key_id); });
}

Result<KeyOwner> Signers::signer_of(const std::string& key_id) {
    if (auto known = find_known(key_id)) return *known;
    auto owner = fetch_owner(key_id);
    if (!owner) return as_refusal(key_id, owner.error());
    return owner;
}

bool Signers::spend_budget(const std::string& host) {
    const Time now = deps_.resolver.fetcher().deps().clock();
    return budgets_.with([&](auto& budgets) {
        make_room(budgets, most_hosts);
        Budget& budget = budgets[host];
        if (now - budget.window >= std::chrono::minutes{1}) budget = {.window = now};
        return ++budget.fetches <= fetches_per_minute;
    });
}

Result<KeyOwner> Signers::fetch_owner(const std::string& key_id) {
    auto& fetcher = deps_.resolver.fetcher();
    const auto& deps = fetcher.deps();
    const auto uri = parse_uri(key_id);
    if (!uri || key_id.starts_with(deps.instance.origin + "/"))
        return refused(key_id, "not a foreign id");
    {
        db::Tx tx(deps.pool);
        if (const auto reason = db::failed_lookups::find(tx, key_id, deps.clock()))
            return refused(key_id, *reason);
    }
    if (!spend_budget(uri->authority())) {
        return Error{.kind = Error::Kind::RateLimited,
                     .detail = "too many unknown keys of " + uri->authority(),
                     .reason = "rate-limit-exceeded",
                     .retry_after_s = 60};
    }
    auto account = fetch_account(key_id, uri->without_fragment());
    if (account) {
        // Just read: that it does not fit a signature is no reason to read it once more.
        refetched_.with([&](auto& map) {
            make_room(map, most_known);
            map.insert_or_assign(account->uri, deps.clock());
        });
        if (auto owner = find_known(key_id); owner && owner->account == account->id) return *owner;
        account = refused(key_id, "its owner does not list it");
    }
    const auto kind = account.error().kind;
    if (kind != Error::Kind::Unavailable && kind != Error::Kind::RateLimited &&
        kind != Error::Kind::Forbidden) {
        db::Tx tx(deps.pool, db::Durability::Lazy);
        db::failed_lookups::put(
            tx, key_id, "no usable key a while ago", deps.clock() + mismatch_stands_for);
        tx.commit();
    }
    return account.error();
}

Result<db::Account> Signers::fetch_account(const std::string& key_id, const std::string& url) {
    const auto fetched = deps_.resolver.fetcher().fetch(url);
    if (!fetched) return fetched.error();
    const auto document = federation::parse_key_document(fetched->document);
    if (!document) return document.error();
    const auto owner = federation::owner_of_key(*document, key_id);
    if (!owner) return owner.error();
    if (document->is_actor && *owner == document->id) return deps_.resolver.take(*fetched);
    return deps_.resolver.refresh(*owner);
}

Result<KeyOwner> Signers::refetch(const std::string& key_id) {
    const auto known = find_known(key_id);
    if (!known) return signer_of(key_id);
    const Time now = deps_.resolver.fetcher().deps().clock();
    const bool is_due = refetched_.with([&](auto& map) {
        const auto last = map.find(known->uri);
        if (last != map.end() && now - last->second < refetch_pause) return false;
        make_room(map, most_known);
        map.insert_or_assign(known->uri, now);
        return true;
    });
    if (!is_due) return refused(key_id, "does not fit, and was read a while ago");
    const auto fresh = deps_.resolver.refresh(known->uri);
    if (!fresh) return as_refusal(key_id, fresh.error());
    forget(key_id);
    if (auto owner = find_known(key_id)) return *owner;
    return refused(key_id, "is no longer listed");
}

Result<KeyOwner> Signers::verify(const federation::ParsedSignature& signature) {
    auto owner = signer_of(signature.key_id);
    if (!owner) return owner;
    auto fits = federation::verify(signature, owner->key);
    if (fits) return owner;
    owner = refetch(signature.key_id);
    if (!owner) return owner;
    fits = federation::verify(signature, owner->key);
    if (!fits) return fits.error();
    return owner;
}

Result<http::Signer> Signers::verified_signer(const http::Request& request) {
    if (!federation::has_signature(request))
        return Error{Error::Kind::Unauthorized, "no signature"};
    const Time now = deps_.resolver.fetcher().deps().clock();
    const auto signatures = federation::parse_signatures(request, deps_.receiver, now);
    if (!signatures) return signatures.error();
    Error last{Error::Kind::Unauthorized, "no signature"};
    for (const auto& signature : *signatures) {
        const std::string host = host_of(signature.key_id);
        if (!deps_.may_contact(host)) {
            return Error{.kind = Error::Kind::Forbidden,
                         .detail = "host not allowed: " + host,
                         .reason = "actor-not-authorized"};
        }
        const auto owner = verify(signature);
        if (owner) return http::Signer{owner->account, owner->uri, owner->host};
        last = owner.error();
    }
    return last;
}

} // namespace actors
