#pragma once

#include "db/page.h"
#include "http/router.h"

#include <cstdint>
#include <string>
#include <vector>

struct Instance;

namespace api {

struct PageLimits {
    int usual = 20;
    int most = 40;
};

/// max_id, since_id, min_id and limit of a request. Bounds that are no ids are left out.
db::Page page_of(const http::Call& call, PageLimits limits = {});

/// The keys of the first and last entry of a page.
struct PageKeys {
    std::int64_t newest = 0; ///< 0: the page is empty.
    std::int64_t oldest = 0;
    std::size_t count = 0;
};
template <typename Entries, typename Key>
PageKeys keys_of(const Entries& entries, Key&& key) {
    if (entries.empty()) return {};
    return {.newest = key(entries.front()), .oldest = key(entries.back()), .count = entries.size()};
}

/// Adds the Link header by which clients turn pages: "next" goes to older entries and is missing
/// after the last page, "prev" to newer ones. The request's other parameters stay.
void add_links(http::Response& response,
               const Instance& instance,
               const http::Call& call,
               const db::Page& page,
               const PageKeys& keys);

} // namespace api
