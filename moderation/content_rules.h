#pragma once

#include "base/pattern.h"
#include "base/result.h"
#include "db/content_rules.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moderation {

/// What of a post the rules look at.
struct PostText {
    std::string text{}; ///< Content and content warning, plain.
    std::vector<std::string> link_hosts{};
    std::vector<std::string> media_types{};
    bool has_undescribed_media = false;
};

/// From clean HTML.
PostText post_text(std::string_view html, std::string_view spoiler_text);

/// The rules of filter 10, made ready. Immutable; safe from any thread.
class ContentRules {
  public:
    /// A rule that cannot be read is passed over: check() keeps them out of the table.
    explicit ContentRules(std::vector<db::ContentRule> rules);

    /// Whether the kind is known, the value fits it, and the verdict is one that the kind may have
    /// (only media are stripped). Brings the value into its stored form. Errors: Invalid, with a
    /// sentence for who wrote it.
    static Result<Done> check(db::ContentRule& rule);

    bool empty() const { return rules_.empty(); }
    /// In the order of the rules. Throws when a pattern takes too long.
    std::vector<const db::ContentRule*> hits(const PostText& post) const;

  private:
    struct Ready {
        db::ContentRule row{};
        std::optional<Pattern> pattern{};
    };
    std::vector<Ready> rules_;
};

} // namespace moderation
