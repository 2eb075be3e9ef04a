#include "inbox/gone.h"

#include "db/failed_lookups.h"
#include "db/follows.h"
#include "db/jobs.h"
#include "statuses/erase.h"
#include "timelines/home.h"

namespace inbox {
namespace {

constexpr auto kind_name = "gone_check";
constexpr std::chrono::hours pause{1};

bool may_come_back(const Error& error) {
    return error.kind == Error::Kind::Unavailable || error.kind == Error::Kind::RateLimited;
}

Result<jobs::Apply> check(const Work& work, const std::string& actor_uri) {
    const auto fetched = work.resolver.fetcher().fetch(actor_uri);
    if (!fetched && may_come_back(fetched.error())) return fetched.error();
    if (fetched || fetched.error().kind != Error::Kind::Gone) return jobs::Apply{};
    return jobs::Apply([work, actor_uri](db::Tx& tx) {
        const auto account = db::accounts::find_by_uri(tx, actor_uri);
        if (account && !account->is_local()) delete_actor(tx, *account, work.clock());
    });
}

} // namespace

bool delete_actor(db::Tx& tx, const db::Account& account, Time now) {
    if (account.deleted_at) return false;
    for (const auto& follow : db::follows::remove_all_of(tx, account.id)) {
        if (follow.follower != account.id && follow.accepted)
            timelines::follow_ended(tx, follow.follower, account.id);
    }
    db::accounts::set_deleted(tx, account.id, now);
    // Thousands of posts are not for one transaction.
    statuses::queue_erasing(tx, account.id);
    return true;
}

void queue_gone_check(db::Tx& tx, const std::string& actor_uri, Time now) {
    const auto account = db::accounts::find_by_uri(tx, actor_uri);
    if (!account || account->is_local() || account->deleted_at) return;
    // Beside the failed look-ups: an address that is not to be asked for a while.
    const std::string turn = "gone:" + actor_uri;
    if (db::failed_lookups::find(tx, turn, now)) return;
    db::failed_lookups::put(tx, turn, "asked whether it is gone", now + pause);
    db::jobs::insert(tx, {{.kind = kind_name, .lane = actor_uri, .payload = actor_uri}});
    db::jobs::notify(tx);
}

jobs::Kind gone_check_kind(const Work& work) {
    return {.name = kind_name,
            .prepare =
                [work](std::span<const jobs::Claimed> batch) {
                    std::vector<Result<jobs::Apply>> steps;
                    for (const auto& job : batch)
                        steps.push_back(check(work, job.payload));
                    return steps;
                },
            .max_failures = 5};
}

} // namespace inbox
