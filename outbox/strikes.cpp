#include "outbox/strikes.h"

#include "base/text.h"
#include "db/accounts.h"
#include "mail/letters.h"
#include "outbox/moderate.h"
#include "outbox/post_measures.h"
#include "timelines/live.h"

#include <algorithm>
#include <array>

namespace outbox {
namespace {

struct Consequence {
    std::string_view act;
    std::string_view text;
};
constexpr auto consequences = std::to_array<Consequence>({
    {"none", "the moderators of this site have a word for you."},
    {"sensitive", "your posts are marked as sensitive from now on."},
    {"disable", "you can no longer sign in. Your posts stay where they are."},
    {"silence", "your posts are shown only to people who follow you from now on."},
    {"suspend", "your account was suspended: you are signed out, and nobody sees your posts."},
    {"remove-media", "pictures or films were taken out of a post of yours."},
    {"mark-sensitive", "a post of yours was marked as sensitive."},
    {"label", "a post of yours got a content warning."},
    {"delete", "a post of yours was deleted."},
});

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "appeal: " + shown, shown};
}

std::string uri_of(db::Tx& tx, AccountId account) {
    const auto found = db::accounts::find(tx, account);
    return found ? found->uri : "";
}

Result<Done> undo(db::Tx& tx, const Acting& acting, const db::Strike& strike) {
    if (const auto measure = parse_post_measure(strike.act)) {
        if (!strike.status) return Done{}; // The post is gone.
        return undo_post_measure(tx, acting, strike.status, *measure);
    }
    const auto sanction = parse_sanction(strike.act);
    if (!sanction) return Done{};
    return lift(tx, acting, strike.account, *sanction);
}

} // namespace

db::StrikeId strike(db::Tx& tx, const Acting& acting, db::Strike what, bool mails) {
    what.made_by = uri_of(tx, acting.account);
    what.created_at = acting.now;
    const auto id = db::strikes::insert(tx, what);
    timelines::tell_of_notifications(tx, db::strikes::notify(tx, id));
    if (mails) {
        mail::post(tx,
                   mail::Letter::Sanction,
                   what.account,
                   {{"consequence", std::string(consequence_of(what.act))},
                    {"reason", what.reason},
                    {"strike", to_string(id)}});
    }
    return id;
}

std::string_view consequence_of(std::string_view act) {
    const auto* const found = std::ranges::find(consequences, act, &Consequence::act);
    return found == consequences.end() ? std::string_view{} : found->text;
}

bool may_appeal(const db::Strike& strike, Time now) {
    return !strike.appealed_at && !strike.undone_at && now < strike.created_at + appeal_lifetime;
}

Result<Done> appeal(
    db::Tx& tx, AccountId member, db::StrikeId id, const std::string& text, Time now) {
    const auto strike = db::strikes::find_for_update(tx, id);
    if (!strike || strike->account != member) return Error{Error::Kind::NotFound, "no strike"};
    const auto words = std::string(trim(clean_text(text, max_appeal, Lines::Keep)));
    if (words.empty()) return refused("Please say why it is wrong.");
    if (strike->appealed_at) return refused("You appealed this before; it can be done once.");
    if (!may_appeal(*strike, now)) return refused("This can be appealed no more.");
    db::strikes::set_appeal(tx, id, words, now);
    return Done{};
}

Result<Done> decide_appeal(db::Tx& tx, const Acting& acting, const AppealDecision& decision) {
    auto strike = db::strikes::find_for_update(tx, decision.strike);
    if (!strike || !strike->appealed_at) return Error{Error::Kind::NotFound, "no appeal"};
    if (strike->decided_at) return refused("Somebody has decided this meanwhile.");
    const auto me = uri_of(tx, acting.account);
    if (me == strike->made_by || acting.account == strike->account)
        return Error{Error::Kind::Forbidden,
                     "decides about an act of their own",
                     "Somebody else decides: not who did it, and not whom it hit."};
    strike->answer = std::string(trim(clean_text(decision.answer, max_appeal, Lines::Keep)));
    if (strike->answer.empty()) return refused("Please write an answer; the member reads it.");
    if (decision.overturned) {
        if (const auto undone = undo(tx, acting, *strike); !undone) return undone;
        db::strikes::set_undone(tx, strike->account, strike->act, strike->status, acting.now);
    }
    strike->decision = decision.overturned ? "overturned" : "upheld";
    strike->decided_by = me;
    strike->decided_at = acting.now;
    db::strikes::set_decision(tx, *strike);
    audit(tx,
          acting,
          "appeal." + strike->decision,
          uri_of(tx, strike->account),
          strike->answer,
          {{"act", strike->act}, {"strike", to_string(strike->id)}});
    mail::post(
        tx,
        mail::Letter::AppealDecided,
        strike->account,
        {{"answer", strike->answer},
         {"outcome",
          decision.overturned ? "You were right: it was taken back." : "It stays as it is."}});
    return Done{};
}

void undo_by_review(db::Tx& tx, const Acting& acting, const db::Strike& strike) {
    // What is gone meanwhile needs no undoing.
    if (const auto measure = parse_post_measure(strike.act)) {
        if (strike.status) (void)take_back_measure(tx, acting, strike.status, *measure);
    } else if (const auto sanction = parse_sanction(strike.act)) {
        (void)relieve(tx, acting, strike.account, *sanction);
    }
    db::strikes::set_undone(tx, strike.account, strike.act, strike.status, acting.now);
}

} // namespace outbox
