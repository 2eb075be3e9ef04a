#pragma once

#include "base/json.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace federation {

constexpr std::size_t max_collection_pages = 10;
constexpr std::size_t max_collection_items = 500;

struct CollectionItem {
    std::string id{};   ///< Never empty, but for Hashtags (featuredTags).
    std::string type{}; ///< "" when only the id was given.
    std::string name{}; ///< Of a Hashtag.
    Json embedded{};    ///< null when only the id was given. Trust it by PROTOCOL section 11 only.
};

/// A Collection, an OrderedCollection, or a page of one.
struct Collection {
    std::string id{};
    bool is_page = false;
    std::optional<std::int64_t> total{};  ///< Clamped to 0 .. 2^53.
    std::string first{};                  ///< URI of the first page when it is not embedded.
    std::vector<Collection> first_page{}; ///< The first page when it is embedded: none or one.
    std::string next{};
    std::string prev{};
    std::string part_of{};
    std::string attributed_to{};
    std::vector<CollectionItem> items{}; ///< At most max_collection_items.
};

/// Errors: Invalid (not a collection or page).
Result<Collection> parse_collection(const Json& document);

/// Walks a collection from page to page without fetching: feed it each document that was read.
///
/// Every page is on the origin of the first URI and is read once; ends after
/// max_collection_pages or max_collection_items (PROTOCOL section 18, ATTACKS C23).
class CollectionWalk {
  public:
    explicit CollectionWalk(std::string_view uri);

    /// Takes the items of `read`, which was fetched from the URI asked for last, and says which URI
    /// comes next; nothing at the end.
    std::optional<std::string> take(Collection read);

    const std::vector<CollectionItem>& items() const { return items_; }
    /// False when a limit or a foreign page ended the walk early: then the list proves no absence.
    bool complete() const { return complete_; }

  private:
    void add_items(std::vector<CollectionItem> items);

    std::string origin_;
    std::vector<std::string> seen_;
    std::vector<CollectionItem> items_;
    bool complete_ = true;
};

/// Outgoing; `id` of a page is its URI with the query. Lists are always lists.
struct CollectionDocument {
    std::string id{};
    std::optional<std::int64_t> total{};
    std::string first{}; ///< Empty: no pages are offered (a hidden list).
    std::string last{};
    std::string attributed_to{};
    std::optional<Json> items{}; ///< For short ones without pages.
    bool ordered = true;
};
Json render_collection(const CollectionDocument& collection);

struct CollectionPageDocument {
    std::string id{};
    std::string part_of{};
    std::string next{}; ///< Empty: the last one.
    std::string prev{};
    std::vector<Json> items{};
    bool ordered = true;
};
Json render_collection_page(const CollectionPageDocument& page);

} // namespace federation
