#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/content_rules.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

enum class HeldDirection { In, Out };
enum class HeldDecision { Open, Released, Rejected };

/// What a filter held until a person decides, or until the deadline, when its default holds.
struct HeldItem {
    HeldId id{};
    HeldDirection direction = HeldDirection::In;
    AccountId account{}; ///< The sender; 0 when it is not stored.
    std::string host{};
    std::string payload{}; ///< Of the job that goes on with it.
    std::string filter{};
    std::string reason{};
    int rule_version = 0;
    RuleId rule{};                    ///< Of the instance's rules, when it was one that held.
    bool release_at_deadline = false; ///< Else it is rejected then.
    Time deadline{};
    Time created_at{};
    std::optional<Time> decided_at{};
    HeldDecision decision = HeldDecision::Open;
};

} // namespace db

namespace db::held_items {

HeldId insert(Tx& tx, const HeldItem& item);
std::optional<HeldItem> find(Tx& tx, HeldId id);
std::vector<HeldItem> list_open(Tx& tx);
/// Open items that wait for the same reason: they are judged alike.
struct Group {
    HeldDirection direction = HeldDirection::In;
    std::string filter{};
    std::string reason{};
    RuleId rule{};
    std::int64_t count = 0;
    Time deadline{}; ///< The next one.
};
/// The largest first, at most 50.
std::vector<Group> list_groups(Tx& tx);
/// Open ones, in the order of their deadlines, from the one behind `after` (0: from the first).
/// With a `reason` those of that group only.
struct Part {
    HeldDirection direction = HeldDirection::In;
    std::string reason{};
    RuleId rule{};
    HeldId after{};
    int most = 50;
};
std::vector<HeldItem> list_part(Tx& tx, const Part& part);
/// The open ones that a rule held.
std::vector<HeldItem> list_of_rule(Tx& tx, RuleId rule);
/// A member's own posts, newest first: the open ones and what became of others.
std::vector<HeldItem> list_of_author(Tx& tx, AccountId author, int most);
/// The open ones that a filter held.
std::vector<HeldItem> list_of_filter(Tx& tx, std::string_view filter);
/// How many open ones of a filter nobody was told of; they count as told from now on.
std::int64_t claim_untold(Tx& tx, std::string_view filter, Time now);
/// The open ones whose deadline has passed, oldest first, at most 100.
std::vector<HeldItem> list_due(Tx& tx, Time now);
/// False when it was decided before: of two moderators one wins.
bool decide(Tx& tx, HeldId id, HeldDecision decision, Time at);

} // namespace db::held_items
