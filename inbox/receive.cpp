#include "inbox/receive.h"

#include "base/crypto.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "federation/activity.h"
#include "federation/followers_sync.h"
#include "federation/media_type.h"
#include "federation/signature.h"
#include "federation/uris.h"
#include "inbox/gone.h"
#include "inbox/incoming.h"
#include "inbox/peering.h"
#include "inbox/proofs.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace inbox {
namespace {

constexpr std::size_t max_body_bytes = 1024UL * 1024;

// What a step says when the request ends there.
struct Forgotten {}; // 202, and nothing happens.
using End = std::variant<Error, Forgotten>;
template <typename T>
using Step = std::variant<T, Error, Forgotten>;

Error unauthorized(std::string detail, std::string shown) {
    return Error{Error::Kind::Unauthorized, std::move(detail), std::move(shown)};
}

Error not_authorized(std::string_view host, std::string_view reason) {
    return Error{.kind = Error::Kind::Forbidden,
                 .detail = fmt::format("inbox: {} {}", host, reason),
                 .reason = std::string(reason)};
}

Error busy(Door& door) {
    return Error{.kind = Error::Kind::Unavailable,
                 .detail = "inbox: too many key fetches",
                 .retry_after_s = door.key_fetches.retry_after_s(door.clock())};
}

Result<Done> check_form(const http::Request& request) {
    if (request.body.size() > max_body_bytes)
        return Error{Error::Kind::TooLarge, "inbox: body too large"};
    if (request.headers.count("Content-Encoding") > 0)
        return Error{Error::Kind::WrongType, "inbox: compressed body"};
    if (request.headers.count("Content-Type") != 1 ||
        !federation::is_activity_media_type(request.headers.get("Content-Type")))
        return Error{Error::Kind::WrongType, "inbox: not an ActivityPub media type"};
    return Done{};
}

// PROTOCOL 11.2 before any key is fetched. Everybody's host counts; the lowest decides.
Step<Done> pass_gate(Door& door,
                     const federation::Activity& activity,
                     const federation::ParsedSignature& signature) {
    const auto level = [&](std::string_view uri) { return door.peers.level_of(host_of(uri)); };
    for (const std::string& uri : {signature.key_id, activity.actor}) {
        if (level(uri) == moderation::Level::Blocked) return Forgotten{};
        if (!moderation::is_allowed(level(uri)))
            return not_authorized(host_of(uri), "actor-not-authorized");
    }
    for (const auto& uri : federation::speaks_for(activity, signature.key_id)) {
        if (!moderation::is_allowed(level(uri)))
            return not_authorized(host_of(uri), "principal-not-authorized");
    }
    return Done{};
}

Result<Done> check_ids(const Door& door, const federation::Activity& activity) {
    if (federation::is_local(door.instance, activity.actor))
        return unauthorized("inbox: actor is ours", "Our own actors do not write from outside.");
    if (!activity.id.empty() && !same_origin(activity.id, activity.actor))
        return Error{Error::Kind::Invalid, "inbox: id and actor are on different origins"};
    return Done{};
}

// Servers tell everybody when an actor is deleted. Its key is gone too, and of a stranger there is
// nothing to delete: no key fetch (PROTOCOL 11.7).
bool is_about_unknown_self(Door& door, const federation::Activity& activity) {
    if (activity.object != activity.actor) return false;
    if (activity.type != "Delete" && activity.type != "Update") return false;
    db::Tx tx(door.pool);
    return !db::accounts::find_by_uri(tx, activity.actor);
}

// Network happens only here, in a bounded number of threads.
Result<actors::KeyOwner> find_signer(Door& door, const federation::ParsedSignature& signature) {
    const auto known = door.signers.find_known(signature.key_id);
    if (known && federation::verify(signature, known->key)) return *known;
    const auto slot = door.key_fetches.try_take(host_of(signature.key_id));
    if (!slot) return busy(door);
    return door.signers.verify(signature);
}

// Two senders cannot collide, so nobody can make another's id count as seen (ATTACKS A04).
std::string seen_key(const federation::Activity& activity,
                     const federation::ParsedSignature& signature) {
    const std::string what = activity.id.empty() ? signature.fingerprint() : activity.id;
    return crypto::hex(crypto::sha256(activity.actor + '\n' + what));
}

std::optional<SyncClaim> sync_claim(Door& door,
                                    const http::Request& request,
                                    const federation::ParsedSignature& signature,
                                    const actors::KeyOwner& owner) {
    if (request.headers.count("Collection-Synchronization") == 0) return std::nullopt;
    db::Tx tx(door.pool);
    const auto account = db::accounts::find(tx, owner.account);
    if (!account || account->followers_uri.empty()) return std::nullopt;
    const auto sync = federation::read_followers_sync(request, signature, account->followers_uri);
    if (!sync) return std::nullopt;
    return SyncClaim{.url = sync->url, .digest = sync->digest};
}

// The key goes with the actor, so that a Delete of itself may be past verifying: a job asks its
// origin. Everything else that is not verified ends here.
Step<Done> end_unverified(Door& door, const federation::Activity& activity, const Error& error) {
    const bool is_farewell = activity.type == "Delete" && activity.object == activity.actor;
    if (!is_farewell || error.kind != Error::Kind::Unauthorized) return error;
    if (!door.buckets.take(host_of(activity.actor), door.clock())) {
        db::Tx tx(door.pool);
        queue_gone_check(tx, activity.actor, door.clock());
        tx.commit();
    }
    return Forgotten{};
}

struct Parsed {
    federation::Activity activity;
    federation::ParsedSignature signature;
};

// Everything that needs neither network nor key.
Step<Parsed> look_at(Door& door, const http::Request& request) {
    if (!federation::has_signature(request))
        return unauthorized("inbox: no signature", "The request is not signed.");
    const auto form = check_form(request);
    if (!form) return form.error();
    const auto signatures =
        federation::parse_signatures(request, door.signers.deps().receiver, door.clock());
    if (!signatures) {
        return unauthorized(signatures.error().detail,
                            "The signature, its date or its digest is not valid.");
    }
    // A cheap first look, before the body is parsed: is anybody who signed of interest?
    bool is_any_blocked = false;
    std::vector<federation::ParsedSignature> candidates;
    for (const auto& signature : *signatures) {
        const auto level = door.peers.level_of(host_of(signature.key_id));
        is_any_blocked = is_any_blocked || level == moderation::Level::Blocked;
        candidates.push_back(signature);
    }
    if (is_any_blocked) return Forgotten{};

    auto document = parse_json(request.body);
    if (!document) return document.error();
    auto activity = federation::parse_activity(std::move(*document));
    if (!activity) return activity.error();
    const auto ids = check_ids(door, *activity);
    if (!ids) return ids.error();
    // Of several signatures the one whose key can belong to the actor.
    auto fitting = std::ranges::find_if(candidates, [&](const auto& signature) {
        return same_origin(signature.key_id, activity->actor);
    });
    if (fitting == candidates.end()) {
        if (!activity->has_proof)
            return unauthorized("inbox: the key is not the actor's",
                                "The signer is not the actor.");
        fitting = candidates.begin();
    }
    return Parsed{std::move(*activity), *fitting};
}

bool is_peering_follow(Door& door, const Parsed& parsed) {
    return parsed.activity.type == "Follow" &&
           parsed.activity.object == federation::server_actor_uri(door.instance) &&
           door.peers.level_of(host_of(parsed.signature.key_id)) <= moderation::Level::Pending &&
           same_origin(parsed.signature.key_id, parsed.activity.actor);
}

bool is_peering_answer_of(Door& door, const Parsed& parsed) {
    const auto level = door.peers.level_of(host_of(parsed.signature.key_id));
    return (level == moderation::Level::Pending || level == moderation::Level::Unknown) &&
           same_origin(parsed.signature.key_id, parsed.activity.actor) &&
           is_peering_answer(door, parsed.activity);
}

using HearStranger = Result<Done> (*)(Door&,
                                      const federation::Activity&,
                                      const federation::ParsedSignature&);

// What comes from a host that is not let in, and costs a key fetch: one at a time for a host.
Step<Done> hear_stranger(Door& door, const Parsed& parsed, HearStranger hear) {
    const auto slot = door.key_fetches.try_take(host_of(parsed.signature.key_id));
    if (!slot) return busy(door);
    const auto heard = hear(door, parsed.activity, parsed.signature);
    if (!heard) return heard.error();
    return Done{};
}

Step<Done> take(Door& door,
                const http::Request& request,
                std::string_view owner_name,
                Takes takes) {
    auto looked = look_at(door, request);
    if (const auto* error = std::get_if<Error>(&looked)) return *error;
    if (std::holds_alternative<Forgotten>(looked)) return Forgotten{};
    const Parsed& parsed = std::get<Parsed>(looked);
    const auto& [activity, signature] = parsed;
    if (takes == Takes::Flags && activity.type != "Flag")
        return not_authorized(host_of(activity.actor), "reports-only");

    if (is_peering_follow(door, parsed)) return hear_stranger(door, parsed, hold_peering_follow);
    auto gate = pass_gate(door, activity, signature);
    if (!std::holds_alternative<Done>(gate)) {
        if (!is_peering_answer_of(door, parsed)) return gate;
        return hear_stranger(door, parsed, hear_peering_answer);
    }
    if (!federation::is_known_activity(activity.type)) return Forgotten{};
    if (is_about_unknown_self(door, activity)) return Forgotten{};

    const auto signer = find_signer(door, signature);
    if (!signer) return end_unverified(door, activity, signer.error());
    if (const auto wait = door.buckets.take(signer->host, door.clock())) {
        return Error{.kind = Error::Kind::RateLimited,
                     .detail = "inbox: too many requests of " + signer->host,
                     .reason = "rate-limit-exceeded",
                     .retry_after_s = *wait};
    }
    // With a proof it may come through another actor, and may be passed on.
    const auto proven = check_proof(door, activity);
    if (!proven && signer->uri != activity.actor) {
        return unauthorized("inbox: signed by another actor: " + proven.error().detail,
                            "The signer is not the actor.");
    }
    const Incoming incoming{
        .signer = activity.actor,
        .carrier = signer->uri,
        .inbox_name = std::string(owner_name),
        .received_at = door.clock(),
        .sync = sync_claim(door, request, signature, *signer),
        .is_proven = static_cast<bool>(proven),
        .body = request.body,
    };
    const auto stored = door.writer.submit({.seen_key = seen_key(activity, signature),
                                            .lane = activity.actor,
                                            .host = signer->host,
                                            .payload = write_payload(incoming)});
    if (!stored) return stored.error();
    return Done{};
}

std::string_view reason_of(const Error& error) {
    if (!error.reason.empty()) return error.reason;
    switch (error.kind) {
    case Error::Kind::Unauthorized:
        return "unauthorized";
    case Error::Kind::Forbidden:
        return "forbidden";
    case Error::Kind::Unavailable:
        return "unavailable";
    default:
        return "malformed";
    }
}

std::string claimed_host(Door& door, const http::Request& request) {
    const auto signatures =
        federation::parse_signatures(request, door.signers.deps().receiver, door.clock());
    return signatures ? host_of(signatures->front().key_id) : std::string{};
}

} // namespace

http::Response receive(Door& door,
                       const http::Request& request,
                       std::string_view owner,
                       Takes takes) {
    const auto taken = take(door, request, owner, takes);
    const auto* error = std::get_if<Error>(&taken);
    if (error == nullptr) {
        if (std::holds_alternative<Forgotten>(taken))
            door.refusals.count(claimed_host(door, request), "forgotten");
        return http::Response{.status = 202};
    }
    spdlog::debug("inbox: refused: {}", error->detail);
    door.refusals.count(claimed_host(door, request), reason_of(*error));
    auto response = http::error_response(*error, http::Audience::Peers);
    // Tells who speaks only RFC 9421 what to sign (PROTOCOL section 5).
    if (error->kind == Error::Kind::Unauthorized)
        response.headers.set("Accept-Signature", federation::make_challenge());
    return response;
}

Result<http::Signer> recognise_reader(Door& door, const http::Request& request) {
    auto signer = door.signers.verified_signer(request);
    const bool is_refused = !signer && (signer.error().kind == Error::Kind::Unauthorized ||
                                        signer.error().kind == Error::Kind::Forbidden);
    if (is_refused) {
        const auto host = claimed_host(door, request);
        door.refusals.count(host, host.empty() ? "read-unsigned" : "read-refused");
    }
    return signer;
}

void add_routes(http::Router& router, Door& door) {
    const auto add = [&](std::string pattern, Takes takes) {
        router.add({.method = "POST",
                    .pattern = std::move(pattern),
                    .access = http::Access::Inbox,
                    .handler = [&door, takes](const http::Call& call) -> Result<http::Response> {
                        return receive(door, call.request, call.param("name"), takes);
                    }});
    };
    add("/inbox", Takes::All);
    add("/actor/inbox", Takes::All);
    add("/actor/moderators/inbox", Takes::Flags);
    add("/users/{name}/inbox", Takes::All);
}

} // namespace inbox
