#include "outbox/policy_job.h"

#include "base/uri.h"
#include "db/failed_lookups.h"
#include "db/jobs.h"
#include "db/peerings.h"
#include "federation/actor.h"
#include "federation/nodeinfo.h"
#include "federation/policy.h"
#include "jobs/queue.h"
#include "moderation/covenant.h"
#include "outbox/peering.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace outbox {
namespace {

constexpr auto check_job = "policy_check";
constexpr int max_failures = 3; // The next day is another try.
constexpr int most_at_once = 200;
constexpr std::chrono::hours between_checks{24};

Error failed(const Error& error, std::string shown) {
    return {error.kind, error.detail, std::move(shown)};
}

Result<std::string> find_actor_uri(const PolicyReader& reader, const std::string& host) {
    const auto ask = [&](const std::string& origin) -> Result<std::string> {
        const auto links =
            reader.fetcher.fetch_json(origin + "/.well-known/nodeinfo", "application/json");
        if (!links) return failed(links.error(), "It cannot be reached.");
        return federation::parse_server_actor_link(*links, origin);
    };
    auto uri = ask("https://" + host);
    if (!uri && reader.fetcher.deps().allow_http) uri = ask("http://" + host);
    if (!uri) return uri;
    if (uri->empty() || host_of(*uri) != host)
        return Error{Error::Kind::NotFound, "no server actor", "It names no server actor."};
    return uri;
}

Result<moderation::ReadPolicy> read(const PolicyReader& reader, const std::string& host) {
    const auto uri = find_actor_uri(reader, host);
    if (!uri) return uri.error();
    const auto fetched = reader.fetcher.fetch(*uri);
    if (!fetched) return failed(fetched.error(), "Its server actor cannot be read.");
    const auto actor = federation::parse_actor(fetched->document);
    if (!actor) return failed(actor.error(), "Its server actor cannot be read.");
    if (actor->type != federation::ActorType::Application || host_of(actor->id) != host)
        return Error{Error::Kind::Invalid, "no server actor", "It names no server actor."};
    const auto link = federation::policy_link(fetched->document);
    if (link.empty())
        return Error{Error::Kind::NotFound, "no policy", "It publishes no policy document."};
    const auto document = reader.fetcher.fetch_json(link, "application/activity+json");
    if (!document) return failed(document.error(), "Its policy document cannot be read.");
    const auto policy = federation::read_policy(*document, fetched->document);
    if (!policy)
        return failed(policy.error(), "Its policy document is not valid, or not signed by it.");
    return moderation::ReadPolicy{.host = host,
                                  .actor_uri = actor->id,
                                  .inbox_uri = actor->inbox,
                                  .policy_uri = link,
                                  .policy = *policy,
                                  .document = dump_json(*document)};
}

Result<jobs::Apply> check(const PolicyReader& reader, const std::string& host) {
    const auto taken = read_policy_of(reader, host);
    if (taken && *taken == moderation::Taken::Held)
        spdlog::info("peering: host={} promises less than before, and is on hold", host);
    if (!taken && taken.error().kind == Error::Kind::Unavailable) return taken.error();
    if (!taken || !reader.peers.may_contact(host)) return jobs::Apply{};
    // What it sends next is its server actor's: known, not fetched at the door.
    std::string actor;
    {
        db::Tx tx(reader.pool);
        actor = db::peerings::find(tx, host).value_or(db::Peering{}).actor_uri;
    }
    if (!actor.empty() && !reader.resolver.resolve_actor(actor))
        spdlog::debug("peering: host={} has a server actor that cannot be stored", host);
    return jobs::Apply{};
}

} // namespace

Result<moderation::Taken> read_policy_of(const PolicyReader& reader, const std::string& host) {
    {
        // What failed a while ago does not count when it is asked for on purpose.
        db::Tx tx(reader.pool);
        db::failed_lookups::remove_of_host(tx, host);
        tx.commit();
    }
    const auto found = read(reader, host);
    const Time now = reader.clock();
    db::Tx tx(reader.pool);
    if (!found) {
        moderation::note_problem(tx, host, found.error().shown, now);
        tx.commit();
        return found.error();
    }
    const auto taken = moderation::take_policy(tx, *found, now);
    tx.commit();
    return taken;
}

void queue_policy_check(db::Tx& tx, std::string_view host) {
    if (db::jobs::exists(tx, check_job, host)) return;
    jobs::enqueue(
        tx,
        {.kind = check_job, .lane = fmt::format("policy:{}", host), .payload = std::string(host)});
}

jobs::Kind policy_check_kind(const PolicyReader& reader) {
    const auto prepare = [&reader](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch)
            steps.push_back(check(reader, job.payload));
        return steps;
    };
    return {.name = check_job, .prepare = prepare, .max_failures = max_failures};
}

jobs::PeriodicTask policy_check_task(db::Pool& pool, Clock clock) {
    return {.name = "peers.policies",
            .every = std::chrono::hours{1},
            .run = [&pool, clock = std::move(clock)](const std::stop_token&) {
                db::Tx tx(pool);
                const auto due = db::peerings::list_due(tx, clock() - between_checks, most_at_once);
                for (const auto& host : due)
                    queue_policy_check(tx, host);
                tx.commit();
            }};
}

jobs::PeriodicTask publish_policy_task(db::Pool& pool, const Instance& instance, Clock clock) {
    return {.name = "peers.publish_policy",
            .every = std::chrono::hours{1},
            .run = [&pool, &instance, clock = std::move(clock)](const std::stop_token&) {
                db::Tx tx(pool);
                if (moderation::publish_policy(tx, instance, clock()))
                    announce_policy(tx, instance, clock());
                tx.commit();
            }};
}

} // namespace outbox
