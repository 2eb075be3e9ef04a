#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/filters.h"
#include "http/form.h"
#include "timelines/filters.h"

#include <string>
#include <string_view>
#include <vector>

namespace api {

/// https://docs.joinmastodon.org/entities/Filter/ without keywords and statuses.
Json filter_entity(const db::Filter& filter);

/// expires_in of a request: absent, a number of seconds, or (null or empty) for ever.
std::optional<std::optional<std::chrono::seconds>> expiry_of(const http::Form& form);

/// A reader's filters, ready to be held against many posts. Mastodon tells a client all that match,
/// whatever the context, and leaves it to the client to warn, blur or hide: so does this.
class FilterMatcher {
  public:
    /// Those that ended before `now` are left out.
    FilterMatcher(const std::vector<db::Filter>& filters, Time now);

    /// A list of https://docs.joinmastodon.org/entities/FilterResult/ as JSON text. `folded` is all
    /// that is written in the post, folded.
    std::string match(StatusId status, std::string_view folded) const;

  private:
    struct Keyword {
        std::string folded{};
        std::string written{};
        bool whole_word = true;
    };
    struct Rule {
        Json entity{};
        std::vector<Keyword> keywords{};
        std::vector<StatusId> statuses{};
    };
    std::vector<Rule> rules_;
};

/// All that is written in a post, folded: of a Status (and its Poll) as JSON texts.
std::string searchable_text(const std::string& status, const std::string& poll);

} // namespace api
