#include "inbox/peering.h"

#include "base/uri.h"
#include "db/peering_requests.h"
#include "db/peers.h"
#include "federation/actor.h"
#include "federation/keys.h"
#include "inbox/receive.h"

#include <chrono>

namespace inbox {
namespace {

constexpr int most_a_day = 20;

Error refused(const std::string& actor, std::string_view why) {
    return Error{Error::Kind::Unauthorized, fmt::format("peering: {}: {}", actor, why)};
}

// Known to have asked, or too many today: no fetch then.
Result<bool> may_ask(Door& door, const std::string& host) {
    db::Tx tx(door.pool);
    if (db::peering_requests::find(tx, host)) return false;
    const Time since = door.clock() - std::chrono::hours{24};
    if (db::peering_requests::count_since(tx, since) < most_a_day) return true;
    return Error{.kind = Error::Kind::RateLimited,
                 .detail = "peering: too many requests today",
                 .reason = "rate-limit-exceeded",
                 .retry_after_s = 24 * 3600};
}

} // namespace

Result<Done> hold_peering_follow(Door& door,
                                 const federation::Activity& activity,
                                 const federation::ParsedSignature& signature) {
    const std::string host = host_of(activity.actor);
    const auto may = may_ask(door, host);
    if (!may) return may.error();
    if (!*may) return Done{};

    const auto fetched = door.peering_fetcher.fetch(activity.actor);
    if (!fetched) {
        if (fetched.error().kind == Error::Kind::Unavailable) return fetched.error();
        return refused(activity.actor, fetched.error().detail);
    }
    const auto actor = federation::parse_actor(fetched->document);
    if (!actor) return refused(activity.actor, actor.error().detail);
    // A person's Follow of the house opens nothing.
    if (actor->type != federation::ActorType::Application)
        return refused(activity.actor, "not a server actor");
    const auto key = federation::find_key(actor->keys, actor->id, signature.key_id);
    if (!key) return refused(activity.actor, key.error().detail);
    const auto verified = federation::verify(signature, *key);
    if (!verified) return verified.error();

    db::Tx tx(door.pool);
    const bool is_first = db::peering_requests::insert(tx,
                                                       {.host = host,
                                                        .actor_uri = actor->id,
                                                        .follow_uri = activity.id,
                                                        .received_at = door.clock()});
    tx.commit();
    if (is_first) spdlog::info("peering: host={} asks to be let in", host);
    return Done{};
}

} // namespace inbox
