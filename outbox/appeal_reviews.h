#pragma once

#include "base/result.h"
#include "db/appeal_reviews.h"
#include "federation/appeal_review.h"
#include "outbox/acting.h"

#include <string>

/// The second level of an appeal: two districts at level member are asked, each by its server
/// actor, and one of their moderators answers. When both say that the act was wrong it is undone.
namespace outbox {

/// Whether the member may ask them now: the appeal was upheld less than 20 days ago, the act
/// stands, and nobody was asked yet.
bool may_ask_reviewers(db::Tx& tx, const db::Strike& strike, Time now);

/// Errors: NotFound (somebody else's); Unprocessable (too late, asked before, no two districts).
Result<Done> ask_reviewers(
    db::Tx& tx, const Instance& instance, AccountId member, db::StrikeId strike, Time now);

/// What a member district's server actor asks. False: known, or its 24 of this day were here.
bool take_review(db::Tx& tx,
                 const std::string& host,
                 const federation::AppealReview& review,
                 Time now);

struct ReviewDecision {
    db::ForeignAppealId appeal{};
    bool overturned = false;
    std::string note{}; ///< The member there reads it.
};
/// Answers it. Errors: NotFound; Unprocessable (no note, answered before).
Result<Done> give_opinion(db::Tx& tx, const Acting& acting, const ReviewDecision& decision);

/// An answer to a question of ours, from `host`. `acting` is the server actor. False: not asked,
/// or answered before.
bool take_opinion(db::Tx& tx,
                  const Acting& acting,
                  const std::string& host,
                  const federation::AppealOpinion& opinion);

} // namespace outbox
