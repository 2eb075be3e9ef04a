#pragma once

#include "db/advisories.h"
#include "moderation/filters.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace moderation {

/// Under which names a list may speak of a host: itself, without its port, and what it is below;
/// never a top-level domain alone. For "a.cedar.example:8443" these are that, "a.cedar.example" and
/// "cedar.example".
std::vector<std::string> names_of(std::string_view host);

/// What the followed lists say of the hosts that a batch is about. Immutable; safe from any thread.
class Advice {
  public:
    Advice() = default;
    /// `excepted`: hosts of which no list may speak. `threshold`: so many lists must agree.
    Advice(std::vector<db::Advisory> entries,
           std::vector<std::string> excepted,
           std::size_t threshold);

    bool empty() const { return entries_.empty(); }
    /// `kind` as in db::Advisory. The strongest verdict that as many lists as the threshold reach:
    /// of "hold" and "limit" two lists agree on "limit". A list that names a host and what it is
    /// below counts once.
    std::optional<Verdict> about(std::string_view kind, std::string_view host) const;

  private:
    std::vector<db::Advisory> entries_{};
    std::vector<std::string> excepted_{};
    std::size_t threshold_ = 1;
};

/// For these subjects only; one statement when no list is in force.
Advice load_advice(db::Tx& tx, std::span<const Subject> subjects);

/// 11: what lists say of the sender's hosts and of what a post links to.
std::optional<Finding> advisories(const Subject& subject, const Facts& facts);

constexpr std::size_t most_lists_to_agree = 10;
/// How many lists must agree before what they say counts; 1 unless a person chose otherwise.
std::size_t advice_threshold(db::Tx& tx);

} // namespace moderation
