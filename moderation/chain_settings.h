#pragma once

#include "db/tx.h"
#include "moderation/advice.h"
#include "moderation/content_rules.h"

#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace moderation {

/// What the moderators set about the chain: filters that only observe, the rules of
/// filter 10, and what the lists they approved say.
class ChainSettings {
  public:
    ChainSettings(std::set<std::string, std::less<>> observed,
                  ContentRules rules,
                  Advice advice = {})
        : observed_(std::move(observed)), rules_(std::move(rules)), advice_(std::move(advice)) {}

    /// Whether the filter of that name is counted only.
    bool observes(std::string_view filter) const { return observed_.contains(filter); }
    const ContentRules& rules() const { return rules_; }
    const Advice& advice() const { return advice_; }

  private:
    std::set<std::string, std::less<>> observed_;
    ContentRules rules_;
    Advice advice_;
};

/// As they stand in the database now: three statements, or six where lists are in force. The advice
/// is about `subjects` only.
std::shared_ptr<const ChainSettings> load_settings(db::Tx& tx,
                                                   std::span<const Subject> subjects = {});

/// The first two have spoken at the door, 4 and 5 keep what authors and members chose for
/// themselves: they cannot be switched off.
bool may_observe(std::string_view filter);

} // namespace moderation
