#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using RuleId = Id<struct RuleTag>;

/// What the instance does not want in posts, and what becomes of a post that has it.
struct ContentRule {
    RuleId id{};
    std::string kind{}; ///< "word", "pattern", "link-host", "media-type", "no-description".
    std::string value{};
    std::string verdict{}; ///< "strip", "limit", "hold", "reject".
    std::string note{};    ///< Why; for moderators.
    std::string created_by{};
    Time created_at{};
};

} // namespace db

namespace db::content_rules {

/// Nothing when a rule of that kind and value is in force already.
std::optional<RuleId> insert(Tx& tx, const ContentRule& rule);
/// Those in force, oldest first.
std::vector<ContentRule> list(Tx& tx);
std::optional<ContentRule> find(Tx& tx, RuleId id);
/// False when there is none in force of that id.
bool withdraw(Tx& tx, RuleId id, Time at);

/// A post that a new rule is tried on.
struct Sample {
    std::string uri{};
    std::string content{}; ///< Clean HTML.
    std::string spoiler_text{};
    std::vector<std::string> media_types{};
    bool has_undescribed_media = false;
};
/// The newest `most` public and unlisted posts, boosts left out.
std::vector<Sample> newest_posts(Tx& tx, int most);

} // namespace db::content_rules
