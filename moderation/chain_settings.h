#pragma once

#include "db/tx.h"
#include "moderation/content_rules.h"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace moderation {

/// What the moderators set about the chain: filters that only observe, and the rules of filter 10.
class ChainSettings {
  public:
    ChainSettings(std::set<std::string, std::less<>> observed, ContentRules rules)
        : observed_(std::move(observed)), rules_(std::move(rules)) {}

    /// Whether the filter of that name is counted only.
    bool observes(std::string_view filter) const { return observed_.contains(filter); }
    const ContentRules& rules() const { return rules_; }

  private:
    std::set<std::string, std::less<>> observed_;
    ContentRules rules_;
};

/// As they stand in the database now: two statements.
std::shared_ptr<const ChainSettings> load_settings(db::Tx& tx);

/// The first two have spoken at the door, 4 and 5 keep what authors and members chose for
/// themselves: they cannot be switched off.
bool may_observe(std::string_view filter);

} // namespace moderation
