#include "educators/vouching.h"

#include "base/text.h"
#include "db/accounts.h"
#include "db/attestations.h"
#include "db/audit_log.h"
#include "db/roster_people.h"
#include "db/users.h"
#include "mail/letters.h"

#include <algorithm>
#include <set>

namespace educators {
namespace {

using std::chrono::days;
using State = db::VouchingState;

constexpr std::int64_t most_living = 5;
constexpr std::int64_t most_asked = 3; ///< Within `patience`.
constexpr days patience{30};           ///< For answers, and to find another sponsor.
constexpr days lasts{365};
constexpr days renewable_before{60};
constexpr days told_before{30};
constexpr std::size_t longest_statement = 500;
constexpr auto by_itself = "vouching";

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "vouching refused", std::move(shown)};
}

Error not_found() {
    return {Error::Kind::NotFound, "no such vouching", "There is no such vouching any more."};
}

std::string uri_of(db::Tx& tx, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    return account ? account->uri : to_string(id);
}

void audit(db::Tx& tx,
           std::string act,
           AccountId subject,
           std::string_view by,
           std::string_view reason = {}) {
    db::audit_log::insert(tx,
                          {.actor = std::string(by),
                           .act = "vouching." + std::move(act),
                           .subject = uri_of(tx, subject),
                           .reason = std::string(reason)});
}

std::string name_of(db::Tx& tx, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    return account ? account->username : "";
}

/// Fewer than two stand for them.
void set_short(db::Tx& tx, const db::Vouching& vouching, Time now) {
    db::vouchings::set_short(tx, vouching.id, now);
    mail::post(
        tx, mail::Letter::VouchShort, vouching.candidate, {{"until", format_date(now + patience)}});
}

/// Once, and to nobody who withdrew.
void tell_of_end(db::Tx& tx, const db::Vouching& vouching, Time now) {
    if (!vouching.until || *vouching.until - now > told_before) return;
    if (!db::vouchings::set_end_told(tx, vouching.id, now)) return;
    const auto until = format_date(*vouching.until);
    mail::post(tx,
               mail::Letter::VouchEnds,
               vouching.candidate,
               {{"who", "what two educators vouched for of you"}, {"until", until}});
    for (const auto& sponsorship : db::vouchings::sponsors(tx, vouching.id)) {
        if (sponsorship.answer != "confirmed") continue;
        mail::post(
            tx,
            mail::Letter::VouchEnds,
            sponsorship.sponsor,
            {{"who", "your vouching for @" + name_of(tx, vouching.candidate)}, {"until", until}});
    }
}

bool is_soon_over(const db::Vouching& vouching, Time now) {
    return vouching.short_since || !vouching.until || *vouching.until - now <= renewable_before;
}

/// Why the candidate may not ask, or nothing.
std::optional<Error> check_candidate(db::Tx& tx, AccountId id, Time now) {
    const auto user = db::users::find(tx, id);
    const auto account = db::accounts::find(tx, id);
    if (!user || !account || user->state != db::MemberState::Active || user->is_waiting())
        return refused("Only active members can be vouched for.");
    if (account->actor_type != "Person") return refused("Only a person can be vouched for.");
    const auto person = db::roster_people::find_by_account(tx, id);
    if (person && person->state != "removed")
        return refused("The roster lists you: it says what you are.");
    const auto standing = db::attestations::find_standing(tx, id);
    if (standing && standing->is_good(now) &&
        standing->assurance != to_string(Assurance::Vouched)) {
        return refused("You are attested already.");
    }
    if (db::vouchings::ended_for_cause_since(tx, id, now - lasts))
        return refused("An earlier vouching was taken back. Please turn to a moderator.");
    const auto held = db::vouchings::find_in_state(tx, id, State::Vouched);
    if (held && !is_soon_over(*held, now))
        return refused("You are vouched for. It can be renewed 60 days before it ends.");
    return std::nullopt;
}

/// Standing of a sponsor with the account locked, so that the sixth at the same time is seen.
db::SponsorStanding lock_standing(db::Tx& tx, AccountId sponsor, AccountId candidate, Time now) {
    db::attestations::lock(tx, sponsor);
    return db::vouchings::standing_of(tx, sponsor, candidate, now);
}

bool may_sponsor(const db::SponsorStanding& standing) {
    return standing.is_long_attested && !standing.is_frozen && standing.living < most_living &&
           !standing.schools.empty();
}

bool are_of_different_schools(const db::SponsorStanding& one, const db::SponsorStanding& other) {
    return !one.schools.empty() && !other.schools.empty() &&
           std::ranges::none_of(one.schools, [&](const auto& school) {
               return std::ranges::find(other.schools, school) != other.schools.end();
           });
}

const db::Sponsorship* find_sponsorship(const std::vector<db::Sponsorship>& all, AccountId who) {
    const auto found = std::ranges::find(all, who, &db::Sponsorship::sponsor);
    return found == all.end() ? nullptr : &*found;
}

void end(db::Tx& tx, const db::Vouching& vouching, const db::VouchingEnd& how, Time now) {
    db::vouchings::end(tx, vouching.id, how, now);
    audit(tx, how.for_cause ? "revoke" : "end", vouching.candidate, how.by, how.reason);
}

/// Ends one that holds, with its attestation, unless something else attests the candidate.
void end_with_attestation(db::Tx& tx,
                          const db::Vouching& vouching,
                          const db::VouchingEnd& how,
                          Time now) {
    end(tx, vouching, how, now);
    db::attestations::lock(tx, vouching.candidate);
    const auto standing = db::attestations::find_standing(tx, vouching.candidate);
    if (standing && standing->assurance == to_string(Assurance::Vouched)) {
        revoke(tx, vouching.candidate, {.reason = how.reason, .for_cause = how.for_cause}, now);
    }
}

Result<Confirmed> complete(db::Tx& tx, const Issuer& issuer, const db::Vouching& asked, Time now) {
    const auto kind = parse_kind(asked.kind);
    if (!kind) return not_found();
    if (auto problem = check_candidate(tx, asked.candidate, now)) return std::move(*problem);
    const Time until = std::chrono::floor<days>(now) + lasts;
    const auto granted = attest(tx,
                                issuer,
                                {.account = asked.candidate,
                                 .kind = *kind,
                                 .assurance = Assurance::Vouched,
                                 .until = until,
                                 .by = "two sponsors"},
                                now);
    if (!granted) return granted.error();
    if (const auto old = db::vouchings::find_in_state(tx, asked.candidate, State::Vouched))
        end(tx, *old, {.by = by_itself, .reason = "renewed"}, now);
    db::vouchings::set_vouched(tx, asked.id, now, until);
    audit(tx, "grant", asked.candidate, by_itself);
    return Confirmed::Vouched;
}

} // namespace

Result<Done> ask_for_vouching(db::Tx& tx, const VouchingWish& wish, Time now) {
    const auto statement = clean_text(wish.statement, longest_statement);
    const std::set<AccountId> sponsors(wish.sponsors.begin(), wish.sponsors.end());
    if (!parse_kind(wish.kind) || trim(statement).empty() || wish.sponsors.size() != 2)
        return Error{Error::Kind::Invalid, "vouching: wish", "Please fill in all fields."};
    if (sponsors.size() != 2 || sponsors.contains(wish.candidate))
        return refused("Please name two different colleagues.");
    db::attestations::lock(tx, wish.candidate);
    if (auto problem = check_candidate(tx, wish.candidate, now)) return std::move(*problem);
    if (db::vouchings::count_asked_since(tx, wish.candidate, now - patience) >= most_asked)
        return refused("You have asked three times in a month. Please wait.");
    std::vector<db::SponsorStanding> standings;
    for (const auto sponsor : sponsors) {
        standings.push_back(db::vouchings::standing_of(tx, sponsor, wish.candidate, now));
        // Why not is nobody's business but theirs.
        if (!may_sponsor(standings.back()))
            return refused("One of the two cannot vouch for anybody at present.");
    }
    if (!are_of_different_schools(standings[0], standings[1]))
        return refused("The two must be of different schools.");
    const db::Vouching vouching{
        .candidate = wish.candidate, .kind = wish.kind, .statement = statement, .asked_at = now};
    if (!db::vouchings::insert(tx, vouching, {sponsors.begin(), sponsors.end()}))
        return refused("You have asked already. Cancel that first.");
    audit(tx, "ask", wish.candidate, uri_of(tx, wish.candidate));
    for (const auto sponsor : sponsors)
        mail::post(
            tx, mail::Letter::VouchAsked, sponsor, {{"candidate", name_of(tx, wish.candidate)}});
    return Done{};
}

bool cancel_asking(db::Tx& tx, AccountId candidate, Time now) {
    const auto found = db::vouchings::find_in_state(tx, candidate, State::Asked);
    if (!found) return false;
    const auto asked = db::vouchings::find_locked(tx, found->id);
    if (!asked || asked->state != State::Asked) return false;
    end(tx, *asked, {.by = uri_of(tx, candidate), .reason = "no longer asked for"}, now);
    return true;
}

Result<Confirmed> confirm_vouching(
    db::Tx& tx, const Issuer& issuer, db::VouchingId id, AccountId sponsor, Time now) {
    const auto vouching = db::vouchings::find_locked(tx, id);
    if (!vouching || vouching->state != State::Asked || now - vouching->asked_at >= patience)
        return not_found();
    const auto asked = db::vouchings::sponsors(tx, id);
    const auto* own = find_sponsorship(asked, sponsor);
    if (own == nullptr || !(own->answer.empty() || own->answer == "confirmed")) return not_found();
    const auto standing = lock_standing(tx, sponsor, vouching->candidate, now);
    if (!may_sponsor(standing)) {
        return refused(
            "You cannot vouch for anybody at present: that takes 90 days in the roster, at most "
            "five people at once, and nobody of yours whose attestation was taken back for cause.");
    }
    if (db::vouchings::answer(tx, id, sponsor, "confirmed", now))
        audit(tx, "confirm", vouching->candidate, uri_of(tx, sponsor));
    for (const auto& other : asked) {
        if (other.sponsor == sponsor || other.answer != "confirmed") continue;
        // Both must be good at the moment when it counts.
        const auto theirs = db::vouchings::standing_of(tx, other.sponsor, vouching->candidate, now);
        if (!may_sponsor(theirs)) continue;
        if (!are_of_different_schools(standing, theirs))
            return refused("The other sponsor is of your school; the two must be of different.");
        return complete(tx, issuer, *vouching, now);
    }
    return Confirmed::Waits;
}

Result<Done> decline_vouching(db::Tx& tx, db::VouchingId id, AccountId sponsor, Time now) {
    const auto vouching = db::vouchings::find_locked(tx, id);
    if (!vouching || vouching->state == State::Ended) return not_found();
    const auto asked = db::vouchings::sponsors(tx, id);
    const auto* own = find_sponsorship(asked, sponsor);
    if (own == nullptr || !(own->answer.empty() || own->answer == "confirmed")) return not_found();
    if (own->answer == "confirmed") {
        db::vouchings::answer(tx, id, sponsor, "withdrawn", now);
        audit(tx, "withdraw", vouching->candidate, uri_of(tx, sponsor));
        if (vouching->state == State::Vouched) {
            if (!vouching->short_since) set_short(tx, *vouching, now);
            return Done{};
        }
    } else {
        db::vouchings::answer(tx, id, sponsor, "declined", now);
        audit(tx, "decline", vouching->candidate, uri_of(tx, sponsor));
    }
    end(tx, *vouching, {.by = uri_of(tx, sponsor), .reason = "a sponsor declined"}, now);
    return Done{};
}

Result<Done> revoke_vouching(
    db::Tx& tx, AccountId candidate, std::string_view reason, std::string_view by, Time now) {
    if (trim(reason).empty())
        return Error{Error::Kind::Invalid, "vouching: no reason", "Please give a reason."};
    const auto found = db::vouchings::find_in_state(tx, candidate, State::Vouched);
    const auto vouching = found ? db::vouchings::find_locked(tx, found->id) : found;
    if (!vouching || vouching->state != State::Vouched) return not_found();
    // What the roster says by now, sponsors do not answer for.
    const auto standing = db::attestations::find_standing(tx, candidate);
    if (standing && standing->is_good(now) && standing->assurance != to_string(Assurance::Vouched))
        return not_found();
    const db::VouchingEnd how{
        .by = std::string(by), .reason = std::string(reason), .for_cause = true};
    cancel_asking(tx, candidate, now);
    db::vouchings::freeze(tx, vouching->id, reason, now);
    end_with_attestation(tx, *vouching, how, now);
    for (const auto& sponsorship : db::vouchings::sponsors(tx, vouching->id)) {
        if (sponsorship.answer != "confirmed") continue;
        audit(tx, "freeze", sponsorship.sponsor, by, reason);
        mail::post(tx,
                   mail::Letter::VouchFrozen,
                   sponsorship.sponsor,
                   {{"candidate", name_of(tx, candidate)}});
    }
    return Done{};
}

Result<Done> unfreeze_sponsor(db::Tx& tx,
                              AccountId sponsor,
                              std::string_view reason,
                              std::string_view by) {
    if (trim(reason).empty())
        return Error{Error::Kind::Invalid, "vouching: no reason", "Please give a reason."};
    if (!db::vouchings::unfreeze(tx, sponsor))
        return Error{Error::Kind::NotFound, "not frozen", "Their sponsoring is not frozen."};
    audit(tx, "unfreeze", sponsor, by, reason);
    return Done{};
}

namespace {

void settle(db::Tx& tx, const db::Vouching& vouching, Time now) {
    if (vouching.state == State::Asked) {
        if (now - vouching.asked_at >= patience)
            end(tx, vouching, {.by = by_itself, .reason = "not answered in 30 days"}, now);
        return;
    }
    if (vouching.until && *vouching.until <= now) {
        end(tx, vouching, {.by = by_itself, .reason = "the year is over"}, now);
        return;
    }
    const auto standing = db::attestations::find_standing(tx, vouching.candidate);
    if (!standing || !standing->is_good(now) ||
        standing->assurance != to_string(Assurance::Vouched)) {
        end(tx, vouching, {.by = by_itself, .reason = "attested otherwise, or not any more"}, now);
        return;
    }
    tell_of_end(tx, vouching, now);
    if (db::vouchings::count_standing(tx, vouching.id, now) >= 2) {
        if (vouching.short_since) db::vouchings::set_short(tx, vouching.id, std::nullopt);
    } else if (!vouching.short_since) {
        set_short(tx, vouching, now);
    } else if (now - *vouching.short_since >= patience) {
        end_with_attestation(tx,
                             vouching,
                             {.by = by_itself, .reason = "fewer than two educators vouch for them"},
                             now);
    }
}

} // namespace

void settle_vouchings(db::Tx& tx, Time now) {
    for (const auto& found : db::vouchings::list_living(tx)) {
        const auto vouching = db::vouchings::find_locked(tx, found.id);
        if (vouching && vouching->state != State::Ended) settle(tx, *vouching, now);
    }
}

} // namespace educators
