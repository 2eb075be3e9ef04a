#include "educators/checking.h"

#include "base/uri.h"
#include "db/account_keys.h"
#include "db/attestation_claims.h"
#include "db/attestations.h"
#include "db/peers.h"
#include "educators/kinds.h"
#include "educators/standing.h"
#include "federation/attestation.h"
#include "federation/proof.h"
#include "federation/status_bits.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace educators {
namespace {

using db::ClaimVerdict;

constexpr std::chrono::minutes between_tries{5};
constexpr auto credential_types = "application/vc, application/json";
constexpr int at_once = 200;

bool is_member_host(db::Tx& tx, const std::string& host) {
    const auto peer = db::peers::find(tx, host);
    return peer && peer->level == db::PeerLevel::Member;
}

/// The key of that id, if it is the issuer's.
std::optional<crypto::PublicKey> find_key(const CheckDeps& deps,
                                          AccountId issuer,
                                          const std::string& key_id) {
    db::Tx tx(deps.pool);
    const auto row = db::account_keys::find(tx, key_id);
    if (!row || row->account != issuer || row->algorithm != "ed25519") return std::nullopt;
    const auto key = crypto::PublicKey::from_pem(row->public_pem);
    if (!key) return std::nullopt;
    return *key;
}

/// Whether the server actor `issuer` signed the document.
/// Errors: Unavailable and the like, when the issuer cannot be had; Unauthorized, Invalid, NotFound
/// when it is not so.
Result<Done> check_proof(const CheckDeps& deps, const std::string& issuer, const Json& document) {
    const auto proof = federation::parse_proof(document);
    if (!proof) return proof.error();
    const auto actor = deps.resolver.resolve_actor(issuer);
    if (!actor) return actor.error();
    // A member could sign with a key of their own; only the house speaks for the house.
    if (!actor->is_server_actor) return Error{Error::Kind::Unauthorized, "not by a server actor"};
    auto key = find_key(deps, actor->id, proof->verification_method);
    if (!key) {
        // A new key since we read it last.
        if (const auto fresh = deps.resolver.refresh(issuer); !fresh) return fresh.error();
        key = find_key(deps, actor->id, proof->verification_method);
    }
    if (!key) return Error{Error::Kind::Unauthorized, "not a key of the issuer"};
    return federation::verify_proof(*proof, issuer, proof->verification_method, *key);
}

bool may_come_back(const Error& error) {
    return error.kind == Error::Kind::Unavailable || error.kind == Error::Kind::RateLimited;
}

/// By a register that we follow.
bool is_named_issuer(const CheckDeps& deps, const std::string& issuer, const std::string& actor) {
    db::Tx tx(deps.pool);
    return db::attestation_claims::may_issue_for(tx, issuer, host_of(actor));
}

/// What of it does not change with time; nothing when the issuer cannot be had now.
std::optional<ClaimVerdict> verdict_of(const CheckDeps& deps,
                                       db::AttestationClaim& claim,
                                       const std::string& actor) {
    const auto document = parse_json(claim.credential);
    if (!document) return ClaimVerdict::Malformed;
    const auto read = federation::parse_attestation(*document);
    if (!read || !parse_kind(read->kind) || !parse_assurance(read->assurance))
        return ClaimVerdict::Malformed;
    claim.issuer = read->issuer;
    claim.kind = read->kind;
    claim.assurance = read->assurance;
    claim.region = read->region;
    claim.valid_from = read->valid_from;
    claim.valid_until = read->valid_until;
    claim.list_uri = read->status_list;
    claim.list_index = read->status_index;
    if (!may_issue_for(read->issuer, actor) && !is_named_issuer(deps, read->issuer, actor))
        return ClaimVerdict::WrongIssuer;
    if (canonical_id(read->subject) != canonical_id(actor)) return ClaimVerdict::WrongSubject;
    if (!same_origin(read->status_list, read->issuer)) return ClaimVerdict::BadStatus;
    const auto proven = check_proof(deps, read->issuer, *document);
    if (proven) return ClaimVerdict::Valid;
    spdlog::debug("educators: {} is not proven: {}", actor, proven.error().detail);
    if (may_come_back(proven.error())) return std::nullopt;
    return ClaimVerdict::BadProof;
}

/// A place that is not in the list is as good as revoked.
bool is_revoked_in(std::string_view bits, std::int64_t index) {
    const auto bit = federation::status_bit(bits, index);
    return !bit || *bit;
}

/// By the copy that we have; without one the status is not known, and the claim does not count.
bool is_revoked_in_copy(db::Tx& tx, const db::AttestationClaim& claim) {
    const auto list = db::remote_status_lists::find(tx, claim.list_uri);
    if (!list || !list->fetched_at) return false;
    const auto bits = federation::decode_status_bits(list->encoded_list);
    return bits && is_revoked_in(*bits, claim.list_index);
}

void check_claim(const CheckDeps& deps, db::AttestationClaim claim, const std::string& actor) {
    const Time now = deps.clock();
    if (claim.tried_at && now - *claim.tried_at < between_tries) return;
    const auto verdict = verdict_of(deps, claim, actor);
    claim.tried_at = now;
    db::Tx tx(deps.pool);
    if (verdict) {
        claim.verdict = *verdict;
        claim.revoked = is_revoked_in_copy(tx, claim);
        db::attestation_claims::set_checked(tx, claim);
        db::attestations::refresh_marks(tx, {claim.account}, now, now - status_lost_after);
    } else {
        db::attestation_claims::set_tried(tx, claim.account, now);
    }
    tx.commit();
}

/// The list as its issuer signed it now. Errors: as check_proof; Invalid.
Result<std::string> fetch_bits(const CheckDeps& deps,
                               const std::string& uri,
                               const std::string& issuer,
                               std::string& encoded) {
    const auto document = deps.resolver.fetcher().fetch_json(uri, credential_types);
    if (!document) return document.error();
    const auto list = federation::parse_status_list(*document);
    if (!list) return list.error();
    const Time now = deps.clock();
    const bool is_it = list->id == canonical_id(uri) && list->issuer == issuer;
    // Clocks differ by a little (PROTOCOL section 6).
    const bool is_now = list->valid_until > now && list->valid_from < now + std::chrono::hours{1};
    if (!is_it || !is_now) return Error{Error::Kind::Invalid, "not this list, or not of today"};
    if (const auto proven = check_proof(deps, issuer, *document); !proven) return proven.error();
    encoded = list->encoded_list;
    return federation::decode_status_bits(encoded);
}

/// Writes who of those that name the list is revoked by it.
std::vector<AccountId> write_bits(db::Tx& tx, const std::string& uri, std::string_view bits) {
    std::vector<AccountId> all;
    std::vector<AccountId> revoked;
    std::vector<AccountId> good;
    for (const auto& place : db::attestation_claims::list_places(tx, uri)) {
        const bool is_revoked = is_revoked_in(bits, place.index);
        all.push_back(place.account);
        if (is_revoked != place.revoked) (is_revoked ? revoked : good).push_back(place.account);
    }
    if (!revoked.empty()) db::attestation_claims::set_revoked(tx, revoked, true);
    if (!good.empty()) db::attestation_claims::set_revoked(tx, good, false);
    return all;
}

void refresh_list(const CheckDeps& deps, const std::string& uri, const std::string& issuer) {
    std::string encoded;
    const auto bits = fetch_bits(deps, uri, issuer, encoded);
    const Time now = deps.clock();
    db::Tx tx(deps.pool);
    if (bits) {
        db::remote_status_lists::put(tx,
                                     {.uri = uri,
                                      .issuer = issuer,
                                      .encoded_list = encoded,
                                      .fetched_at = now,
                                      .tried_at = now});
        const auto accounts = write_bits(tx, uri, *bits);
        db::attestations::refresh_marks(tx, accounts, now, now - status_lost_after);
    } else {
        spdlog::debug("educators: status list {} cannot be had: {}", uri, bits.error().detail);
        db::remote_status_lists::set_tried(tx, uri, issuer, now);
    }
    tx.commit();
}

/// Whether the list is to be read before somebody is admitted by it.
bool is_due(const std::optional<db::RemoteStatusList>& list, Time now) {
    if (!list) return true;
    if (list->fetched_at && now - *list->fetched_at < status_good_for) return false;
    return !list->tried_at || now - *list->tried_at >= between_tries;
}

struct Candidate {
    db::AttestationClaim claim;
    std::string actor;
};

std::vector<Candidate> load_candidates(const CheckDeps& deps,
                                       const std::vector<AccountId>& accounts) {
    std::vector<Candidate> candidates;
    db::Tx tx(deps.pool);
    for (auto& claim : db::attestation_claims::find_all(tx, accounts)) {
        const auto account = db::accounts::find(tx, claim.account);
        if (!account || account->is_local() || !is_member_host(tx, account->host)) continue;
        candidates.push_back({.claim = std::move(claim), .actor = account->uri});
    }
    return candidates;
}

} // namespace

bool may_issue_for(std::string_view issuer, std::string_view actor) {
    return same_origin(issuer, actor);
}

void check_attestations(const CheckDeps& deps, const std::vector<AccountId>& accounts) {
    for (auto& candidate : load_candidates(deps, accounts)) {
        if (candidate.claim.verdict == ClaimVerdict::Unchecked) {
            check_claim(deps, candidate.claim, candidate.actor);
            db::Tx tx(deps.pool);
            const auto now_stored = db::attestation_claims::find_all(tx, {candidate.claim.account});
            if (now_stored.empty()) continue;
            candidate.claim = now_stored.front();
        }
        const auto& claim = candidate.claim;
        if (claim.verdict != ClaimVerdict::Valid) continue;
        std::optional<db::RemoteStatusList> list;
        {
            db::Tx tx(deps.pool);
            list = db::remote_status_lists::find(tx, claim.list_uri);
        }
        if (is_due(list, deps.clock())) refresh_list(deps, claim.list_uri, claim.issuer);
    }
}

void refresh_statuses(const CheckDeps& deps, const std::stop_token& stop) {
    const Time now = deps.clock();
    std::vector<AccountId> unchecked;
    std::vector<db::RemoteStatusList> due;
    {
        db::Tx tx(deps.pool);
        unchecked = db::attestation_claims::list_unchecked(tx, now - between_tries, at_once);
        for (const auto& [uri, account] :
             db::remote_status_lists::list_due(tx, now, now - status_good_for, at_once)) {
            const auto claims = db::attestation_claims::find_all(tx, {account});
            if (!claims.empty()) due.push_back({.uri = uri, .issuer = claims.front().issuer});
        }
    }
    for (const auto account : unchecked) {
        if (stop.stop_requested()) return;
        check_attestations(deps, {account});
    }
    for (const auto& list : due) {
        if (stop.stop_requested()) return;
        refresh_list(deps, list.uri, list.issuer);
    }
    db::Tx tx(deps.pool);
    db::attestations::refresh_all_marks(tx, now, now - status_lost_after);
    db::remote_status_lists::forget_unused(tx, now - status_lost_after);
    tx.commit();
}

} // namespace educators
