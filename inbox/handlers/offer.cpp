#include "base/uri.h"
#include "db/account_keys.h"
#include "db/audit_chain.h"
#include "db/audit_log.h"
#include "db/peers.h"
#include "db/privacy_notes.h"
#include "db/statuses.h"
#include "federation/appeal_review.h"
#include "federation/checkpoint.h"
#include "federation/privacy_note.h"
#include "federation/proof.h"
#include "inbox/handlers.h"
#include "inbox/recall.h"
#include "moderation/houses.h"
#include "outbox/appeal_reviews.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace inbox {
namespace {

/// One a day is usual; the rest is for those who make one by hand.
constexpr std::int64_t most_a_day = 24;
constexpr int compared = 1'000;

Error refused(std::string detail) {
    return Error{Error::Kind::Forbidden, "offer: " + std::move(detail)};
}

/// By the actor who says it, so that it can be shown to third parties.
Result<Done> check_proof_of(db::Tx& tx, const db::Account& sender, const Json& document) {
    const auto proof = federation::parse_proof(document);
    if (!proof) return refused("a checkpoint without proof");
    const auto row = db::account_keys::find(tx, proof->verification_method);
    const auto key = row && row->account == sender.id
                         ? crypto::PublicKey::from_pem(row->public_pem)
                         : Result<crypto::PublicKey>(refused("proven by an unknown key"));
    if (!key) return key.error();
    return federation::verify_proof(*proof, sender.uri, proof->verification_method, *key);
}

void note_contradictions(db::Tx& tx, const db::audit_chain::Checkpoint& offered) {
    for (const auto& kept : db::audit_chain::list_kept(tx, offered.host, compared)) {
        if (kept.number != offered.number || kept.hash == offered.hash) continue;
        spdlog::warn("inbox: a peer's audit log was written anew host={} line={}",
                     offered.host,
                     offered.number);
        db::audit_log::insert(tx,
                              {.actor = "filter",
                               .act = "checkpoint.contradiction",
                               .subject = offered.host,
                               .details = {{"line", offered.number},
                                           {"kept", kept.hash},
                                           {"offered", offered.hash}}});
    }
}

/// Whether the sender is the server actor of a host at level member.
Result<bool> speaks_for_member(db::Tx& tx, const db::Account& sender) {
    if (!moderation::speaks_for_house(tx, sender)) return refused("not by the host's server actor");
    const auto peer = db::peers::find(tx, sender.host);
    return peer && peer->level == db::PeerLevel::Member;
}

/// The second level of an appeal, theirs or ours (outbox/appeal_reviews.h).
Result<Outcome> handle_appeal(db::Tx& tx,
                              const House& house,
                              const Received& received,
                              const Json& object) {
    const auto& sender = received.sender;
    const auto outcome = [](bool taken) { return taken ? Outcome::Applied : Outcome::Ignored; };
    const auto review = federation::parse_appeal_review(object);
    const auto opinion = federation::parse_appeal_opinion(object);
    const auto is_other = [](const auto& parsed) {
        return !parsed && parsed.error().kind == Error::Kind::NotFound;
    };
    if (is_other(review) && is_other(opinion)) return Outcome::Ignored;
    if (!review && !opinion) return is_other(review) ? opinion.error() : review.error();
    const auto& author = review ? review->actor : opinion->actor;
    if (author != sender.uri) return refused("of somebody else");
    if (review && !same_origin(review->id, sender.uri)) return refused("an id elsewhere");
    const auto allowed = speaks_for_member(tx, sender);
    if (!allowed) return allowed.error();
    if (!*allowed) return Outcome::Ignored;
    if (review) return outcome(outbox::take_review(tx, sender.host, *review, received.at));
    const outbox::Acting acting{.instance = house.instance,
                                .peers = house.peers,
                                .account = house.server_actor,
                                .now = received.at};
    return outcome(outbox::take_opinion(tx, acting, sender.host, *opinion));
}

/// Our privacy officer hears that a post of ours is held elsewhere.
Result<Outcome> take_privacy_note(db::Tx& tx, const Received& received, const Json& object) {
    constexpr std::int64_t most_notes_a_day = 24;
    const auto note = federation::parse_privacy_note(object);
    if (!note) return note.error();
    const auto& sender = received.sender;
    if (note->actor != sender.uri || !moderation::speaks_for_house(tx, sender))
        return refused("a privacy note that is not its server's");
    const auto peer = db::peers::find(tx, sender.host);
    if (!peer || peer->level < db::PeerLevel::Guest) return Outcome::Ignored;
    const auto status = db::statuses::find_by_uri(tx, note->about);
    if (!status || !status->local) return Outcome::Ignored;
    if (db::privacy_notes::count_since(tx, sender.host, received.at - std::chrono::hours{24}) >=
        most_notes_a_day)
        return Outcome::Ignored;
    const bool is_new = db::privacy_notes::insert(tx,
                                                  {.host = sender.host,
                                                   .object_uri = note->about,
                                                   .reason = note->reason,
                                                   .at = received.at});
    if (!is_new) return Outcome::Ignored;
    db::audit_log::insert(tx,
                          {.at = received.at,
                           .actor = sender.uri,
                           .act = "privacy.note",
                           .subject = note->about,
                           .reason = note->reason});
    return Outcome::Applied;
}

Result<Outcome> take_other(db::Tx& tx,
                           const House& house,
                           const Received& received,
                           const Json& object) {
    const auto is_other = [](const Result<Outcome>& taken) {
        return !taken && taken.error().kind == Error::Kind::NotFound;
    };
    auto taken = take_recall(tx, house, received, object);
    if (is_other(taken)) taken = take_privacy_note(tx, received, object);
    return is_other(taken) ? handle_appeal(tx, house, received, object) : taken;
}

} // namespace

// The server actor of a member gives us a checkpoint of its audit log to keep (decision 260). A
// recall withdraws a post everywhere, a privacy note is for our privacy officer, and what a member
// asks or answers about an appeal for our moderators. Every other Offer changes nothing.
Result<Outcome> handle_offer(db::Tx& tx, const House& house, const Received& received) {
    const Json* object = federation::embedded_object(received.activity);
    if (object == nullptr) return Outcome::Ignored;
    const auto checkpoint = federation::parse_checkpoint(*object);
    if (!checkpoint) {
        if (checkpoint.error().kind == Error::Kind::NotFound)
            return take_other(tx, house, received, *object);
        return checkpoint.error();
    }
    const auto& sender = received.sender;
    if (checkpoint->actor != sender.uri) return refused("a checkpoint that is not its sender's");
    const auto allowed = speaks_for_member(tx, sender);
    if (!allowed) return allowed.error();
    if (!*allowed) return Outcome::Ignored;
    if (const auto proven = check_proof_of(tx, sender, *object); !proven) return proven.error();
    if (db::audit_chain::count_kept_since(tx, sender.host, received.at - std::chrono::hours{24}) >=
        most_a_day)
        return Outcome::Ignored;

    const db::audit_chain::Checkpoint offered{.host = sender.host,
                                              .number = checkpoint->line,
                                              .hash = checkpoint->hash,
                                              .document = dump_json(*object),
                                              .at = received.at};
    if (!db::audit_chain::keep(tx, offered)) return Outcome::Ignored;
    note_contradictions(tx, offered);
    return Outcome::Applied;
}

} // namespace inbox
