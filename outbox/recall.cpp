#include "outbox/recall.h"

#include "actors/local.h"
#include "base/text.h"
#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/object_inboxes.h"
#include "federation/envelope.h"
#include "federation/recall.h"
#include "federation/uris.h"
#include "mail/letters.h"
#include "members/duties.h"
#include "outbox/compose.h"
#include "outbox/deliver.h"
#include "outbox/moderate.h"
#include "outbox/strikes.h"
#include "statuses/remove.h"

#include <fmt/format.h>

#include <algorithm>

namespace outbox {
namespace {

constexpr int at_once = 200;
constexpr int most_tries = 12;

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

const Error no_post{Error::Kind::NotFound, "recall: no post of ours", "No post of ours is there."};

/// A post of ours by its id or page.
std::optional<db::Status> find_named(db::Tx& tx, std::string_view object) {
    const auto wanted = trim(object);
    auto status = db::statuses::find_by_uri(tx, wanted);
    if (!status) status = db::statuses::find_by_url(tx, wanted);
    if (!status || !status->local || status->is_boost()) return std::nullopt;
    return status;
}

// An hour, then longer and longer: a week in all.
std::optional<Time> next_try(int tries, Time now) {
    if (tries >= most_tries) return std::nullopt;
    constexpr std::chrono::hours longest{24};
    return now + std::min(longest, std::chrono::hours{1} * (1 << std::min(tries, 5)));
}

void record(db::Tx& tx,
            std::string act,
            std::string_view by,
            const std::string& subject,
            std::string_view reason,
            Time now) {
    db::audit_log::insert(tx,
                          {.at = now,
                           .actor = std::string(by),
                           .act = std::move(act),
                           .subject = subject,
                           .details = {{"why", reason}}});
}

std::vector<std::string> hosts_of(const std::vector<Inbox>& inboxes) {
    std::vector<std::string> hosts;
    for (const auto& inbox : inboxes)
        if (std::ranges::find(hosts, inbox.host) == hosts.end()) hosts.push_back(inbox.host);
    return hosts;
}

void ask(db::Tx& tx, const db::Account& us, const db::RecallHost& host, Time now) {
    const auto recalled = db::recalls::find(tx, host.recall);
    const auto them = db::accounts::find_by_uri(tx, host.server_actor);
    db::recalls::note_asked(tx, host, next_try(host.tries, now));
    if (!recalled || !them) return;
    // A new id each time: an Accept may have been lost on its way.
    const auto id = fmt::format(
        "{}/{}", federation::fragment_uri(us.uri, "recalls", host.recall.value), host.tries + 1);
    deliver(tx,
            {.signer = us.id,
             .body = dump_json(federation::render_recall(
                 {.id = id, .actor = us.uri, .subject = recalled->object_uri}, them->uri)),
             .inboxes = inbox_of(tx, them->id),
             .is_urgent = true});
}

} // namespace

Result<Done> check_recall(db::Tx& tx, const Acting& acting, std::string_view object) {
    const auto status = find_named(tx, object);
    if (!status) return no_post;
    const auto user = db::users::find(tx, acting.account);
    if (user && members::holds(tx, *user, members::Duty::PrivacyOfficer)) return Done{};
    const auto may = check_outranks(tx, acting, status->author);
    if (may || may.error().kind != Error::Kind::Forbidden) return may;
    return Error{.kind = Error::Kind::Forbidden,
                 .detail = may.error().detail,
                 .shown = "It is by somebody whom you cannot act on. Ask a privacy officer."};
}

Result<db::RecallId> recall(db::Tx& tx,
                            const Instance& instance,
                            std::string_view object,
                            std::string_view by,
                            std::string_view reason,
                            Time now) {
    const auto why = trim(reason);
    if (why.empty()) return unprocessable("Say why it is withdrawn.");
    if (count_code_points(why) > max_recall_reason) return unprocessable("The reason is too long.");
    const auto status = find_named(tx, object);
    const auto author = status ? db::accounts::find(tx, status->author) : std::nullopt;
    if (!author) return no_post;
    const auto id = db::recalls::insert(tx,
                                        {.object_uri = status->uri,
                                         .author_uri = author->uri,
                                         .recalled_by = std::string(by),
                                         .reason = std::string(why),
                                         .recalled_at = now});
    if (!id) return unprocessable("It was withdrawn before.");

    // Who gets it is read before the rows go; who had it is listed, also when nothing reaches them.
    auto hosts = hosts_of(db::object_inboxes::list(tx, status->uri));
    auto recipients = readers_of(tx, *status);
    if (!status->local_only) recipients.object_uri = status->uri;
    const auto inboxes = audience_of(tx, recipients);
    const auto addressing = addressing_of(tx, *status, *author);
    for (const auto& host : hosts_of(inboxes))
        if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
    statuses::remove_status(tx, *status, now);
    deliver(tx,
            {.signer = author->id,
             .body = dump_json(federation::render_delete_note(
                 author->uri, status->uri, addressing.to, addressing.cc)),
             .object_uri = status->uri,
             .inboxes = inboxes,
             .is_urgent = true});
    db::recalls::insert_hosts(tx, *id, hosts, now);
    record(tx, "recall", by, status->uri, why, now);
    mail::post(tx,
               mail::Letter::Recalled,
               author->id,
               {{"post", status->uri}, {"reason", std::string(why)}});
    ask_for_confirmations(tx, instance, now);
    return *id;
}

void strike_for_recall(db::Tx& tx, const Acting& acting, db::RecallId id) {
    const auto recalled = db::recalls::find(tx, id);
    const auto author =
        recalled ? db::accounts::find_by_uri(tx, recalled->author_uri) : std::nullopt;
    if (!author || !author->is_local() || author->id == acting.account) return;
    strike(tx,
           acting,
           {.account = author->id,
            .act = "delete",
            .status_uri = recalled->object_uri,
            .reason = recalled->reason},
           true);
    record(tx,
           "recall.strike",
           recalled->recalled_by,
           recalled->object_uri,
           recalled->reason,
           acting.now);
}

void ask_for_confirmations(db::Tx& tx, const Instance& instance, Time now) {
    const auto due = db::recalls::claim_due(tx, now, at_once);
    if (due.empty()) return;
    const auto us = actors::ensure_server_actor(tx, instance, now);
    for (const auto& host : due)
        ask(tx, us, host, now);
}

Result<int> ask_again(db::Tx& tx, db::RecallId id, std::string_view by, Time now) {
    const auto recalled = db::recalls::find(tx, id);
    if (!recalled) return Error{Error::Kind::NotFound, "no such recall"};
    const int asked = db::recalls::ask_again(tx, id, now);
    record(tx, "recall.again", by, recalled->object_uri, "", now);
    return asked;
}

std::string_view recall_state(const db::RecallHost& host) {
    if (host.confirmed_at) return "confirmed";
    if (host.is_sending) return "sending";
    if (!host.was_reached) return "no answer";
    return host.server_actor.empty() ? "taken, cannot confirm" : "taken, not confirmed";
}

} // namespace outbox
