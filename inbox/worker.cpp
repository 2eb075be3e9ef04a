#include "inbox/worker.h"

#include "base/json_reader.h"
#include "db/held_items.h"
#include "db/jobs.h"
#include "educators/checking.h"
#include "inbox/applying.h"
#include "inbox/attestation_check.h"
#include "inbox/fetching.h"
#include "inbox/followers_sync.h"
#include "inbox/gone.h"
#include "inbox/reading.h"
#include "moderation/facts.h"
#include "moderation/held.h"
#include "statuses/erase.h"
#include "statuses/remove.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace inbox {
namespace {

constexpr int most_erased = 300;

using Batch = std::span<const jobs::Claimed>;
using Steps = std::vector<Result<jobs::Apply>>;

// Facts for all of them in a fixed number of statements, then the pure filters.
void judge(db::Tx& tx, const Work& work, std::vector<Item*> items) {
    if (items.empty()) return;
    std::vector<moderation::Subject> subjects;
    for (Item* item : items) {
        item->subject = subject_of(*item);
        subjects.push_back(item->subject);
    }
    const auto sheet = moderation::load_facts(tx, work.house.peers, subjects, work.clock());
    for (std::size_t i = 0; i < items.size(); ++i) {
        Item& item = *items[i];
        item.decision = moderation::decide(subjects[i], sheet.facts[i]);
        item.received.effects = item.decision.effects;
        item.approached = moderation::approached(subjects[i], sheet.facts[i]);
        item.received.sender_is_followed = sheet.facts[i].sender_is_followed;
    }
}

// Whether their districts still stand by them (POLICY section 1).
void check_senders(const Work& work, const std::vector<Item>& items) {
    std::vector<AccountId> senders;
    for (const Item& item : items)
        if (!item.is_over && item.received.sender.id) senders.push_back(item.received.sender.id);
    std::ranges::sort(senders);
    senders.erase(std::unique(senders.begin(), senders.end()), senders.end());
    if (senders.empty()) return;
    educators::check_attestations(
        {.pool = work.pool, .resolver = work.resolver, .clock = work.clock}, senders);
}

bool goes_on(const Item& item) {
    return !item.is_over && (item.decision.passes() || item.incoming.released);
}

// DESIGN section 2, steps 8 and 9: read, judge, fetch what the row needs, judge what was fetched.
std::vector<Item> prepare_items(const Work& work, Batch batch) {
    std::vector<Item> items;
    {
        db::Tx tx(work.pool);
        items = read_items(tx, work, batch);
    }
    for (Item& item : items)
        fetch_sender(item, work);
    check_senders(work, items);
    std::vector<Item*> to_judge;
    for (Item& item : items)
        if (!item.is_over) to_judge.push_back(&item);
    {
        db::Tx tx(work.pool);
        judge(tx, work, to_judge);
    }
    std::vector<Item*> once_more;
    for (Item& item : items) {
        if (goes_on(item)) fetch_needs(item, work);
        if (item.has_fetched_posts && !item.is_over) once_more.push_back(&item);
    }
    if (!once_more.empty()) {
        db::Tx tx(work.pool);
        judge(tx, work, once_more);
    }
    return items;
}

jobs::Kind inbox_kind(const Work& work) {
    return {.name = inbox_job, .prepare = [work](Batch batch) {
                Steps steps;
                for (Item& item : prepare_items(work, batch)) {
                    if (item.later) {
                        steps.emplace_back(*item.later);
                        continue;
                    }
                    // Shared, since std::function copies.
                    auto kept = std::make_shared<const Item>(std::move(item));
                    steps.emplace_back(
                        jobs::Apply([work, kept](db::Tx& tx) { apply_item(tx, work, *kept); }));
                }
                return steps;
            }};
}

// A released item goes through the door's queue again, so that it stands in its sender's order.
void go_on(db::Tx& tx, const Work& work, const db::HeldItem& held, const std::string& decision) {
    auto incoming = read_payload(held.payload);
    if (!incoming) return;
    if (decision == "release") {
        incoming->released = held.id;
        db::jobs::insert(
            tx,
            {{.kind = inbox_job, .lane = incoming->signer, .payload = write_payload(*incoming)}});
        db::jobs::notify(tx);
        return;
    }
    const auto document = parse_json(incoming->body);
    if (!document) return;
    const auto activity = federation::parse_activity(*document);
    const auto sender = db::accounts::find_by_uri(tx, incoming->signer);
    if (activity && sender) tell_reject(tx, work.house, *sender, *activity, work.clock());
}

jobs::Kind held_kind(const Work& work) {
    const auto apply = [work](db::Tx& tx, const std::string& payload) {
        const auto document = parse_json(payload);
        if (!document) return;
        JsonReader json(*document);
        const auto id = parse_id(json.text("held"));
        const std::string decision = json.text("decision");
        const auto held = id ? db::held_items::find(tx, HeldId{*id}) : std::nullopt;
        if (held) go_on(tx, work, *held, decision);
    };
    return {.name = moderation::held_activity_job, .prepare = [apply](Batch batch) {
                Steps steps;
                for (const auto& job : batch) {
                    steps.emplace_back(jobs::Apply(
                        [apply, payload = job.payload](db::Tx& tx) { apply(tx, payload); }));
                }
                return steps;
            }};
}

jobs::Kind erase_kind(const Work& work) {
    const auto apply = [work](db::Tx& tx, const std::string& payload) {
        const auto id = parse_id(payload);
        const auto account = id ? db::accounts::find(tx, AccountId{*id}) : std::nullopt;
        if (!account || !account->deleted_at) return;
        const int erased = statuses::remove_statuses_of(tx, *account, most_erased, work.clock());
        if (erased == most_erased) statuses::queue_erasing(tx, account->id);
    };
    return {.name = statuses::erase_job, .prepare = [apply](Batch batch) {
                Steps steps;
                for (const auto& job : batch) {
                    steps.emplace_back(jobs::Apply(
                        [apply, payload = job.payload](db::Tx& tx) { apply(tx, payload); }));
                }
                return steps;
            }};
}

} // namespace

std::vector<jobs::Kind> job_kinds(const Work& work) {
    return {inbox_kind(work),
            held_kind(work),
            erase_kind(work),
            followers_sync_kind(work),
            gone_check_kind(work),
            attestation_check_kind(work)};
}

} // namespace inbox
