#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/strikes.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `appeal_reviews`: another district that was asked about an appeal of ours.
struct AppealReview {
    StrikeId strike{};
    std::string host{};
    Time asked_at{};
    std::string decision{}; ///< "", "upheld", "overturned".
    std::string note{};
    std::optional<Time> decided_at{};
};

using ForeignAppealId = Id<struct ForeignAppealTag>;

/// A row of `foreign_appeals`: what another district asks of our moderators.
struct ForeignAppeal {
    ForeignAppealId id{};
    std::string host{};
    std::string uri{};
    std::string act{};
    std::string reason{};
    std::string appeal{};
    std::string answer{};
    Time received_at{};
    std::string decision{};
    std::string note{};
    std::string decided_by{};
    std::optional<Time> decided_at{};
};

} // namespace db

namespace db::appeal_reviews {

void insert(Tx& tx, const AppealReview& review);
std::vector<AppealReview> list(Tx& tx, StrikeId strike);
/// False when that host was not asked, or has answered.
bool set_decision(Tx& tx, const AppealReview& decided);

} // namespace db::appeal_reviews

namespace db::foreign_appeals {

/// False when it is known.
bool insert(Tx& tx, const ForeignAppeal& appeal);
int count_since(Tx& tx, std::string_view host, Time since);
std::optional<ForeignAppeal> find_for_update(Tx& tx, ForeignAppealId id);
/// The oldest first, at most `most`.
std::vector<ForeignAppeal> list_open(Tx& tx, int most);
void set_decision(Tx& tx, const ForeignAppeal& decided);

} // namespace db::foreign_appeals
