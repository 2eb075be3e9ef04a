#pragma once

#include "base/result.h"

#include <memory>
#include <string_view>

/// A regular expression that a moderator wrote (ICU's syntax), without regard to letter case.
/// Matching is bounded in time and memory, so that none can stop the server.
class Pattern {
  public:
    static constexpr std::size_t max_bytes = 500;

    /// Errors: Invalid, with a sentence on what is wrong and where.
    static Result<Pattern> compile(std::string_view expression);

    /// Whether `text` holds a match. Throws std::runtime_error when that takes too long: who asks
    /// cannot know.
    bool is_in(std::string_view text) const;

  private:
    class Compiled;
    explicit Pattern(std::shared_ptr<const Compiled> compiled);

    std::shared_ptr<const Compiled> compiled_;
};
