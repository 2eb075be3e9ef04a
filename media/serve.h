#pragma once

#include "http/router.h"
#include "media/links.h"
#include "media/remote.h"
#include "media/store.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace media {

struct Serving {
    db::Pool& pool;
    const Instance& instance;
    const Links& links;
    Store& store;
    Remote& remote;
    Remote& cards; ///< With the open client: pages are on hosts that are nobody's peers.
};

/// GET /media/…: every file by the URL that links.h makes, looked up each time. Whatever is wrong
/// with a URL, the answer is 404.
void add_routes(http::Router& router, const Serving& serving);

/// What a Range header asks of a file of `size` bytes: one range, or nothing when the whole file is
/// to be sent (no range, several, another unit, malformed). A range that lies beyond the end has
/// size 0: 416. Source: RFC 9110 section 14.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t size = 0;
};
std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t size);

} // namespace media
