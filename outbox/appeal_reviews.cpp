#include "outbox/appeal_reviews.h"

#include "actors/local.h"
#include "base/text.h"
#include "db/audit_chain.h"
#include "db/peers.h"
#include "federation/checkpoint.h"
#include "mail/letters.h"
#include "outbox/deliver.h"
#include "outbox/moderate.h"
#include "outbox/strikes.h"

#include <fmt/format.h>

#include <algorithm>

namespace outbox {
namespace {

constexpr int reviewers = 2;
constexpr int most_a_day = 24;

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "review: " + shown, shown};
}

std::string review_id(const db::Account& server_actor, db::StrikeId strike) {
    return fmt::format("{}#appeals/{}", server_actor.uri, to_string(strike));
}

/// Of an id that review_id() made.
std::optional<db::StrikeId> strike_of(const db::Account& server_actor, std::string_view id) {
    const auto prefix = server_actor.uri + "#appeals/";
    if (!id.starts_with(prefix)) return std::nullopt;
    const auto number = parse_id(id.substr(prefix.size()));
    if (!number) return std::nullopt;
    return db::StrikeId{*number};
}

void offer(db::Tx& tx,
           const db::Account& from,
           const db::Account& to,
           const std::string& id,
           Json object) {
    deliver(tx,
            {.signer = from.id,
             .body = dump_json(federation::render_offer(id, from.uri, to.uri, std::move(object))),
             .inboxes = inbox_of(tx, to.id)});
}

void tell_member(db::Tx& tx, const db::Strike& strike, bool overturned, const std::string& notes) {
    mail::post(tx,
               mail::Letter::AppealDecided,
               strike.account,
               {{"answer", notes},
                {"outcome",
                 overturned ? "Moderators of two other districts say so, too: it was taken back."
                            : "With moderators of two other districts, it stays as it is."}});
}

} // namespace

bool may_ask_reviewers(db::Tx& tx, const db::Strike& strike, Time now) {
    return strike.decision == "upheld" && !strike.undone_at && strike.decided_at &&
           now < *strike.decided_at + appeal_lifetime &&
           db::appeal_reviews::list(tx, strike.id).empty();
}

Result<Done> ask_reviewers(
    db::Tx& tx, const Instance& instance, AccountId member, db::StrikeId id, Time now) {
    const auto strike = db::strikes::find_for_update(tx, id);
    if (!strike || strike->account != member) return Error{Error::Kind::NotFound, "no strike"};
    if (!may_ask_reviewers(tx, *strike, now)) return refused("Nobody else can be asked any more.");
    const auto asked = db::audit_chain::find_keepers(tx, reviewers);
    if (asked.size() < reviewers)
        return refused("This needs two other districts that know this one, and there are not two.");
    const auto server_actor = actors::ensure_server_actor(tx, instance, now);
    const auto question = federation::render_appeal_review({.id = review_id(server_actor, id),
                                                            .actor = server_actor.uri,
                                                            .at = now,
                                                            .act = strike->act,
                                                            .reason = strike->reason,
                                                            .appeal = strike->appeal,
                                                            .answer = strike->answer});
    for (const auto& reviewer : asked) {
        const auto theirs = db::accounts::find(tx, reviewer.account);
        if (!theirs) return refused("One of the two districts cannot be reached.");
        db::appeal_reviews::insert(tx, {.strike = id, .host = reviewer.host, .asked_at = now});
        offer(tx,
              server_actor,
              *theirs,
              fmt::format("{}/offers/{}", review_id(server_actor, id), reviewer.host),
              question);
    }
    return Done{};
}

bool take_review(db::Tx& tx,
                 const std::string& host,
                 const federation::AppealReview& review,
                 Time now) {
    if (db::foreign_appeals::count_since(tx, host, now - std::chrono::hours{24}) >= most_a_day)
        return false;
    return db::foreign_appeals::insert(tx,
                                       {.host = host,
                                        .uri = review.id,
                                        .act = review.act,
                                        .reason = review.reason,
                                        .appeal = review.appeal,
                                        .answer = review.answer,
                                        .received_at = now});
}

Result<Done> give_opinion(db::Tx& tx, const Acting& acting, const ReviewDecision& decision) {
    auto appeal = db::foreign_appeals::find_for_update(tx, decision.appeal);
    if (!appeal) return Error{Error::Kind::NotFound, "no such appeal"};
    if (appeal->decided_at) return refused("Somebody has answered this meanwhile.");
    const auto me = db::accounts::find(tx, acting.account);
    const auto peer = db::peers::find(tx, appeal->host);
    const auto theirs = peer ? db::accounts::find_by_uri(tx, peer->server_actor_uri) : std::nullopt;
    if (!me || !theirs) return refused("That district cannot be reached any more.");
    appeal->note =
        std::string(trim(clean_text(decision.note, federation::max_review_text, Lines::Keep)));
    if (appeal->note.empty()) return refused("Please write a sentence; the member there reads it.");
    appeal->decision = decision.overturned ? "overturned" : "upheld";
    appeal->decided_by = me->uri;
    appeal->decided_at = acting.now;
    db::foreign_appeals::set_decision(tx, *appeal);
    const auto server_actor = actors::ensure_server_actor(tx, acting.instance, acting.now);
    const auto id = fmt::format("{}#opinions/{}", server_actor.uri, to_string(appeal->id));
    offer(tx,
          server_actor,
          *theirs,
          id + "/offer",
          federation::render_appeal_opinion({.id = id,
                                             .actor = server_actor.uri,
                                             .review = appeal->uri,
                                             .at = acting.now,
                                             .overturned = decision.overturned,
                                             .note = appeal->note}));
    audit(tx, acting, "review." + appeal->decision, appeal->host, appeal->note);
    return Done{};
}

bool take_opinion(db::Tx& tx,
                  const Acting& acting,
                  const std::string& host,
                  const federation::AppealOpinion& opinion) {
    const auto server_actor = db::accounts::find(tx, acting.account);
    const auto id = server_actor ? strike_of(*server_actor, opinion.review) : std::nullopt;
    const auto strike = id ? db::strikes::find_for_update(tx, *id) : std::nullopt;
    if (!strike) return false;
    const std::string decision = opinion.overturned ? "overturned" : "upheld";
    if (!db::appeal_reviews::set_decision(tx,
                                          {.strike = *id,
                                           .host = host,
                                           .decision = decision,
                                           .note = opinion.note,
                                           .decided_at = acting.now}))
        return false;
    audit(tx, acting, "appeal.opinion", host, decision, {{"strike", to_string(*id)}});
    const auto reviews = db::appeal_reviews::list(tx, *id);
    if (!std::ranges::all_of(reviews, [](const auto& one) { return one.decided_at.has_value(); }))
        return true;
    const bool overturned = std::ranges::all_of(
        reviews, [](const db::AppealReview& one) { return one.decision == "overturned"; });
    if (overturned && !strike->undone_at) undo_by_review(tx, acting, *strike);
    std::string notes;
    for (const auto& one : reviews)
        notes += fmt::format("{}: {}\n", one.host, one.note);
    tell_member(tx, *strike, overturned, notes);
    return true;
}

} // namespace outbox
