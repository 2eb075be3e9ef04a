#include "outbox/peering_post.h"

#include "base/uri.h"
#include "jobs/queue.h"
#include "outbox/knock.h"

#include <fmt/format.h>

namespace outbox {
namespace {

constexpr auto post_job = "peering_post";
constexpr int max_failures = 14;

Result<jobs::Apply> send(const PeeringPostDeps& deps, const jobs::Claimed& job) {
    const auto parcel = parse_json(job.payload);
    if (!parcel) return jobs::Apply{};
    std::optional<actors::SigningKey> key;
    {
        db::Tx tx(deps.pool);
        auto found = deps.keys.signing_key(tx, deps.server_actor);
        if (!found) return found.error();
        key = std::move(*found);
    }
    const auto body = (*parcel)["body"].get<std::string>();
    const Letter letter{
        .inbox = (*parcel)["inbox"].get<std::string>(), .body = body, .signer = *key};
    const auto knocked = knock(deps.client, letter, federation::Scheme::Cavage, deps.clock);
    if (knocked.refused) return jobs::Apply{};
    if (knocked.status >= 200 && knocked.status < 300) return jobs::Apply{};
    const bool is_worth_another_try =
        knocked.status == 0 || knocked.status == 429 || knocked.status >= 500;
    return Error{
        is_worth_another_try ? Error::Kind::Unavailable : Error::Kind::Invalid,
        fmt::format(
            "peering: {} answers {} {}", host_of(letter.inbox), knocked.status, knocked.error)};
}

} // namespace

void post_to_house(db::Tx& tx,
                   std::string_view host,
                   const std::string& inbox,
                   const Json& activity) {
    if (inbox.empty()) return;
    const Json parcel{{"inbox", inbox}, {"body", dump_json(activity)}};
    jobs::enqueue(
        tx,
        {.kind = post_job, .lane = fmt::format("peering:{}", host), .payload = dump_json(parcel)});
}

jobs::Kind peering_post_kind(const PeeringPostDeps& deps) {
    const auto prepare = [&deps](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch)
            steps.push_back(send(deps, job));
        return steps;
    };
    return {.name = post_job, .prepare = prepare, .max_failures = max_failures};
}

} // namespace outbox
