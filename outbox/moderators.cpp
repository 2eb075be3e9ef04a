#include "outbox/moderators.h"

#include "base/uri.h"
#include "db/jobs.h"
#include "db/moderator_groups.h"
#include "federation/moderators.h"
#include "jobs/queue.h"
#include "moderation/covenant.h"

namespace outbox {
namespace {

constexpr auto find_job = "find_moderators";
constexpr int max_failures = 3;
constexpr std::chrono::hours known_for{24};

/// The group that the server names in WebFinger, or else in the policy that it signed.
std::string find_group_uri(const PolicyReader& reader, const std::string& origin) {
    const auto asked = percent_encode(origin + "/");
    const auto jrd = reader.fetcher.fetch_json(origin + "/.well-known/webfinger?resource=" + asked,
                                               "application/jrd+json");
    if (jrd) {
        auto named = federation::parse_moderators_link(*jrd, origin);
        if (!named.empty()) return named;
    }
    db::Tx tx(reader.pool);
    const auto policy = moderation::policy_of(tx, host_of(origin));
    return policy && same_origin(policy->report_group, origin) ? policy->report_group : "";
}

db::ModeratorGroup find_group(const PolicyReader& reader, const std::string& origin) {
    db::ModeratorGroup group{.host = host_of(origin), .read_at = reader.clock()};
    const auto uri = find_group_uri(reader, origin);
    if (uri.empty()) return group;
    const auto fetched = reader.fetcher.fetch(uri);
    if (!fetched) return group;
    auto inbox = federation::parse_moderators_inbox(fetched->document, uri);
    if (!inbox) return group;
    group.actor_uri = uri;
    group.inbox_uri = std::move(*inbox);
    return group;
}

Result<jobs::Apply> look(const PolicyReader& reader, const std::string& origin) {
    if (!reader.peers.may_contact(host_of(origin))) return jobs::Apply{};
    const auto group = find_group(reader, origin);
    return jobs::Apply{[group](db::Tx& tx) { db::moderator_groups::put(tx, group); }};
}

} // namespace

void look_for_moderators(db::Tx& tx, std::string_view actor_uri, Time now) {
    const auto origin = origin_of(actor_uri);
    if (origin.empty()) return;
    const auto known = db::moderator_groups::find(tx, host_of(origin));
    if ((known && known->read_at > now - known_for) || db::jobs::exists(tx, find_job, origin))
        return;
    jobs::enqueue(tx, {.kind = find_job, .lane = "moderators:" + origin, .payload = origin});
}

jobs::Kind find_moderators_kind(const PolicyReader& reader) {
    const auto prepare = [&reader](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch)
            steps.push_back(look(reader, job.payload));
        return steps;
    };
    return {.name = find_job, .prepare = prepare, .max_failures = max_failures};
}

FlagAddress flag_address(db::Tx& tx, const db::Account& target) {
    auto inboxes = audience_of(tx, Recipients{.accounts = {target.id}});
    const auto group = db::moderator_groups::find(tx, target.host);
    // Where nothing may go to that person, nothing goes to their moderators.
    if (!group || group->inbox_uri.empty() || inboxes.empty() ||
        !same_origin(group->inbox_uri, target.uri))
        return {.to = target.uri, .inboxes = std::move(inboxes)};
    return {.to = group->actor_uri,
            .inboxes = {{.uri = group->inbox_uri, .host = inboxes.front().host}}};
}

} // namespace outbox
