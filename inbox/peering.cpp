#include "inbox/peering.h"

#include "actors/resolve.h"
#include "base/uri.h"
#include "db/peering_requests.h"
#include "db/peerings.h"
#include "federation/actor.h"
#include "federation/keys.h"
#include "inbox/receive.h"
#include "moderation/houses.h"
#include "outbox/peering_answers.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>

namespace inbox {
namespace {

constexpr int most_a_day = 20;

Error refused(const std::string& actor, std::string_view why) {
    return Error{Error::Kind::Unauthorized, fmt::format("peering: {}: {}", actor, why)};
}

// Known to have asked, or too many today: no fetch then. Whom we asked ourselves is expected.
Result<bool> may_ask(Door& door, const std::string& host) {
    db::Tx tx(door.pool);
    if (const auto peering = db::peerings::find(tx, host))
        if (!peering->wanted_level.empty()) return true;
    if (db::peering_requests::find(tx, host)) return false;
    const Time since = door.clock() - std::chrono::hours{24};
    if (db::peering_requests::count_since(tx, since) < most_a_day) return true;
    return Error{.kind = Error::Kind::RateLimited,
                 .detail = "peering: too many requests today",
                 .reason = "rate-limit-exceeded",
                 .retry_after_s = 24 * 3600};
}

bool speaks(Door& door, const federation::Actor& actor) {
    db::Tx tx(door.pool);
    return moderation::is_house(tx,
                                {.host = host_of(actor.id),
                                 .uri = actor.id,
                                 .is_server_actor = actors::is_server_actor(actor)});
}

/// The server actor, read anew, if it signed.
Result<outbox::House> verified_house(Door& door,
                                     const federation::Activity& activity,
                                     const federation::ParsedSignature& signature) {
    const auto fetched = door.peering_fetcher.fetch(activity.actor);
    if (!fetched) {
        if (fetched.error().kind == Error::Kind::Unavailable) return fetched.error();
        return refused(activity.actor, fetched.error().detail);
    }
    const auto actor = federation::parse_actor(fetched->document);
    if (!actor) return refused(activity.actor, actor.error().detail);
    // A person's Follow of the house opens nothing.
    if (actor->type != federation::ActorType::Application || !speaks(door, *actor))
        return refused(activity.actor, "not its host's server actor");
    const auto key = federation::find_key(actor->keys, actor->id, signature.key_id);
    if (!key) return refused(activity.actor, key.error().detail);
    const auto verified = federation::verify(signature, *key);
    if (!verified) return verified.error();
    return outbox::House{.instance = door.instance,
                         .host = host_of(actor->id),
                         .actor_uri = actor->id,
                         .inbox_uri = actor->inbox};
}

} // namespace

Result<Done> hold_peering_follow(Door& door,
                                 const federation::Activity& activity,
                                 const federation::ParsedSignature& signature) {
    const std::string host = host_of(activity.actor);
    const auto may = may_ask(door, host);
    if (!may) return may.error();
    if (!*may) return Done{};

    const auto house = verified_house(door, activity, signature);
    if (!house) return house.error();
    db::Tx tx(door.pool);
    const bool waits = outbox::hear_follow(tx, *house, activity.id, door.clock());
    tx.commit();
    if (waits) spdlog::info("peering: host={} asks to be let in", host);
    return Done{};
}

bool is_peering_answer(Door& door, const federation::Activity& activity) {
    db::Tx tx(door.pool);
    return outbox::is_about_peering(
        tx, activity.type, host_of(activity.actor), activity.actor, activity.object);
}

Result<Done> hear_peering_answer(Door& door,
                                 const federation::Activity& activity,
                                 const federation::ParsedSignature& signature) {
    const auto house = verified_house(door, activity, signature);
    if (!house) return house.error();
    const Time now = door.clock();
    db::Tx tx(door.pool);
    if (activity.type == "Undo")
        outbox::hear_undo(tx, *house, activity.object, now);
    else
        outbox::hear_answer(tx,
                            *house,
                            activity.object,
                            activity.type == "Accept" ? outbox::Answer::Accept
                                                      : outbox::Answer::Reject,
                            now);
    tx.commit();
    return Done{};
}

} // namespace inbox
