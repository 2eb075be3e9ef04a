#include "api/answer.h"
#include "api/api.h"

#include <array>

/// Lists that clients ask for when they start, of things that cannot be made here: they are empty,
/// and there is no route that adds to them.
namespace api {
namespace {

Result<http::Response> empty_list(const Api&, const http::Call&) {
    return array_response({});
}

} // namespace

std::span<const Row> unused_feature_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/announcements", Token, "", empty_list},
        Row{"GET", "/api/v1/filters", Token, "read:filters", empty_list},
        Row{"GET", "/api/v2/filters", Token, "read:filters", empty_list},
    };
    return rows;
}

} // namespace api
