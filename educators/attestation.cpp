#include "educators/attestation.h"

#include "actors/local.h"
#include "db/account_keys.h"
#include "db/accounts.h"
#include "db/attestations.h"
#include "db/guests.h"
#include "db/jobs.h"
#include "db/partners.h"
#include "db/users.h"
#include "educators/standing.h"
#include "federation/attestation.h"
#include "federation/proof.h"
#include "federation/status_bits.h"
#include "mail/letters.h"
#include "members/accounts.h"

#include <fmt/format.h>

namespace educators {
namespace {

/// Half of a list: then a random place is soon found, and no list is so full that it tells much.
constexpr std::int64_t most_in_list = federation::status_list_bits / 2;
constexpr int most_tries = 100;
constexpr int signed_at_once = 200;

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "attestation: " + shown, shown};
}

std::int64_t random_index() {
    const std::string bytes = crypto::random_bytes(4);
    std::int64_t number = 0;
    for (const char byte : bytes)
        number = number * 256 + static_cast<unsigned char>(byte);
    return number % federation::status_list_bits; // A power of two: every place is as likely.
}

void tell_followers(db::Tx& tx, AccountId account) {
    const auto id = to_string(account);
    db::jobs::insert(tx, {{.kind = profile_changed_job, .lane = "profile:" + id, .payload = id}});
    db::jobs::notify(tx);
}

void refresh_mark(db::Tx& tx, AccountId account, Time now) {
    db::attestations::refresh_marks(tx, {account}, now, now - status_lost_after);
}

Time whole_seconds(Time at) {
    return std::chrono::floor<std::chrono::seconds>(at);
}

federation::Attestation document_of(const db::Attestation& row,
                                    const Issuer& issuer,
                                    const std::string& subject) {
    return {.id = row.uri,
            .issuer = issuer.actor_uri,
            .subject = subject,
            .kind = row.kind,
            .assurance = row.assurance,
            .region = row.region,
            .valid_from = row.valid_from,
            .valid_until = row.valid_until,
            .status_list = fmt::format("{}/status/{}", issuer.instance.origin, row.list),
            .status_index = row.list_index};
}

Json sign(Json document, const Issuer& issuer, Time now) {
    auto whole = federation::add_proof(std::move(document), issuer.key, issuer.key_id, now);
    if (!whole) throw std::runtime_error("attestation: cannot be signed: " + whole.error().detail);
    return std::move(*whole);
}

/// Signs `row` for a free place of a list and writes it.
void issue(
    db::Tx& tx, const Issuer& issuer, const db::Account& account, db::Attestation row, Time now) {
    const auto year = school_year_end(issuer.terms, row.valid_from);
    row.list = db::attestations::take_list(tx, year, most_in_list);
    row.key_uri = issuer.key_id;
    row.created_at = now;
    for (int tries = 0; tries < most_tries; ++tries) {
        row.uri = fmt::format("{}/attestations/{}", issuer.instance.origin, crypto::random_token());
        row.list_index = random_index();
        const auto document = federation::render_attestation(document_of(row, issuer, account.uri));
        row.credential = dump_json(sign(document, issuer, now));
        if (db::attestations::insert(tx, row)) return;
    }
    throw std::runtime_error("status_lists: no free place found");
}

Result<db::Account> find_attestable(db::Tx& tx, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    if (!account || !account->is_local() || account->deleted_at || account->is_server_actor)
        return Error{Error::Kind::NotFound, "attestation: no account of ours"};
    if (account->actor_type != "Person")
        return refused("Only a person can be attested as an educator.");
    const auto user = db::users::find(tx, id);
    if (!user || user->state != db::MemberState::Active || user->is_waiting())
        return refused("Only an active member can be attested.");
    if (db::mark_of(*account)) return refused("A commercial partner is not attested.");
    if (db::guests::find(tx, id)) return refused("A guest of a circle is not attested.");
    return *account;
}

bool says_the_same(const db::Attestation& standing, const db::Attestation& wanted) {
    return standing.kind == wanted.kind && standing.assurance == wanted.assurance &&
           standing.region == wanted.region;
}

} // namespace

Issuer load_issuer(db::Tx& tx, const Instance& instance, const AttestationTerms& terms, Time now) {
    const auto actor = actors::ensure_server_actor(tx, instance, now);
    // The one that the document shows, at once: whoever does not know it yet reads the document.
    const auto row = db::account_keys::find_published(tx, actor.id, "ed25519");
    if (!row) throw std::runtime_error("account_keys: the server actor has no Ed25519 key");
    const auto key = crypto::PrivateKey::from_pem(row->private_pem);
    if (!key) throw std::runtime_error("account_keys: a private key of ours cannot be read");
    return {.instance = instance,
            .terms = terms,
            .actor_uri = actor.uri,
            .key_id = row->key_uri,
            .key = *key};
}

Result<Granted> attest(db::Tx& tx, const Issuer& issuer, const Grant& grant, Time now) {
    const auto account = find_attestable(tx, grant.account);
    if (!account) return account.error();
    const db::Attestation wanted{
        .account = account->id,
        .kind = std::string(to_string(grant.kind)),
        .assurance = std::string(to_string(grant.assurance)),
        .region = issuer.terms.region,
        .valid_from = whole_seconds(now),
        .valid_until = whole_seconds(
            grant.until.value_or(school_year_end(issuer.terms, now) + issuer.terms.grace)),
        .issued_by = grant.by,
    };
    if (wanted.valid_until <= now) return refused("The end of an attestation must lie ahead.");

    db::attestations::lock(tx, account->id);
    const auto standing = db::attestations::find_standing(tx, account->id);
    const bool is_same = standing && standing->is_good(now) && says_the_same(*standing, wanted);
    const bool is_as_long = is_same && (grant.until ? standing->valid_until == wanted.valid_until
                                                    : standing->valid_until >= wanted.valid_until);
    if (is_as_long) return Granted::Nothing;
    // A longer one leaves the shorter as it is; peers may still hold it.
    const bool is_renewal = is_same && wanted.valid_until > standing->valid_until;
    if (!is_renewal)
        db::attestations::revoke(tx, account->id, {.reason = "replaced by another"}, now);
    db::attestations::set_replaced(tx, account->id, now);
    issue(tx, issuer, *account, wanted, now);
    refresh_mark(tx, account->id, now);
    tell_followers(tx, account->id);
    return is_renewal ? Granted::Renewed : Granted::Issued;
}

bool revoke(db::Tx& tx, AccountId account, const Revocation& revocation, Time now) {
    db::attestations::lock(tx, account);
    const int ended = db::attestations::revoke(
        tx, account, {.reason = revocation.reason, .for_cause = revocation.for_cause}, now);
    if (ended == 0) return false;
    refresh_mark(tx, account, now);
    tell_followers(tx, account);
    return true;
}

Result<Done> leave(db::Tx& tx, AccountId account, std::string_view reason, Time now) {
    const auto user = db::users::find(tx, account);
    if (!user) return Error{Error::Kind::NotFound, "leave: no such member"};
    if (user->state != db::MemberState::Left) {
        const auto done = members::set_state(tx, account, db::MemberState::Left, now);
        if (!done) return done;
        mail::post(tx, mail::Letter::Leaver, account);
    }
    revoke(tx, account, {.reason = std::string(reason)}, now);
    return Done{};
}

int sign_again(db::Tx& tx, const Issuer& issuer, Time now) {
    const auto rows =
        db::attestations::list_signed_otherwise(tx, issuer.key_id, now, signed_at_once);
    for (const auto& old : rows) {
        const auto account = db::accounts::find(tx, old.account);
        if (!account) continue;
        db::attestations::set_replaced(tx, account->id, now);
        auto row = old;
        issue(tx, issuer, *account, std::move(row), now);
        tell_followers(tx, account->id);
    }
    return static_cast<int>(rows.size());
}

std::optional<Json> render_status_list(db::Tx& tx,
                                       const Issuer& issuer,
                                       std::int64_t list,
                                       Time now) {
    constexpr std::chrono::hours good_for{24};
    if (!db::attestations::list_exists(tx, list)) return std::nullopt;
    const auto revoked = db::attestations::revoked_indexes(tx, list);
    const federation::StatusList document{
        .id = fmt::format("{}/status/{}", issuer.instance.origin, list),
        .issuer = issuer.actor_uri,
        .encoded_list = federation::encode_status_bits(revoked),
        .valid_from = whole_seconds(now),
        .valid_until = whole_seconds(now + good_for)};
    return sign(federation::render_status_list(document), issuer, now);
}

} // namespace educators
