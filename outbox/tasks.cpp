#include "outbox/tasks.h"

#include "db/asked_posts.h"
#include "db/deliveries.h"
#include "db/discovery_budgets.h"
#include "db/door_refusals.h"
#include "db/early_undos.h"
#include "db/failed_lookups.h"
#include "db/idempotency_keys.h"
#include "db/link_cards.h"
#include "db/mutes.h"
#include "db/object_inboxes.h"
#include "db/partners.h"
#include "db/peer_health.h"
#include "db/polls.h"
#include "db/seen_activities.h"
#include "db/shields.h"
#include "db/tombstones.h"
#include "db/trends.h"
#include "db/usage.h"
#include "moderation/audit_chain.h"
#include "moderation/held.h"
#include "moderation/transparency.h"
#include "outbox/break_glass.h"
#include "outbox/case_files.h"
#include "outbox/cases.h"
#include "outbox/checkpoint.h"
#include "outbox/edit.h"
#include "outbox/pile.h"
#include "outbox/privacy_note.h"
#include "outbox/recall.h"
#include "outbox/records.h"
#include "outbox/schedule.h"
#include "timelines/home.h"
#include "timelines/notify.h"

#include <spdlog/spdlog.h>

namespace outbox {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes between_tallies{3}; ///< PROTOCOL section 16.
constexpr int polls_at_once = 50;
constexpr hours day{24};
constexpr hours kept{31 * 24}; ///< PROTOCOL section 19: seen ids and tombstones 30 days at least.

/// An Update without `updated`: tallies, not an edit.
void send_tally(db::Tx& tx, const Instance& instance, db::Status status, Time now) {
    const auto author = db::accounts::find(tx, status.author);
    if (author && author->is_visible()) send_update(tx, instance, *author, status, now);
}

template <typename Work>
void in_transaction(const TaskDeps& deps, Work&& work) {
    db::Tx tx(deps.pool);
    work(tx);
    tx.commit();
}

/// A host that was given up is back when it answers anything at all; what it says is not used.
void probe(const TaskDeps& deps, const std::stop_token& stop) {
    std::vector<std::string> hosts;
    in_transaction(deps, [&](db::Tx& tx) { hosts = db::peer_health::list_unavailable(tx); });
    const http::Limits limits{.max_bytes = 64UL * 1024, .total = seconds{10}};
    for (const std::string& host : hosts) {
        if (stop.stop_requested()) return;
        const std::string scheme = deps.instance.origin.starts_with("https:") ? "https" : "http";
        const auto response =
            deps.client.send({.url = scheme + "://" + host + "/.well-known/nodeinfo",
                              .headers = {{"Accept", "application/json"}}},
                             limits);
        if (!response || response->status >= 500) continue;
        spdlog::info("outbox: host is back host={}", host);
        in_transaction(deps, [&](db::Tx& tx) {
            db::peer_health::record_successes(tx, {{host, ""}}, deps.clock());
        });
    }
}

void chain_audit_log(const TaskDeps& deps, const std::stop_token& stop) {
    std::size_t chained = 1;
    while (chained > 0 && !stop.stop_requested())
        in_transaction(deps, [&](db::Tx& tx) { chained = moderation::chain_audit_log(tx); });
}

void delete_old_posts(const TaskDeps& deps, const std::stop_token& stop) {
    constexpr int at_once = 50;
    for (int deleted = at_once; deleted == at_once && !stop.stop_requested();)
        in_transaction(deps, [&](db::Tx& tx) { deleted = delete_past(tx, deps.clock(), at_once); });
}

void publish_scheduled(const TaskDeps& deps, const std::stop_token& stop) {
    bool is_more = true;
    while (is_more && !stop.stop_requested()) {
        in_transaction(deps, [&](db::Tx& tx) {
            is_more = publish_due(tx, deps.instance, deps.peers, deps.clock());
        });
    }
}

} // namespace

void send_tallies(db::Tx& tx, const Instance& instance, Time now) {
    for (const db::Poll& poll : db::polls::claim_dirty(tx, now - between_tallies, polls_at_once)) {
        db::polls::mark_announced(tx, poll.id, now);
        const auto status = db::statuses::find(tx, poll.status);
        if (status) send_tally(tx, instance, *status, now);
    }
}

void end_polls(db::Tx& tx, const Instance& instance, Time now) {
    for (const db::Poll& poll : db::polls::claim_ended(tx, now, polls_at_once)) {
        db::polls::mark_end_handled(tx, poll.id);
        const auto status = db::statuses::find(tx, poll.status);
        if (!status) continue;
        timelines::notify_of_poll_end(tx, poll.id, status->id, status->author, now);
        if (!status->local) continue;
        db::polls::mark_announced(tx, poll.id, now);
        send_tally(tx, instance, *status, now);
    }
}

void clean_up(db::Tx& tx, Time now) {
    db::seen_activities::remove_older_than(tx, now - kept);
    db::tombstones::remove_older(tx, now - kept);
    db::object_inboxes::remove_of_buried(tx, now - kept);
    db::early_undos::remove_older_than(tx, now - hours{6});
    db::asked_posts::remove_older_than(tx, now - 7 * day);
    db::failed_lookups::remove_expired(tx, now);
    db::deliveries::remove_idle_bodies(tx, now - hours{1});
    db::discovery_budgets::remove_older_than(tx, now - day);
    db::door_refusals::remove_older_than(tx, now - 90 * day);
    db::mutes::remove_expired(tx, now);
    db::shields::remove_approaches_before(tx, now - 28 * day);
    db::idempotency_keys::forget_before(tx, now - day);
    db::link_cards::remove_older_than(tx, now - 30 * day);
    db::partners::remove_sent_before(tx, now - 28 * day);
    db::usage::forget_weeks_before(tx, now - 20 * 7 * day);
}

std::vector<jobs::PeriodicTask> periodic_tasks(const TaskDeps& deps) {
    const auto simple = [&deps](void (*work)(db::Tx&, const Instance&, Time)) {
        return [&deps, work](const std::stop_token&) {
            in_transaction(deps, [&](db::Tx& tx) { work(tx, deps.instance, deps.clock()); });
        };
    };
    return {
        {"scheduled posts",
         seconds{5},
         [&deps](const std::stop_token& stop) { publish_scheduled(deps, stop); }},
        {"poll tallies", seconds{30}, simple(send_tallies)},
        {"poll ends", seconds{15}, simple(end_polls)},
        {"held deadlines", minutes{1}, simple([](db::Tx& tx, const Instance&, Time now) {
             moderation::decide_due(tx, now);
         })},
        {"tell privacy officers", minutes{5}, simple([](db::Tx& tx, const Instance&, Time now) {
             tell_privacy_officers(tx, now);
         })},
        {"late reports", minutes{5}, simple([](db::Tx& tx, const Instance&, Time now) {
             remind_of_cases(tx, now);
         })},
        {"audit chain",
         seconds{10},
         [&deps](const std::stop_token& stop) { chain_audit_log(deps, stop); }},
        {"audit checkpoint", day, simple([](db::Tx& tx, const Instance& instance, Time now) {
             publish_checkpoint(tx, instance, now);
         })},
        {"transparency", day, simple([](db::Tx& tx, const Instance&, Time now) {
             moderation::publish_month(tx, now);
         })},
        {"tell whose posts were read",
         minutes{5},
         simple([](db::Tx& tx, const Instance&, Time now) { tell_of_glass(tx, now); })},
        {"retention", day, [&deps](const std::stop_token& stop) { delete_old_posts(deps, stop); }},
        {"tell moderators of shields",
         minutes{1},
         simple([](db::Tx& tx, const Instance&, Time now) { tell_of_shields(tx, now); })},
        {"recalls", minutes{10}, simple([](db::Tx& tx, const Instance& instance, Time now) {
             ask_for_confirmations(tx, instance, now);
         })},
        {"clean-up", hours{1}, simple([](db::Tx& tx, const Instance& instance, Time now) {
             clean_up(tx, now);
             forget_evidence(tx, instance, now);
         })},
        {"trends", minutes{5}, simple([](db::Tx& tx, const Instance&, Time now) {
             db::trends::compute(tx, now);
         })},
        {"probe hosts", day, [&deps](const std::stop_token& stop) { probe(deps, stop); }},
        {"check homes",
         day,
         [&deps](const std::stop_token& stop) {
             timelines::check_homes(deps.pool, deps.clock(), stop);
         }},
    };
}

} // namespace outbox
