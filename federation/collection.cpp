#include "federation/collection.h"

#include "base/json_reader.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/context.h"
#include "federation/values.h"

#include <algorithm>

namespace federation {

namespace {

CollectionItem read_item(const Json& value) {
    CollectionItem item{.id = id_of(value)};
    if (!value.is_object()) return item;
    const auto types = types_of(value);
    if (!types.empty()) item.type = types.front();
    JsonReader json(value);
    if (has_type(value, "Hashtag")) {
        constexpr std::size_t max_name = 200;
        item.type = "Hashtag";
        item.name = clean_text(json.lenient_text("name"), max_name);
        item.id = canonical_id(json.lenient_text("href"));
    }
    item.embedded = value;
    return item;
}

std::vector<CollectionItem> read_items(JsonReader& json) {
    std::vector<CollectionItem> items;
    auto entries = json.list("orderedItems", max_collection_items);
    if (entries.empty()) entries = json.list("items", max_collection_items);
    for (const Json* entry : entries) {
        CollectionItem item = read_item(*entry);
        if (!item.id.empty() || !item.name.empty()) items.push_back(std::move(item));
    }
    return items;
}

bool is_collection(const Json& document, bool& is_page) {
    is_page = has_type(document, "CollectionPage") || has_type(document, "OrderedCollectionPage");
    return is_page || has_type(document, "Collection") || has_type(document, "OrderedCollection");
}

} // namespace

Result<Collection> parse_collection(const Json& document) {
    if (const auto plain = check_plain(document); !plain) return plain.error();
    JsonReader json(document);
    Collection collection{.id = id_of(document)};
    if (!is_collection(document, collection.is_page)) {
        return Error{.kind = Error::Kind::Invalid, .detail = "type: not a collection"};
    }
    collection.total = count_in(json, "totalItems");
    collection.next = first_id_in(json, "next");
    collection.prev = first_id_in(json, "prev");
    collection.part_of = first_id_in(json, "partOf");
    collection.attributed_to = first_id_in(json, "attributedTo");
    collection.items = read_items(json);
    const auto first = json.list("first", 1);
    if (!first.empty() && first.front()->is_object() && !collection.is_page) {
        auto page = parse_collection(*first.front()); // Pages have no first: at most one deep.
        if (page && page->is_page) collection.first_page.push_back(std::move(*page));
    }
    if (!first.empty() && collection.first_page.empty()) collection.first = id_of(*first.front());
    return json.finish(std::move(collection));
}

CollectionWalk::CollectionWalk(std::string_view uri)
    : origin_(origin_of(uri)), seen_{canonical_id(uri)} {}

void CollectionWalk::add_items(std::vector<CollectionItem> items) {
    for (auto& item : items) {
        if (items_.size() == max_collection_items) {
            complete_ = false;
            return;
        }
        items_.push_back(std::move(item));
    }
}

std::optional<std::string> CollectionWalk::take(Collection read) {
    if (!read.first_page.empty()) {
        Collection first = std::move(read.first_page.front());
        add_items(std::move(first.items));
        read.next = std::move(first.next);
        if (!first.id.empty()) seen_.push_back(std::move(first.id));
    }
    const bool has_items = !read.items.empty();
    add_items(std::move(read.items));
    // Some repeat the items of the whole collection on its first page.
    const std::string next =
        read.is_page || has_items || read.first.empty() ? read.next : read.first;
    if (next.empty()) return std::nullopt;
    const bool repeated = std::ranges::find(seen_, next) != seen_.end();
    const bool foreign = origin_.empty() || origin_of(next) != origin_;
    // The collection itself is read before its pages.
    const bool too_many =
        seen_.size() > max_collection_pages || items_.size() == max_collection_items;
    if (repeated || foreign || too_many) {
        complete_ = false;
        return std::nullopt;
    }
    seen_.push_back(next);
    return next;
}

Json render_collection(const CollectionDocument& collection) {
    Json out = {
        {"@context", activity_context()},
        {"id", collection.id},
        {"type", collection.ordered ? "OrderedCollection" : "Collection"},
    };
    if (collection.total) out["totalItems"] = *collection.total;
    if (!collection.first.empty()) out["first"] = collection.first;
    if (!collection.last.empty()) out["last"] = collection.last;
    if (!collection.attributed_to.empty()) out["attributedTo"] = collection.attributed_to;
    if (collection.items) out[collection.ordered ? "orderedItems" : "items"] = *collection.items;
    return out;
}

Json render_collection_page(const CollectionPageDocument& page) {
    Json out = {
        {"@context", note_context()}, // Pages may hold posts and their terms.
        {"id", page.id},
        {"type", page.ordered ? "OrderedCollectionPage" : "CollectionPage"},
        {"partOf", page.part_of},
        {page.ordered ? "orderedItems" : "items", Json(page.items)},
    };
    if (!page.next.empty()) out["next"] = page.next;
    if (!page.prev.empty()) out["prev"] = page.prev;
    return out;
}

} // namespace federation
