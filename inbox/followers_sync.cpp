#include "inbox/followers_sync.h"

#include "base/json_reader.h"
#include "db/audit_log.h"
#include "db/failed_lookups.h"
#include "db/follows.h"
#include "db/jobs.h"
#include "federation/collection.h"
#include "federation/followers_sync.h"
#include "federation/uris.h"
#include "outbox/follow.h"
#include "timelines/home.h"

#include <algorithm>
#include <utility>

namespace inbox {
namespace {

constexpr auto kind_name = "followers_sync";
constexpr std::chrono::hours pause{1};
constexpr std::chrono::hours empty_pause{24};

std::vector<db::Account> local_followers(db::Tx& tx, AccountId followed) {
    return db::accounts::find_all(tx, db::follows::local_followers(tx, followed));
}

// Whether this may be done now; then not again before `until`. Kept beside the failed look-ups: it
// is the same thing, an address that is not to be asked for a while.
bool claim_turn(db::Tx& tx, const std::string& name, Time now, Time until) {
    if (db::failed_lookups::find(tx, name, now)) return false;
    db::failed_lookups::put(tx, name, "followers synchronised", until);
    return true;
}

struct Job {
    AccountId sender{};
    std::string url{};
};

Job read_job(const std::string& payload) {
    const auto document = parse_json(payload);
    if (!document) throw std::logic_error("followers_sync: a job that we did not write");
    JsonReader json(*document);
    return {.sender = AccountId{json.number("sender").value_or(0)}, .url = json.text("url")};
}

// The whole list, or nothing: half a list would end follows that stand.
Result<std::vector<std::string>> fetch_list(const Work& work, const std::string& url) {
    federation::CollectionWalk walk(url);
    std::optional<std::string> next = url;
    while (next) {
        const auto fetched =
            work.resolver.fetcher().fetch(*next, actors::IdRule::SameOrigin, std::nullopt);
        if (!fetched) return fetched.error();
        auto page = federation::parse_collection(fetched->document);
        if (!page) return page.error();
        next = walk.take(std::move(*page));
    }
    if (!walk.complete()) return Error{Error::Kind::Invalid, "followers_sync: truncated"};
    std::vector<std::string> uris;
    for (const auto& item : walk.items())
        if (federation::is_local(work.house.instance, item.id)) uris.push_back(item.id);
    return uris;
}

void record(
    db::Tx& tx, const db::Account& sender, std::size_t ended, std::size_t undone, Time now) {
    db::audit_log::insert(tx,
                          {
                              .at = now,
                              .actor = sender.uri,
                              .act = "followers.sync",
                              .subject = sender.uri,
                              .details = {{"ended", ended}, {"undone", undone}},
                          });
}

void mend(db::Tx& tx,
          const Work& work,
          AccountId sender_id,
          const std::vector<std::string>& theirs) {
    const Time now = work.clock();
    const auto sender = db::accounts::find(tx, sender_id);
    if (!sender) return;
    const auto ours = local_followers(tx, sender->id);
    if (theirs.empty() && !ours.empty() &&
        !claim_turn(tx, "empty-followers:" + sender->uri, now, now + empty_pause))
        return;
    std::size_t ended = 0;
    for (const auto& follower : ours) {
        if (std::ranges::find(theirs, follower.uri) != theirs.end()) continue;
        db::follows::remove(tx, follower.id, sender->id);
        timelines::follow_ended(tx, follower.id, sender->id);
        ++ended;
    }
    std::size_t undone = 0;
    for (const auto& account : db::accounts::find_all_by_uri(tx, theirs)) {
        // Asked for and not answered yet: the answer is on its way.
        if (!account.is_local() || db::follows::find(tx, account.id, sender->id)) continue;
        outbox::send_undo_follow(
            tx,
            account,
            *sender,
            federation::fragment_uri(account.uri, "follows", sender->id.value));
        ++undone;
    }
    if (ended + undone > 0) record(tx, *sender, ended, undone, now);
}

} // namespace

void queue_followers_sync(db::Tx& tx, const db::Account& sender, const SyncClaim& claim, Time now) {
    std::vector<std::string> uris;
    std::string origin;
    for (const auto& follower : local_followers(tx, sender.id))
        uris.push_back(follower.uri);
    // followers_digest looks at the ids of one origin; ours are all of one.
    if (!uris.empty()) origin = uris.front().substr(0, uris.front().find("/users/"));
    if (federation::followers_digest(uris, origin) == claim.digest) return;
    if (!claim_turn(tx, "followers:" + sender.uri, now, now + pause)) return;
    const Json payload{{"sender", sender.id.value}, {"url", claim.url}};
    db::jobs::insert(tx, {{.kind = kind_name, .lane = sender.uri, .payload = dump_json(payload)}});
    db::jobs::notify(tx);
}

jobs::Kind followers_sync_kind(const Work& work) {
    return {.name = kind_name,
            .prepare =
                [work](std::span<const jobs::Claimed> batch) {
                    std::vector<Result<jobs::Apply>> steps;
                    for (const auto& claimed : batch) {
                        const Job job = read_job(claimed.payload);
                        const auto list = fetch_list(work, job.url);
                        if (!list) {
                            steps.emplace_back(jobs::Apply{}); // Asked again with the next claim.
                            continue;
                        }
                        steps.emplace_back(jobs::Apply([work, job, theirs = *list](db::Tx& tx) {
                            mend(tx, work, job.sender, theirs);
                        }));
                    }
                    return steps;
                },
            .max_failures = 3};
}

} // namespace inbox
