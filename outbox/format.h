#pragma once

#include "base/instance.h"
#include "federation/note.h"

#include <string>
#include <string_view>
#include <vector>

/// What a member typed, as HTML: one pass from left to right, no backtracking.
namespace outbox {

/// "@alice" or "@alice@cedar.example", as it stands in a text.
struct Handle {
    std::string user{};
    std::string host{}; ///< "" for our own; else canonical.
    bool operator==(const Handle&) const = default;
};

/// Whom a text names, each once, in order; at most 50. Pure: whoever publishes resolves them first,
/// since that may use the network.
std::vector<Handle> find_mentions(std::string_view text);

/// Tags without "#", as written, each once (compared folded); at most 30.
std::vector<std::string> find_hashtags(std::string_view text);

/// As Mastodon counts: a link is 23 characters, a mention counts without its host, the rest by
/// code points.
std::size_t count_characters(std::string_view text);

/// Who a handle is, when it is somebody.
struct Named {
    Handle handle{};
    std::string uri{};
    std::string url{};
};

/// Paragraphs and line breaks; links; mentions of those who are in `known`; hashtags. Everything
/// else is escaped text.
std::string format_html(const Instance& instance,
                        std::string_view text,
                        const std::vector<Named>& known);

} // namespace outbox
